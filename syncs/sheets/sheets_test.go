package sheets

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// newKey makes a private key as those of service accounts are written.
func newKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func credentials(t *testing.T, address, email, key string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"type": "service_account", "client_email": email, "private_key": key, "private_key_id": "k1", "token_uri": address + "/token"})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func serve(t *testing.T, names ...any) (*server, *destinationtest.Faulty, string) {
	t.Helper()
	s := &server{cells: [][]any{names}}
	f := &destinationtest.Faulty{Handler: s}
	h := httptest.NewServer(f)
	t.Cleanup(h.Close)
	return s, f, h.URL
}

func settings(t *testing.T, address, key string) syncs.Config {
	t.Helper()
	return syncs.Config{"type": "sheets", "spreadsheet": book, "url": address, "rate": 100000, "credentials": credentials(t, address, account, key)}
}

func TestSheetsKeepTheContract(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	destinationtest.Run(t, &destinationtest.Suite{
		Kind: New(),
		Place: func(t *testing.T, fields []syncs.Field, _ []string) destinationtest.Place {
			names := []any{"a column of people's own"}
			for _, f := range slices.Backward(fields) {
				names = append(names, f.Name)
			}
			s, _, address := serve(t, names...)
			return destinationtest.Place{Config: settings(t, address, key), Object: "people", Rows: s.rows}
		},
		Denied: func(t *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["credentials"] = credentials(t, c.String("url", ""), "nobody@example.com", key)
			return c
		},
		Proxied:       destinationtest.Behind("url"),
		MissingObject: "nowhere",
		Refused:       map[string]any{"name": strings.Repeat("x", 50001)},
		Stored: func(_ string, v any) any {
			if c, err := cell(v); err == nil && c != "" {
				return c
			}
			return nil
		},
	})
}

// TestServerKeepsTheContract holds the server of these tests against the examples of the documentation.
func TestServerKeepsTheContract(t *testing.T) {
	t.Parallel()
	_, _, address := serve(t, "id", "name")
	destinationtest.Keep(t, "testdata/contract/*.json", address, http.Header{"Authorization": {"Bearer t0ken"}}, map[string]string{"book": book})
}

// TestGoogleKeepsTheContract holds Google against them. MOD_SHEETS_SPREADSHEET needs a sheet called people that has but the cells A1, id,
// and B1, name; MOD_SHEETS_TOKEN is an access token.
func TestGoogleKeepsTheContract(t *testing.T) {
	login := os.Getenv("MOD_SHEETS_TOKEN")
	if login == "" {
		t.Skip("MOD_SHEETS_TOKEN is not set")
	}
	destinationtest.Keep(t, "testdata/contract/*.json", api, http.Header{"Authorization": {"Bearer " + login}}, map[string]string{"book": os.Getenv("MOD_SHEETS_SPREADSHEET")})
}

func opened(t *testing.T, c syncs.Config) *destination {
	t.Helper()
	d, err := New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d.(*destination)
}

func people(op syncs.Op, rows ...[]any) *syncs.Batch {
	t := &syncs.Target{Sync: "people", Object: "people", Mode: syncs.UpsertMode, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}}}
	b := &syncs.Batch{Target: t, Run: "run-1", Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: int64(i + 1), Values: values, Hash: fmt.Sprint(values)})
	}
	return b
}

func TestCellsThatAreNoFieldsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	s, _, address := serve(t, "name", "note", "id")
	s.cells = append(s.cells, []any{"Ann", "=A2", json.Number("7")}, []any{}, []any{"Bob", "x", json.Number("8.50")})
	d := opened(t, settings(t, address, newKey(t)))
	outcomes, err := d.Send(t.Context(), people(syncs.Update, []any{int64(7), "=Anna"}, []any{syncs.Number("8.5"), nil}, []any{int64(9), "Cy"}))
	if err != nil || len(outcomes) != 3 {
		t.Fatal(outcomes, err)
	}
	want := [][]any{{"name", "note", "id"}, {"=Anna", "=A2", json.Number("7")}, {}, {"", "x", json.Number("8.5")}, {"Cy", nil, json.Number("9")}}
	if diff := cmp.Diff(want, s.cells); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCellsHoldWhatASheetDoesNotRound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ value, want any }{
		{nil, ""}, {true, true}, {int64(5), int64(5)}, {int64(math.MaxInt64), "9223372036854775807"}, {1.5, 1.5}, {syncs.Number("1.50"), syncs.Number("1.50")},
		{syncs.Number("0.1234567890123456789"), "0.1234567890123456789"}, {"=1+1", "=1+1"}, {[]any{int64(1)}, "[1]"}, {strings.Repeat("x", mostCell), strings.Repeat("x", mostCell)},
	} {
		if got, err := cell(c.value); err != nil || got != c.want {
			t.Errorf("%v: %v, %v", c.value, got, err)
		}
	}
	for _, v := range []any{math.NaN(), math.Inf(1), strings.Repeat("🦊", mostCell/2) + "x"} {
		if _, err := cell(v); syncs.ClassOf(err) != syncs.Rejected {
			t.Errorf("class %q of %v", syncs.ClassOf(err), err)
		}
	}
}

func TestErrorsAreSortedByWhatCanBeDone(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	for _, c := range []struct {
		status  int
		message string
		want    syncs.Class
	}{
		{429, "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user'", syncs.Limited},
		{429, "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per day'", syncs.Exhausted},
		{400, "This action would increase the number of cells in the workbook above the limit of 10000000 cells.", syncs.Exhausted},
		{403, "The caller does not have permission", syncs.Denied},
		{404, "Requested entity was not found.", syncs.Missing},
		{503, "The service is currently unavailable.", syncs.Transient},
	} {
		_, f, address := serve(t, "id", "name")
		d := opened(t, settings(t, address, key))
		if err := d.Check(t.Context(), people(syncs.Insert).Target); err != nil {
			t.Fatal(err)
		}
		f.Next(destinationtest.Fault{Status: c.status, Body: fmt.Sprintf(`{"error": {"code": %d, "message": %q}}`, c.status, c.message)})
		if _, err := d.Send(t.Context(), people(syncs.Insert, []any{"a", "b"})); syncs.ClassOf(err) != c.want || !strings.HasSuffix(err.Error(), c.message) {
			t.Errorf("%d: class %q of %v", c.status, syncs.ClassOf(err), err)
		}
	}
}

func TestColumnsHaveLetters(t *testing.T) {
	t.Parallel()
	for column, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := letters(column); got != want {
			t.Errorf("%d is %s, want %s", column, got, want)
		}
	}
}

func TestCredentialsThatAreNoneAreTold(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{", `{"client_email": "x"}`} {
		if _, err := New().Open(t.Context(), syncs.Config{"spreadsheet": "x", "credentials": text}); syncs.ClassOf(err) != syncs.Broken || !strings.HasPrefix(err.Error(), "credentials: ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRequestsAreShownAsForASheetOfTheFieldsAlone(t *testing.T) {
	t.Parallel()
	d := opened(t, settings(t, "http://sheets.example", newKey(t)))
	rows := [][]any{{int64(7), "Ann"}, {int64(8), nil}}
	for op, want := range map[syncs.Op][]string{
		syncs.Insert: {"/values/%27people%27%21A1:B1:append?", `[[7,"Ann"],[8,""]]`},
		syncs.Update: {"/values:batchUpdate\n", `"range":"'people'!A2:B2"`, `"range":"'people'!A3:B3"`},
		syncs.Delete: {book + ":batchUpdate\n", `"startIndex":1`},
	} {
		b := people(op, rows...)
		if op == syncs.Delete {
			b = people(op, []any{int64(7)})
		}
		texts, err := d.Render(b)
		if err != nil || len(texts) != 1 {
			t.Fatalf("%s: %q, %v", op, texts, err)
		}
		for _, part := range want {
			if !strings.Contains(texts[0], part) || strings.Contains(texts[0], "PRIVATE") {
				t.Errorf("%s: no %q in %s", op, part, texts[0])
			}
		}
	}
}
