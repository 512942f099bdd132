package salesforce

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modsql/mod/syncs"
)

const (
	secret = "app-s3cret"
	root   = "/services/data/v62.0"
)

// server answers as the APIs of Salesforce are documented to. It has one object, People. A record whose score is -13 breaks a rule.
type server struct {
	fields []syncs.Field // the first is an external ID

	mu       sync.Mutex
	sessions int // only the last one is valid
	made     int
	records  []map[string]any
	jobs     map[string]*ingest
}

type ingest struct {
	object, operation, external string
	data                        []byte
	state                       string
	asked                       int
	header                      []string
	done, failed                [][]string
}

func newServer(fields []syncs.Field) *server {
	return &server{fields: fields, jobs: map[string]*ingest{}}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	path := strings.Split(strings.TrimPrefix(r.URL.Path, root+"/"), "/")
	switch {
	case r.URL.Path == "/services/oauth2/token":
		s.token(w, r, body)
	case r.Header.Get("Authorization") != fmt.Sprintf("Bearer session-%d", s.sessions):
		fail(w, 401, "INVALID_SESSION_ID", "Session expired or invalid")
	case path[0] == "sobjects" && path[1] != "People":
		fail(w, 404, "NOT_FOUND", "The requested resource does not exist")
	case path[0] == "sobjects":
		answer(w, 200, s.describe())
	case path[0] == "query":
		s.query(w, r.URL.Query().Get("q"))
	case path[0] == "composite":
		s.collection(w, r, path[2:], body)
	default:
		s.ingest(w, r, path[2:], body)
	}
}

func fail(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, []any{map[string]any{"errorCode": code, "message": message}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *server) token(w http.ResponseWriter, r *http.Request, body []byte) {
	form, _ := url.ParseQuery(string(body))
	_, password, basic := r.BasicAuth()
	if !basic {
		password = form.Get("client_secret")
	}
	if password != secret {
		answer(w, 400, map[string]any{"error": "invalid_client", "error_description": "invalid client credentials"})
		return
	}
	s.sessions = max(s.sessions, 1)
	answer(w, 200, map[string]any{"access_token": fmt.Sprintf("session-%d", s.sessions), "token_type": "Bearer", "instance_url": "https://x.test"})
}

func (s *server) describe() any {
	fields := []any{map[string]any{"name": "Id", "type": "id", "idLookup": true}}
	for i, f := range s.fields {
		fields = append(fields, map[string]any{"name": f.Name, "type": kind(f), "externalId": i == 0, "idLookup": i == 0, "createable": true, "updateable": true})
	}
	return map[string]any{"name": "People", "fields": fields}
}

// kind is the type of a field that holds what the warehouse's column does.
func kind(f syncs.Field) string {
	switch f.Type {
	case "boolean":
		return "boolean"
	case "bigint", "double precision", "decimal(18,4)":
		return "double"
	default:
		return "string"
	}
}

var queries = regexp.MustCompile(`(?s)^SELECT Id, (\S+) FROM People WHERE \S+ IN \((.*)\)$`)

func (s *server) query(w http.ResponseWriter, q string) {
	parts := queries.FindStringSubmatch(q)
	if parts == nil {
		fail(w, 400, "MALFORMED_QUERY", "unexpected token")
		return
	}
	records := []any{}
	for _, literal := range regexp.MustCompile(`'(?:[^'\\]|\\.)*'`).FindAllString(parts[2], -1) {
		key := strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\n`, "\n", `\r`, "\r", `\t`, "\t").Replace(literal[1 : len(literal)-1])
		if at := s.find(parts[1], key); at >= 0 {
			records = append(records, map[string]any{"attributes": map[string]any{"type": "People"}, "Id": s.records[at]["Id"], parts[1]: key})
		}
	}
	answer(w, 200, map[string]any{"totalSize": len(records), "done": true, "records": records})
}

func (s *server) find(field string, value any) int {
	return slices.IndexFunc(s.records, func(r map[string]any) bool { return r[field] == value })
}

func (s *server) collection(w http.ResponseWriter, r *http.Request, path []string, body []byte) {
	results := []any{}
	if r.Method == http.MethodDelete {
		for id := range strings.SplitSeq(r.URL.Query().Get("ids"), ",") {
			at := s.find("Id", id)
			if at < 0 {
				results = append(results, saved("ENTITY_IS_DELETED", "entity is deleted", ""))
				continue
			}
			s.records = slices.Delete(s.records, at, at+1)
			results = append(results, saved("", "", id))
		}
		answer(w, 200, results)
		return
	}
	var in struct{ Records []map[string]any }
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&in); err != nil {
		fail(w, 400, "JSON_PARSER_ERROR", err.Error())
		return
	}
	if len(in.Records) > 200 {
		fail(w, 400, "REQUEST_LIMIT_EXCEEDED", "record limit reached. cannot submit more than 200 records in this request")
		return
	}
	for _, record := range in.Records {
		delete(record, "attributes")
		at := -1
		switch {
		case len(path) == 2: // the object and its field
			at = s.find(path[1], record[path[1]])
		case r.Method == http.MethodPatch:
			if at = s.find("Id", record["Id"]); at < 0 {
				results = append(results, saved("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ""))
				continue
			}
		}
		code, message, id := s.put(at, record)
		results = append(results, saved(code, message, id))
	}
	answer(w, 200, results)
}

func saved(code, message, id string) any {
	if code != "" {
		return map[string]any{"success": false, "errors": []any{map[string]any{"statusCode": code, "message": message, "fields": []any{}}}}
	}
	return map[string]any{"id": id, "success": true, "errors": []any{}}
}

// put creates a record, or changes the one at a place.
func (s *server) put(at int, record map[string]any) (code, message, id string) {
	external := s.fields[0].Name
	if record["score"] == json.Number("-13") {
		return "FIELD_CUSTOM_VALIDATION_EXCEPTION", "-13 is no score", ""
	}
	if at < 0 {
		if there := s.find(external, record[external]); there >= 0 {
			return "DUPLICATE_VALUE", fmt.Sprintf("duplicate value found: %s duplicates value on record with id: %s", external, s.records[there]["Id"]), ""
		}
		s.made++
		s.records = append(s.records, map[string]any{"Id": fmt.Sprintf("001%015d", s.made)})
		at = len(s.records) - 1
	}
	for name, value := range record {
		if value == "" {
			value = nil
		}
		s.records[at][name] = value
	}
	return "", "", s.records[at]["Id"].(string)
}

func (s *server) ingest(w http.ResponseWriter, r *http.Request, path []string, body []byte) {
	if len(path) == 0 {
		var in struct{ Object, Operation, ExternalIDFieldName string }
		_ = json.Unmarshal(body, &in)
		id := fmt.Sprintf("750%015d", len(s.jobs)+1)
		s.jobs[id] = &ingest{object: in.Object, operation: in.Operation, external: in.ExternalIDFieldName, state: "Open"}
		answer(w, 200, s.info(id))
		return
	}
	j := s.jobs[path[0]]
	switch {
	case j == nil:
		fail(w, 404, "NOT_FOUND", "The requested resource does not exist")
	case r.Method == http.MethodPut && j.state == "Open":
		j.data = body
		w.WriteHeader(201)
	case r.Method == http.MethodPatch:
		j.state = "UploadComplete"
		answer(w, 200, s.info(path[0]))
	case len(path) == 1:
		if j.asked++; j.asked == 2 {
			s.process(j)
		}
		answer(w, 200, s.info(path[0]))
	default:
		s.results(w, j, path[1])
	}
}

func (s *server) info(id string) any {
	j := s.jobs[id]
	return map[string]any{
		"id": id, "operation": j.operation, "object": j.object, "state": j.state, "contentType": "CSV", "contentUrl": "services/data/v62.0/jobs/ingest/" + id + "/batches",
		"numberRecordsProcessed": len(j.done) + len(j.failed), "numberRecordsFailed": len(j.failed),
	}
}

func (s *server) process(j *ingest) {
	lines, err := csv.NewReader(bytes.NewReader(j.data)).ReadAll()
	if j.state = "JobComplete"; err != nil {
		j.state = "Failed"
		return
	}
	j.header = lines[0]
	for _, line := range lines[1:] {
		record, bad := s.record(j.header, line)
		at := -1
		if j.operation == "upsert" {
			at = s.find(j.external, record[j.external])
		}
		code, message, id := bad, bad, ""
		if bad == "" {
			code, message, id = s.put(at, record)
		}
		if code != "" {
			j.failed = append(j.failed, append([]string{"", code + ":" + message + ":--"}, line...))
		} else {
			j.done = append(j.done, append([]string{id, "true"}, line...))
		}
	}
}

// record reads a line of CSV by the types of the fields.
func (s *server) record(header, line []string) (record map[string]any, bad string) {
	record = map[string]any{}
	for i, text := range line {
		f := s.fields[slices.IndexFunc(s.fields, func(f syncs.Field) bool { return f.Name == header[i] })]
		number := json.Number(text)
		_, err := json.Marshal(number)
		switch kind := kind(f); {
		case text == "#N/A":
			record[f.Name] = nil
		case text == "": // left as it is
		case kind == "boolean":
			record[f.Name] = text == "true"
		case kind == "double" && err != nil:
			return record, "INVALID_TYPE_ON_FIELD_IN_RECORD"
		case kind == "double":
			record[f.Name] = number
		default:
			record[f.Name] = text
		}
	}
	return record, ""
}

func (s *server) results(w http.ResponseWriter, j *ingest, list string) {
	w.Header().Set("Content-Type", "text/csv")
	out := csv.NewWriter(w)
	switch list {
	case "successfulResults":
		_ = out.WriteAll(append([][]string{append([]string{"sf__Id", "sf__Created"}, j.header...)}, j.done...))
	case "failedResults":
		_ = out.WriteAll(append([][]string{append([]string{"sf__Id", "sf__Error"}, j.header...)}, j.failed...))
	}
}

func (s *server) rows(*testing.T) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []map[string]any
	for _, r := range s.records {
		out = append(out, maps.Clone(r))
	}
	return out
}
