package snowflake_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/snowflake"
)

// TestALoginSaysWhoAndHow looks at what the server is told by each way to log in that needs no browser and no other server.
func TestALoginSaysWhoAndHow(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		settings adapters.Config
		want     map[string]string // fields of the login; "*" is anything
		never    string
	}{
		"password":        {adapters.Config{"query_tag": "it's mine"}, map[string]string{"LOGIN_NAME": "me", "PASSWORD": "not a secret", "QUERY_TAG": "it's mine"}, ""},
		"second factor":   {adapters.Config{"authenticator": "username_password_mfa", "passcode": "123456"}, map[string]string{"LOGIN_NAME": "me", "PASSCODE": "123456"}, ""},
		"OAuth":           {adapters.Config{"authenticator": "oauth", "token": "opaque"}, map[string]string{"AUTHENTICATOR": "OAUTH", "TOKEN": "opaque"}, "not a secret"},
		"a token of mine": {adapters.Config{"authenticator": "programmatic_access_token", "token": "opaque"}, map[string]string{"AUTHENTICATOR": "PROGRAMMATIC_ACCESS_TOKEN", "TOKEN": "opaque"}, "not a secret"},
		"a key": {adapters.Config{"private_key": base64.StdEncoding.EncodeToString(der)}, map[string]string{"AUTHENTICATOR": "SNOWFLAKE_JWT", "TOKEN": "*"},
			base64.StdEncoding.EncodeToString(der)[:40]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, &account{query: func(w http.ResponseWriter, _ *http.Request, _ string) { done(w) }})
			config := a.config(t)
			maps.Copy(config, c.settings)
			w, err := snowflake.Driver.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			a.mu.Lock()
			defer a.mu.Unlock()
			var login struct{ Data map[string]any }
			if err := json.Unmarshal(a.told, &login); err != nil {
				t.Fatalf("%v: %s", err, a.told)
			}
			session, _ := login.Data["SESSION_PARAMETERS"].(map[string]any)
			for field, want := range c.want {
				got, ok := login.Data[field].(string)
				if !ok {
					got, _ = session[field].(string)
				}
				if got != want && (want != "*" || got == "") {
					t.Errorf("%s is %q, want %q", field, got, want)
				}
			}
			if c.never != "" && strings.Contains(string(a.told), c.never) {
				t.Errorf("%q is sent: %s", c.never, a.told)
			}
		})
	}
}
