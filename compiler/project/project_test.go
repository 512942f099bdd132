package project

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modsql/mod/compiler/jinja"
)

func TestVarPrefersTheCommandLineThenTheRoot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "dbt_project.yml", `
name: shop
vars:
  a: root
  b: root
  c: root
  tools: {b: root for tools}
  shop: {c: root for shop}
`)
	write(t, dir, "dbt_packages/tools/dbt_project.yml", `
name: tools
vars:
  a: tools
  b: tools
  d: tools
  e: tools
  tools: {e: tools for tools}
`)
	p, l := Load(Options{Dir: dir, Vars: jinja.DictOf("x", 1)})
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ pkg, name, want string }{
		{"shop", "x", "1"}, {"tools", "x", "1"},
		{"shop", "a", "root"}, {"tools", "a", "root"},
		{"shop", "b", "root"}, {"tools", "b", "root for tools"},
		{"shop", "c", "root for shop"}, {"tools", "c", "root"},
		{"shop", "d", "missing"}, {"tools", "d", "tools"}, {"tools", "e", "tools for tools"},
		{"shop", "tools", "{'b': 'root for tools'}"},
	}
	for _, test := range tests {
		got := "missing"
		if v, ok := p.Var(p.Package(test.pkg), test.name); ok {
			got = jinja.Str(v)
		}
		if got != test.want {
			t.Errorf("Var(%s, %s) = %s, want %s", test.pkg, test.name, got, test.want)
		}
	}
	if p.Package("nowhere") != nil {
		t.Error("there is a package nowhere")
	}
}

func TestParseVarsReportsWhatIsNoMapping(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"", "{}"},
		{"{a: 1, b: [x]}", "{'a': 1, 'b': ['x']}"},
		{"a: 1", "{'a': 1}"},
		{"{a:1}", `--vars:1:2: error: "a:1" has no space after the colon [invalid-vars]`},
		{"[1]", `--vars:1:1: error: "[1]" is not a YAML mapping [invalid-vars]`},
		{"x", `--vars:1:1: error: "x" is not a YAML mapping [invalid-vars]`},
	}
	for _, test := range tests {
		d, l := ParseVars(test.in)
		got := jinja.Repr(d)
		if err := l.Err(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("ParseVars(%q) = %s, want %s", test.in, got, test.want)
		}
	}
}

func TestRedactHidesSecretsAndPasswords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "project.yml", `
name: shop
targets:
  prod:
    type: postgres
    host: localhost
    user: etl
    password: "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}"
    private_key: inner
    options: {api_token: deep-token}
    dbname: shop
    schema: s
`)
	p, l := Load(Options{Dir: dir, NeedTarget: true, Env: map[string]string{
		"DBT_ENV_SECRET_PASSWORD": "hunter2", "DBT_ENV_SECRET_LONGER": "hunter2000", "DBT_ENV_SECRET_EMPTY": " ", "PLAIN": "localhost"}})
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	got := p.Redact("hunter2000 hunter2 inner deep-token localhost etl")
	if want := "*** *** *** *** localhost etl"; got != want {
		t.Errorf("Redact = %q, want %q", got, want)
	}
	if shown := jinja.Repr(p.Target.Dict); strings.Contains(shown, "hunter2") || strings.Contains(shown, "inner") {
		t.Errorf("templates see a secret: %s", shown)
	}
	if p.Target.Config["password"] != "hunter2" {
		t.Errorf("the adapter gets the password %v", p.Target.Config["password"])
	}
}

func TestEnvRecordsWhatIsAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "dbt_project.yml", "name: shop\nmodels: {+a: \"{{ env_var('B', 'x') }}{{ env_var('A') }}\"}\n")
	p, l := Load(Options{Dir: dir, Env: map[string]string{"A": "1"}})
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, name := range p.Env.Asked() {
		if len(name) == 1 {
			asked = append(asked, name)
		}
	}
	if d := cmp.Diff([]string{"A", "B"}, asked); d != "" {
		t.Errorf("Asked mismatch (-want +got):\n%s", d)
	}
}

func TestContextFunctions(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{`tojson({'b': [1, 2.5, none, true], 'a': 'é"\n'})`, `{"b": [1, 2.5, null, true], "a": "\u00e9\"\n"}`},
		{`tojson({'b': 1, 'a': 2}, sort_keys=true)`, `{"a": 2, "b": 1}`},
		{`fromjson('{"b": [1, 2.0, null], "a": {"c": "d"}}')`, `{'b': [1, 2.0, None], 'a': {'c': 'd'}}`},
		{`fromjson('nope', 'fallback')`, `fallback`},
		{`fromjson('nope')`, `None`},
		{`fromyaml('a: [yes, 1, x]')`, `{'a': [True, 1, 'x']}`},
		{`fromyaml('a: b: c', 'fallback')`, `fallback`},
		{`toyaml({'b': [1, 'yes', {'c': none}], 'a': {}})`, "b:\n- 1\n- 'yes'\n- c: null\na: {}\n"},
		{`toyaml('a')`, "a\n...\n"},
		{`toyaml([])`, "[]\n"},
		{`toyaml('a: b')`, "'a: b'\n"},
		{`toyaml(1)`, "1\n...\n"},
		{`toyaml('2024-01-01')`, "'2024-01-01'\n"},
		{`toyaml({'a': [[1, 2], {'b': []}], 'c': {'d': {'e': "it's"}}})`, "a:\n- - 1\n  - 2\n- b: []\nc:\n  d:\n    e: it's\n"},
		{`set([1, 2, 1]) | length`, `2`},
		{`set(1, 'fallback')`, `fallback`},
		{`zip([1, 2, 3], 'ab') | list`, `[(1, 'a'), (2, 'b')]`},
		{`zip(1, default='fallback')`, `fallback`},
		{`local_md5('a')`, `0cc175b9c0f1b6a831c399e269772661`},
		{`diff_of_two_dicts({'Select': ['A', 'b']}, {'select': ['a']})`, `{'Select': ['b']}`},
		{`var('days')`, `3`},
		{`var('dayz', 4)`, `4`},
		{`var.has_var('days')`, `True`},
		{`var.has_var('dayz')`, `False`},
		{`env_var('A')`, `1`},
		{`env_var('B', 'x')`, `x`},
		{`target.name`, `dev`},
		{`project_name`, `shop`},
		{`builtins.var('days')`, `3`},
		{`log('x')`, ``},
	}
	for _, test := range tests {
		t.Run(test.in, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "dbt_project.yml", "name: shop\nvars: {days: 3}\n")
			write(t, dir, "models/schema.yml", "models:\n  - name: a\n    config:\n      x: >-\n        {{ "+test.in+" }}\n")
			p, l := Load(Options{Dir: dir, Env: map[string]string{"A": "1"}})
			if err := l.Err(); err != nil {
				t.Fatal(err)
			}
			v, _ := p.Root.Props.Models[0].Config.Values.Get("x")
			if got := jinja.Str(v); got != test.want {
				t.Errorf("%s = %s, want %s", test.in, got, test.want)
			}
		})
	}
}

func TestSecretsAreKnownByTheirNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"password": true, "PASSWORD": true, "passcode": true, "private_key": true, "private_key_passphrase": true, "token": true, "jwt_token": true, "secret": true,
		"oauth_client_secret": true, "secret_access_key": true, "extra_credentials": true, "Authorization": true, "api_key": true, "proxy_password": true, "password_command": true,
		"private_key_path": false, "password_keyring": false, "secrets": false, "oauth_token_request_url": false, "user": false, "key_id": false, "workload_identity_provider": false,
	} {
		if got := IsSecret(name); got != want {
			t.Errorf("IsSecret(%q) = %v", name, got)
		}
	}
}

func TestRedactKnowsASecretHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"hunter2!", `p"w\x`, "ä b&c", "a'b<c>d", "tab\tline\nend", "p@ss:w/rd?x=1#y%z+", "日本語です"} {
		p := &Project{}
		p.Hide(secret)
		inJSON, err := json.Marshal(map[string]string{"message": "login with " + secret + " failed"})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{
			"plain": "login with " + secret + " failed", "JSON": string(inJSON), "JSON in ASCII": inASCII(string(inJSON)), "Go": fmt.Sprintf("%q", "login with "+secret),
			"query": "https://x/?password=" + url.QueryEscape(secret) + "&x=1", "path": "https://x/" + url.PathEscape(secret) + "/x",
			"user": "postgres://" + url.UserPassword("me", secret).String() + "@host/db", "SQL": "set x = '" + strings.ReplaceAll(secret, "'", "''") + "'",
			"driver": "me:" + secret + "@abc.snowflakecomputing.com/db?warehouse=w",
		} {
			got := p.Redact(text)
			if got == text || !strings.Contains(got, "***") {
				t.Errorf("%q, %s: %s", secret, name, got)
			}
		}
	}
	// Each line of a key is hidden, but for those that all keys have.
	p := &Project{}
	p.Hide("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\nAB==\n-----END PRIVATE KEY-----\n")
	if got, want := p.Redact("-----BEGIN PRIVATE KEY-----: MIIEvQIBADANBgkqhkiG AB=="), "-----BEGIN PRIVATE KEY-----: *** AB=="; got != want {
		t.Errorf("a line of a key: %s, want %s", got, want)
	}
	// A text of no length, or of one letter, is everywhere: it is no secret that could be kept so, and nothing is garbled.
	for _, secret := range []string{"", "x", "abc"} {
		p := &Project{}
		p.Hide(secret)
		if got := p.Redact("exit abc"); got != "exit abc" {
			t.Errorf("%q: %s", secret, got)
		}
	}
}
