package project

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// secretPrefix begins the names of variables that only profiles and packages may read, and that are redacted.
const secretPrefix = "DBT_ENV_SECRET"

// Env is the environment as templates may read it. It records what was asked. Safe for concurrent use.
type Env struct {
	values map[string]string
	mu     sync.Mutex
	asked  map[string]bool
}

// newEnv is the environment with the variables of the .env file that is found in dir or, as dbt looks for it, above it.
func newEnv(environ map[string]string, dir string) *Env {
	e := &Env{values: maps.Clone(environ), asked: map[string]bool{}}
	if e.values == nil {
		e.values = map[string]string{}
	}
	for {
		if text, err := os.ReadFile(filepath.Join(dir, ".env")); err == nil {
			e.addDotenv(string(text))
			return e
		}
		up := filepath.Dir(dir)
		if up == dir {
			return e
		}
		dir = up
	}
}

// Lookup returns the variable.
func (e *Env) Lookup(name string) (string, bool) {
	if e == nil {
		return "", false
	}
	e.mu.Lock()
	e.asked[name] = true
	e.mu.Unlock()
	v, ok := e.values[name]
	return v, ok
}

// Asked are the names that Lookup was asked for, sorted.
func (e *Env) Asked() []string {
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(maps.Keys(e.asked))
}

// names are the variables there are, for "did you mean".
func (e *Env) names() []string { return slices.Sorted(maps.Keys(e.values)) }

var (
	dotenvLine = regexp.MustCompile(`^\s*(?:export\s+)?(?:'([^']+)'|([^=\s#'"]+))\s*(=?)\s*`)
	dotenvVar  = regexp.MustCompile(`\$\{([^}:]*)(?::-([^}]*))?\}`)
)

// addDotenv adds the variables of a .env file, except those that are set already.
func (e *Env) addDotenv(text string) {
	set := maps.Clone(e.values)
	text = strings.TrimPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "\ufeff")
	for text != "" {
		var name, value string
		name, value, text = dotenvEntry(text)
		if name == "" {
			continue
		}
		value = dotenvVar.ReplaceAllStringFunc(value, func(s string) string {
			m := dotenvVar.FindStringSubmatch(s)
			if v, ok := e.values[m[1]]; ok {
				return v
			}
			return m[2]
		})
		if _, ok := set[name]; !ok {
			e.values[name] = value
		}
	}
}

// dotenvEntry reads one entry; name is "" for a line that is none.
func dotenvEntry(text string) (name, value, rest string) {
	line, after, _ := strings.Cut(text, "\n")
	m := dotenvLine.FindStringSubmatchIndex(line)
	if m == nil || m[6] == m[7] || strings.HasPrefix(strings.TrimSpace(line), "#") {
		return "", "", after
	}
	if m[2] >= 0 {
		name = line[m[2]:m[3]]
	} else {
		name = line[m[4]:m[5]]
	}
	raw := text[m[1]:]
	if m[1] < len(line) && (line[m[1]] == '"' || line[m[1]] == '\'') {
		if end := quotedWith(raw, line[m[1]]); end > 0 {
			_, after, _ := strings.Cut(raw[end+1:], "\n")
			return name, unescapeDotenv(raw[1:end], line[m[1]]), after
		}
	}
	value = line[m[1]:]
	if i := strings.Index(" "+value, " #"); i >= 0 {
		value = value[:max(i-1, 0)]
	}
	return name, strings.TrimSpace(value), after
}

// quotedWith is where the quote that s begins with is closed, or 0.
func quotedWith(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if s[i] == quote {
			return i
		}
	}
	return 0
}

func unescapeDotenv(s string, quote byte) string {
	if quote == '\'' {
		return strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(s)
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\n`, "\n", `\t`, "\t", `\r`, "\r").Replace(s)
}
