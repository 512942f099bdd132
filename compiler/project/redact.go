package project

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/jinja"
)

// secretKeys are settings of a connection that are never shown, beside those whose names say it by a part.
var secretKeys = []string{"pass", "pwd", "token", "keyfile_json"}

// IsSecret tells whether a setting of that name is a secret.
func IsSecret(name string) bool { return isSecretKey(name) }

func isSecretKey(name string) bool {
	name = strings.ToLower(name)
	for _, place := range []string{"_keyring", "_path", "_file", "_url", "_provider"} { // where a secret is kept is none
		if strings.HasSuffix(name, place) {
			return false
		}
	}
	for _, part := range []string{"password", "passphrase", "passcode", "credential", "authorization", "api_key", "apikey", "private_key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	// DuckDB's `secrets` is a list of settings, each with a name of its own.
	return slices.Contains(secretKeys, name) || strings.HasSuffix(name, "_token") || strings.Contains(name, "secret") && name != "secrets"
}

// collectSecrets gathers what Redact hides.
func (p *Project) collectSecrets() {
	found := map[string]bool{}
	for name, value := range p.Env.values {
		if strings.HasPrefix(name, secretPrefix) && strings.TrimSpace(value) != "" {
			found[value] = true
		}
	}
	secret, shown := map[string]bool{}, map[string]bool{}
	collectSettings(p.Target.Config, false, secret, shown)
	for _, d := range p.Destinations {
		collectSettings(d.Config, false, secret, shown)
	}
	for value := range secret {
		// Hiding a password that is a common word, such as that of user "postgres", would tell what it is and garble every message.
		if len(value) >= shortestSecret && !shown[value] {
			found[value] = true
		}
	}
	p.hidden.set(slices.Collect(maps.Keys(found)))
}

// tellingLine is the length from which on a line of a secret of several lines is hidden by itself.
const tellingLine = 16

// shortestSecret is the length of the shortest password that Redact hides.
const shortestSecret = 4

// collectSettings sorts the texts in a setting into secret ones and those that anybody may see.
func collectSettings(v any, isSecret bool, secret, shown map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			collectSettings(item, isSecret || isSecretKey(k), secret, shown)
		}
	case []any:
		for _, item := range v {
			collectSettings(item, isSecret, secret, shown)
		}
	case nil, bool:
	default:
		text := jinja.Str(v)
		switch {
		case strings.TrimSpace(text) == "":
		case isSecret:
			secret[text] = true
		default:
			shown[text] = true
		}
	}
}

// Redact replaces the values of secret variables (DBT_ENV_SECRET_*) and of the target's password settings by ***, also where they are escaped for JSON or
// an address. Passwords of less than four characters, and those that another setting has for a value, are left: they are no secrets.
func (p *Project) Redact(text string) string { return p.hidden.redact(text) }

// Redactor is Redact as it is now, without the project: for what outlives it.
func (p *Project) Redactor() func(text string) string {
	p.hidden.mu.RLock()
	defer p.hidden.mu.RUnlock()
	return (&hidden{texts: slices.Clone(p.hidden.texts)}).redact
}

// Hide makes Redact replace a secret that became known later: what a command or a keyring gave. It is safe for concurrent use.
func (p *Project) Hide(secret string) {
	if len(secret) >= shortestSecret {
		p.hidden.add(secret)
	}
}

// HasSecrets tells whether there is anything that Redact replaces.
func (p *Project) HasSecrets() bool {
	p.hidden.mu.RLock()
	defer p.hidden.mu.RUnlock()
	return len(p.hidden.texts) > 0
}

// hidden are the texts that Redact replaces, in all their spellings. The zero value has none; it is safe for concurrent use.
type hidden struct {
	mu    sync.RWMutex
	texts []string // the longest first: one may be part of another
}

func (h *hidden) set(secrets []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.texts = nil
	h.spell(secrets)
}

func (h *hidden) add(secret string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spell([]string{secret})
}

// spell adds the spellings of secrets.
func (h *hidden) spell(secrets []string) {
	all := map[string]bool{}
	for _, s := range append(secrets, h.texts...) {
		for _, spelled := range spellings(s) {
			all[spelled] = true
		}
	}
	h.texts = slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
}

func (h *hidden) redact(text string) string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, s := range h.texts {
		text = strings.ReplaceAll(text, s, "***")
	}
	return text
}

// spellings are the ways in which a text may be written down: as it is, in JSON and in Go's quotes, and in an address, with either letter case of the digits.
func spellings(s string) []string {
	out := []string{s}
	for line := range strings.Lines(s) { // a key in PEM may be shown in part
		if line = strings.TrimSpace(line); len(line) >= tellingLine && line != s && !strings.HasPrefix(line, "-----") {
			out = append(out, line)
		}
	}
	if text, err := json.Marshal(s); err == nil {
		out = append(out, string(text[1:len(text)-1]), inASCII(string(text[1:len(text)-1])))
	}
	var plain strings.Builder
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(s) == nil {
		text := plain.String()
		text = text[1 : len(text)-2] // quotes, and the end of the line
		out = append(out, text, inASCII(text))
	}
	quoted := strconv.Quote(s)
	out = append(out, quoted[1:len(quoted)-1], strings.ReplaceAll(s, "'", "''"), strings.ReplaceAll(s, "'", `\'`))
	for _, reserved := range []string{"", "$&+=:@,;/?!*'()"} { // what paths, queries and passwords in addresses leave as it is differs
		for _, digits := range []string{"0123456789ABCDEF", "0123456789abcdef"} {
			escaped := percentEncoded(s, reserved, digits)
			out = append(out, escaped, strings.ReplaceAll(escaped, "%20", "+"))
		}
	}
	for _, reserved := range []string{"$&+=:@", "$&+,=;:", "$&+,/:;=@", "$&+,;="} { // https://pkg.go.dev/net/url: paths, users, …
		out = append(out, percentEncoded(s, reserved, "0123456789ABCDEF"))
	}
	return out
}

// inASCII is a text of JSON as Python's json writes it, and so artifacts are written.
func inASCII(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch high, low := utf16.EncodeRune(r); {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case high != utf8.RuneError:
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// percentEncoded is https://www.rfc-editor.org/rfc/rfc3986#section-2.1, but for the characters in kept.
func percentEncoded(s, kept, digits string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case '0' <= c && c <= '9', 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', strings.IndexByte("-_.~", c) >= 0, strings.IndexByte(kept, c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	return b.String()
}
