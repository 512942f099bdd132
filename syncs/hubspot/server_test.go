package hubspot

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modsql/mod/syncs"
)

const token = "pat-s3cret"

// server answers as the API of HubSpot is documented to. A record whose score is -13 has a value that is not valid.
type server struct {
	properties []string // of the object people; the first has unique values

	mu      sync.Mutex
	records []map[string]string
	made    int
}

func newServer(fields []syncs.Field) *server {
	s := &server{}
	for _, f := range fields {
		s.properties = append(s.properties, f.Name)
	}
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/crm/v3/"), "/")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+token:
		fail(w, 401, "INVALID_AUTHENTICATION", "Authentication credentials not found. "+r.Header.Get("Authorization"))
	case path[1] != "people":
		fail(w, 400, "VALIDATION_ERROR", "Unable to infer object type from: "+path[1])
	case path[0] == "properties":
		answer(w, 200, map[string]any{"results": s.definitions()})
	default:
		s.batch(w, r, path[3])
	}
}

func fail(w http.ResponseWriter, status int, category, message string) {
	answer(w, status, map[string]any{"status": "error", "category": category, "message": message, "correlationId": "c"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *server) definitions() []any {
	out := []any{map[string]any{"name": ownID, "hasUniqueValue": true, "modificationMetadata": map[string]any{"readOnlyValue": true}}}
	for i, name := range s.properties {
		out = append(out, map[string]any{"name": name, "type": "string", "hasUniqueValue": i == 0, "modificationMetadata": map[string]any{"readOnlyValue": false}})
	}
	return out
}

func (s *server) batch(w http.ResponseWriter, r *http.Request, verb string) {
	var body struct {
		Inputs     []input
		IDProperty string
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		fail(w, 400, "VALIDATION_ERROR", "Invalid input JSON: "+err.Error())
		return
	}
	if len(body.Inputs) > 100 {
		fail(w, 400, "VALIDATION_ERROR", "The maximum number of inputs supported in a batch request for object writes is 100")
		return
	}
	results, errs := []any{}, []any{}
	for _, in := range body.Inputs {
		if body.IDProperty != "" {
			in.IDProperty = body.IDProperty
		}
		result, category, message := s.do(verb, in)
		if category == "" {
			results = append(results, result)
			continue
		}
		if category == "PROPERTY_DOESNT_EXIST" || in.Trace == "" && verb != "read" {
			answer(w, 400, map[string]any{"status": "error", "category": "VALIDATION_ERROR", "message": message, "errors": []any{map[string]any{"message": message, "code": category}}})
			return
		}
		context := map[string]any{"objectWriteTraceId": []any{in.Trace}}
		if category == "OBJECT_NOT_FOUND" {
			context = map[string]any{"ids": []any{in.ID}}
		}
		errs = append(errs, map[string]any{"status": "error", "category": category, "message": message, "context": context})
	}
	switch {
	case verb == "archive":
		w.WriteHeader(http.StatusNoContent)
	case len(errs) > 0:
		answer(w, 207, map[string]any{"status": "COMPLETE", "results": results, "numErrors": len(errs), "errors": errs})
	case verb == "create":
		answer(w, 201, map[string]any{"status": "COMPLETE", "results": results})
	default:
		answer(w, 200, map[string]any{"status": "COMPLETE", "results": results})
	}
}

// do is what an endpoint does with one input; it returns the record, or the category and the words of an error.
func (s *server) do(verb string, in input) (result any, category, message string) {
	for name := range in.Properties {
		if !slices.Contains(s.properties, name) {
			return nil, "PROPERTY_DOESNT_EXIST", fmt.Sprintf("Property \"%s\" does not exist", name)
		}
	}
	property := in.IDProperty
	if property == "" {
		property = ownID
	}
	if verb == "create" {
		property, in.ID = s.properties[0], in.Properties[s.properties[0]]
	}
	at := slices.IndexFunc(s.records, func(r map[string]string) bool { return r[property] == in.ID })
	switch {
	case in.Properties["score"] == "-13":
		return nil, "VALIDATION_ERROR", "Property values were not valid: -13 is no score"
	case verb == "create" && at >= 0:
		return nil, "CONFLICT", "Already exists. Existing ID: " + s.records[at][ownID]
	case (verb == "update" || verb == "read") && at < 0:
		return nil, "OBJECT_NOT_FOUND", "No people with ID " + in.ID
	case verb == "archive":
		if at >= 0 {
			s.records = slices.Delete(s.records, at, at+1)
		}
		return nil, "", ""
	}
	fresh := at < 0
	if fresh {
		s.made++
		s.records = append(s.records, map[string]string{ownID: fmt.Sprint(1000 + s.made), property: in.ID})
		at = len(s.records) - 1
	}
	for name, value := range in.Properties {
		s.records[at][name] = value
	}
	return map[string]any{"id": s.records[at][ownID], "properties": s.records[at], "new": fresh, "objectWriteTraceId": in.Trace, "archived": false}, "", ""
}

// rows are the records; a property without a value is not shown.
func (s *server) rows(*testing.T) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []map[string]any
	for _, r := range s.records {
		record := map[string]any{}
		for name, value := range r {
			if value != "" {
				record[name] = value
			}
		}
		out = append(out, record)
	}
	return out
}
