package sheets

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	account = "mod@project.iam.gserviceaccount.com"
	book    = "1AbC"
)

// server answers as the API of Google Sheets is documented to. Its spreadsheet has one sheet, people, number 42.
type server struct {
	mu    sync.Mutex
	cells [][]any // rows, the first with the names; "" and nil are empty
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path, _ := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/v4/spreadsheets/"))
	var body map[string]any
	if r.Method == http.MethodPost && r.URL.Path != "/token" {
		d := json.NewDecoder(r.Body)
		d.UseNumber()
		_ = d.Decode(&body)
	}
	switch rest, ok := strings.CutPrefix(path, book); {
	case r.URL.Path == "/token":
		s.token(w, r)
	case r.Header.Get("Authorization") != "Bearer t0ken":
		fail(w, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
	case !ok:
		fail(w, 404, "NOT_FOUND", "Requested entity was not found.")
	case rest == "/values:batchGet":
		s.read(w, r.URL.Query()["ranges"])
	case rest == "/values:batchUpdate":
		s.update(w, body)
	case strings.HasSuffix(rest, ":append"):
		s.append(w, body)
	case rest == ":batchUpdate":
		s.remove(w, body)
	default:
		answer(w, map[string]any{"sheets": []any{map[string]any{"properties": map[string]any{"sheetId": 42, "title": "people"}}}})
	}
}

func fail(w http.ResponseWriter, status int, name, message string) {
	w.WriteHeader(status)
	answer(w, map[string]any{"error": map[string]any{"code": status, "message": message, "status": name}})
}

func answer(w http.ResponseWriter, body any) { _ = json.NewEncoder(w).Encode(body) }

// token takes the claim of a service account (https://developers.google.com/identity/protocols/oauth2/service-account).
func (s *server) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = r.ParseForm()
	parts := strings.Split(r.PostForm.Get("assertion"), ".")
	var claim struct{ Iss, Scope string }
	if len(parts) == 3 {
		text, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(text, &claim)
	}
	if claim.Iss != account || claim.Scope != "https://www.googleapis.com/auth/spreadsheets" {
		w.WriteHeader(400)
		answer(w, map[string]any{"error": "invalid_grant", "error_description": "Invalid grant: account not found"})
		return
	}
	answer(w, map[string]any{"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600})
}

var a1 = regexp.MustCompile(`^'people'!([A-Z]*)(\d*):([A-Z]*)(\d*)$`)

// area is the first and the last row and column of a range, from 0; -1 for no bound.
func area(text string) (top, left, bottom, right int, ok bool) {
	m := a1.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, 0, 0, false
	}
	row := func(s string) int { n, _ := strconv.Atoi(s); return n - 1 }
	column := func(s string) int {
		n := 0
		for _, c := range s {
			n = n*26 + int(c-'A') + 1
		}
		return n - 1
	}
	return row(m[2]), column(m[1]), row(m[4]), column(m[3]), true
}

func (s *server) read(w http.ResponseWriter, ranges []string) {
	out := []any{}
	for _, text := range ranges {
		top, left, bottom, right, ok := area(text)
		if !ok {
			fail(w, 400, "INVALID_ARGUMENT", "Unable to parse range: "+text)
			return
		}
		var values [][]any
		for i, row := range s.cells {
			if i < top || bottom >= 0 && i > bottom {
				continue
			}
			end := len(row)
			if right >= 0 {
				end = min(end, right+1)
			}
			values = append(values, trimmed(row[min(max(left, 0), end):end]))
		}
		for len(values) > 0 && len(values[len(values)-1]) == 0 {
			values = values[:len(values)-1]
		}
		out = append(out, map[string]any{"range": text, "majorDimension": "ROWS", "values": values})
	}
	answer(w, map[string]any{"spreadsheetId": book, "valueRanges": out})
}

// trimmed is a row without the empty cells at its end, as answers have it.
func trimmed(row []any) []any {
	out := []any{}
	for _, v := range row {
		if v == nil {
			v = ""
		}
		out = append(out, v)
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

func (s *server) update(w http.ResponseWriter, body map[string]any) {
	count := 0
	for _, item := range body["data"].([]any) {
		data := item.(map[string]any)
		top, left, _, _, ok := area(data["range"].(string))
		if !ok || top >= len(s.cells) {
			fail(w, 400, "INVALID_ARGUMENT", "Unable to parse range: "+data["range"].(string))
			return
		}
		for i, v := range data["values"].([]any)[0].([]any) {
			for len(s.cells[top]) <= left+i {
				s.cells[top] = append(s.cells[top], nil)
			}
			if v != nil { // null leaves a cell as it is
				s.cells[top][left+i] = v
			}
		}
		count++
	}
	answer(w, map[string]any{"spreadsheetId": book, "totalUpdatedRows": count})
}

func (s *server) append(w http.ResponseWriter, body map[string]any) {
	lines := body["values"].([]any)
	for _, line := range lines {
		s.cells = append(s.cells, line.([]any))
	}
	answer(w, map[string]any{"spreadsheetId": book, "updates": map[string]any{"updatedRows": len(lines)}})
}

func (s *server) remove(w http.ResponseWriter, body map[string]any) {
	for _, item := range body["requests"].([]any) {
		where := item.(map[string]any)["deleteDimension"].(map[string]any)["range"].(map[string]any)
		from, _ := where["startIndex"].(json.Number).Int64()
		to, _ := where["endIndex"].(json.Number).Int64()
		if where["sheetId"] != json.Number("42") || int(to) > len(s.cells) {
			fail(w, 400, "INVALID_ARGUMENT", fmt.Sprint("Invalid requests: no grid with id: ", where["sheetId"]))
			return
		}
		s.cells = slices.Delete(s.cells, int(from), int(to))
	}
	answer(w, map[string]any{"spreadsheetId": book, "replies": []any{}})
}

func (s *server) rows(*testing.T) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []map[string]any
	for _, row := range s.cells[1:] {
		record := map[string]any{}
		for i, v := range row {
			if v != nil && v != "" {
				record[s.cells[0][i].(string)] = v
			}
		}
		out = append(out, record)
	}
	return out
}
