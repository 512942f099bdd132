package trino_test

import (
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/trino"
)

func openAt(t *testing.T, c adapters.Config) (adapters.Warehouse, error) {
	t.Helper()
	return trino.Driver.Open(t.Context(), c)
}

func TestWrongSettingsAreBadConfig(t *testing.T) {
	t.Parallel()
	config := adapters.Config{"host": "localhost", "user": "mod", "password": "hunter2", "database": "d"}
	for want, change := range map[string]adapters.Config{
		"host is not set":                            {"host": nil},
		"user is not set":                            {"user": ""},
		"database (or catalog) is not set":           {"database": nil},
		`port is "x", not a number up to 65535`:      {"port": "x"},
		`retries is "many", not a number`:            {"retries": "many"},
		`method is "magic", not one of none, ldap`:   {"method": "magic"},
		`http_scheme is "ftp", not http or https`:    {"http_scheme": "ftp"},
		"password is not set, which the method ldap": {"method": "ldap", "password": ""},
		"jwt_token is not set":                       {"method": "jwt"},
		"client_private_key is not set":              {"method": "certificate", "client_certificate": "x.pem"},
		"roles is analyst, not names with values":    {"roles": "analyst"},
		"open /nowhere.pem: no such file":            {"method": "ldap", "cert": "/nowhere.pem"},
	} {
		_, err := openAt(t, with(config, change))
		if adapters.KindOf(err) != adapters.BadConfig || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
}

// TestLoginsAreSentAsTheMethodSays, over TLS whose certificate is trusted by `cert`. The server says that it is a Trino, and keeps what it was
// told.
func TestLoginsAreSentAsTheMethodSays(t *testing.T) {
	t.Parallel()
	var told http.Header
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/info" {
			_, _ = fmt.Fprint(w, `{"nodeVersion":{"version":"476"},"environment":"test","coordinator":true,"starting":false,"uptime":"1m"}`)
			return
		}
		told = r.Header.Clone()
		if strings.Contains(r.Header.Get("Authorization"), "wrong") {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	cert := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(cert, text, 0o600); err != nil {
		t.Fatal(err)
	}
	at, _ := url.Parse(server.URL)
	config := adapters.Config{"host": at.Hostname(), "port": at.Port(), "user": "ada", "database": "lake", "cert": cert, "retries": 1}
	for _, c := range []struct {
		name          string
		change        adapters.Config
		header, value string
	}{
		{"a password", adapters.Config{"method": "ldap", "password": "pass:word"}, "Authorization", "Basic YWRhOnBhc3M6d29yZA=="},
		{"another user", adapters.Config{"method": "ldap", "password": "p", "impersonation_user": "bob"}, "X-Trino-User", "bob"},
		{"a token", adapters.Config{"method": "jwt", "jwt_token": "a.b.c"}, "Authorization", "Bearer a.b.c"},
		{"nobody to trust", adapters.Config{"method": "jwt", "jwt_token": "a.b.c", "cert": false}, "Authorization", "Bearer a.b.c"},
		{"https without a login", adapters.Config{"http_scheme": "https"}, "X-Trino-User", "ada"},
		{"a role", adapters.Config{"http_scheme": "https", "roles": map[string]any{"lake": "analyst"}}, "X-Trino-Role", "lake=ROLE%7Banalyst%7D"},
		{"a role as dbt has it", adapters.Config{"http_scheme": "https", "roles": map[string]any{"lake": "ROLE{analyst}"}}, "X-Trino-Role", "lake=ROLE%7Banalyst%7D"},
		{"tags", adapters.Config{"http_scheme": "https", "client_tags": []any{"a", "b"}}, "X-Trino-Client-Tags", "a,b"},
		{"a header", adapters.Config{"http_scheme": "https", "http_headers": map[string]any{"X-Team": "data"}}, "X-Team", "data"},
		{"a property", adapters.Config{"http_scheme": "https", "session_properties": map[string]any{"query_max_run_time": "1h"}}, "X-Trino-Session", "query_max_run_time=1h"},
	} {
		if _, err := openAt(t, with(config, c.change)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := strings.Join(told.Values(c.header), ","); got != c.value {
			t.Errorf("%s: %s is %q, want %q", c.name, c.header, got, c.value)
		}
	}
	for _, c := range []struct {
		name, hint string
		change     adapters.Config
	}{
		{"a wrong token", "check `method`, `user` and the secret", adapters.Config{"method": "jwt", "jwt_token": "wrong-secret"}},
		{"nobody vouches for it", "check `cert`", adapters.Config{"http_scheme": "https", "cert": nil}},
		{"plain", "", adapters.Config{}},
	} {
		_, err := openAt(t, with(config, c.change))
		if adapters.KindOf(err) != adapters.Unreachable || !strings.Contains(err.Error(), "connect to "+at.Host+" as ada: ") || strings.Contains(err.Error(), "wrong-secret") {
			t.Errorf("%s: error is %v", c.name, err)
		}
		if !strings.Contains(fmt.Sprintf("%+v", *asError(t, err)), c.hint) {
			t.Errorf("%s: hint is %q", c.name, asError(t, err).Hint)
		}
	}
}

func asError(t *testing.T, err error) *adapters.Error {
	t.Helper()
	var e *adapters.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %#v", err)
	}
	return e
}
