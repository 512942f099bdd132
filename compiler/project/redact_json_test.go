package project

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestRedactedJSONIsJSON hides secrets that look like JSON itself, or like the words of a format, in a text of it.
func TestRedactedJSONIsJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ secret, text, want string }{
		{"name", `{"name": "my name is", "rows": 3}`, `{"name": "my *** is", "rows": 3}`},
		{"1234", `{"rows": 1234, "said": "1234 rows"}`, `{"rows": 1234, "said": "*** rows"}`},
		{"true", `[true, "true", {"true" : "x"}]`, `[true, "***", {"true" : "x"}]`},
		{`": "`, `{"a": "b", "c": "say \": \" now"}`, `{"a": "b", "c": "say *** now"}`},
		{"u00e9", `["\u00e9", "u00e9 \u00e9"]`, `["\u00e9", "*** \u00e9"]`},
		{`p"w\x`, `{"p\"w\\x": "p\"w\\x", "url": "u:p%22w%5Cx@h"}`, `{"***": "***", "url": "u:***@h"}`},
		{"nnnn", `{"a":"\nnnnn","b":"{\"a\":\"nnnn\"}"}`, `{"a":"\n***","b":"{\"a\":\"***\"}"}`},
		{"sesame", "{\"a\":\n\"sesame\"}\n{\"b\"\n :[\"sesame\"]}\n", "{\"a\":\n\"***\"}\n{\"b\"\n :[\"***\"]}\n"},
		{"sesame", `__mod("data",{"html":"\u003cb\u003esesame"})`, `__mod("data",{"html":"\u003cb\u003e***"})`},
		{"sesame", `{"cut": "sesame`, `{"cut": "***`},
	} {
		p := &Project{}
		p.Hide(test.secret)
		if got := string(RedactJSON([]byte(test.text), p.Redact)); got != test.want {
			t.Errorf("%q in %s:\n got %s\nwant %s", test.secret, test.text, got, test.want)
		}
	}
}

// TestRedactedJSONHoldsNoSecret writes any values in pieces of any length: what comes out is JSON of the same shape, its strings without the secret.
func TestRedactedJSONHoldsNoSecret(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringN(4, 8, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" && !strings.Contains("******", s) }).Draw(t, "secret")
		before := rapid.SliceOf(rapid.SampledFrom([]any{"plain", secret, "a " + secret + `"\`, 12.0, nil, true, map[string]any{"key": secret}})).Draw(t, "values")
		text, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		p := &Project{}
		p.Hide(secret)
		var out bytes.Buffer
		w := NewRedactingJSON(&out, p.Redact)
		for len(text) > 0 {
			n := rapid.IntRange(1, len(text)).Draw(t, "length")
			if _, err := w.Write(text[:n]); err != nil {
				t.Fatal(err)
			}
			text = text[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		var after []any
		if err := json.Unmarshal(out.Bytes(), &after); err != nil || len(after) != len(before) {
			t.Fatalf("%v: %s", err, out.Bytes())
		}
		for i, v := range after {
			if m, ok := v.(map[string]any); ok {
				v = m["key"]
			}
			if s, ok := v.(string); ok && before[i] != "plain" && strings.Contains(s, secret) {
				t.Errorf("%q is in %s", secret, out.Bytes())
			}
		}
	})
}
