package syncs

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Config is the settings of a destination as the project spells them: strings, ints, floats, bools, []any and map[string]any.
type Config map[string]any

// String is a setting as text, or fallback if it is not set.
func (c Config) String(key, fallback string) string {
	switch v := c[key].(type) {
	case nil:
		return fallback
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// Int is a setting as a whole number, or fallback if it is not set or no number.
func (c Config) Int(key string, fallback int) int {
	switch v := c[key].(type) {
	case int:
		return v
	case float64:
		return int(v)
	default:
		return fallback
	}
}

// Bool is a setting as a truth value, or fallback if it is not set.
func (c Config) Bool(key string, fallback bool) bool {
	switch v := c[key].(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	default:
		return fallback
	}
}

// Duration is a setting in seconds, or as text such as "1m30s"; fallback if it is not set or neither.
func (c Config) Duration(key string, fallback time.Duration) time.Duration {
	switch v := c[key].(type) {
	case int:
		return time.Duration(v) * time.Second
	case float64:
		return time.Duration(v * float64(time.Second))
	case string:
		if d, err := time.ParseDuration(v); err == nil {
			return d
		}
	}
	return fallback
}

// Map is a setting that is a mapping; nil if it is not set or none.
func (c Config) Map(key string) Config {
	m, _ := c[key].(map[string]any)
	return m
}

// Strings is a setting that is a list, or one text.
func (c Config) Strings(key string) []string {
	switch v := c[key].(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, fmt.Sprint(item))
		}
		return out
	default:
		return nil
	}
}

// Memory is where a destination notes which batches have arrived, by the setting memory: usual if it is not set, "" if it is false.
func (c Config) Memory(usual string) string {
	name := c.String("memory", usual)
	if name == "false" {
		return ""
	}
	return name
}

// ByMemory is the guarantee of a destination that writes by key, and notes which batches have arrived where [Config.Memory] says.
func ByMemory(c Config, m Mode) Guarantee {
	switch {
	case c.Memory("usual") != "":
		return EffectivelyOnce
	case m == AppendMode:
		return Duplicates
	default:
		return Idempotent
	}
}

// Below is the settings with files and folders that are not absolute, nor addresses, below a folder.
func (k *Kind) Below(dir string, c Config) Config {
	out := maps.Clone(c)
	for _, s := range k.Settings {
		path, ok := c[s.Name].(string)
		if s.Path && ok && path != "" && !filepath.IsAbs(path) && !strings.Contains(path, "://") {
			out[s.Name] = filepath.Join(dir, path)
		}
	}
	return out
}

// Problem is what is wrong with settings: one that is missing, or one that nobody knows.
type Problem struct{ Setting, Message string }

// Check looks for settings that the kind requires and that are not there, and for those it does not know.
func (k *Kind) Check(c Config) []Problem {
	var out []Problem
	known := []string{"type"}
	for _, s := range k.Settings {
		known = append(known, s.Name)
		if v, ok := c[s.Name]; s.Required && (!ok || v == nil || v == "") {
			out = append(out, Problem{Message: fmt.Sprintf("a destination of type %s needs %q: %s", k.Name, s.Name, s.Doc)})
		}
	}
	for key := range c {
		if !slices.Contains(known, key) {
			out = append(out, Problem{Setting: key, Message: fmt.Sprintf("a destination of type %s has no setting %q", k.Name, key)})
		}
	}
	slices.SortFunc(out, func(a, b Problem) int { return strings.Compare(a.Message, b.Message) })
	return out
}
