// Package template fills texts and structures with what is being sent: `${row.email}` is a value of a row, `${op}` what is to happen.
// A value goes in as what it is where it stands alone, so that a structure written as JSON is well-formed whatever the rows hold; in the
// midst of a text it goes in as text, escaped for the place. The names are marked by a dollar sign and not by doubled braces because
// those are filled when the project is read, long before there are rows.
package template

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/syncs"
)

// Scope is what the names of a template stand for.
type Scope struct {
	Batch *syncs.Batch
	Row   *syncs.Row // nil where a template is of a whole batch
	Rows  any        // of `${rows}`; nil for the rows as they are
}

// names are those that a template knows besides the fields of a row.
func names() []string {
	return []string{"row", "rows", "key", "op", "mode", "sync", "run", "object", "count", "idempotency_key"}
}

// Text is a text with names in it. It is safe for concurrent use.
type Text struct{ parts []part }

// part is a literal text, or a name with what is to be made of its value.
type part struct {
	literal, name, filter string
}

// ParseText reads a text: `${name}` stands for a value, `${name | json}` for its JSON, `$${` for the signs themselves. The error says
// which name nobody knows.
func ParseText(text string) (*Text, error) {
	t := &Text{}
	for text != "" {
		before, rest, found := strings.Cut(text, "${")
		if strings.HasSuffix(before, "$") && found {
			t.parts, text = append(t.parts, part{literal: before + "{"}), rest
			continue
		}
		if before != "" {
			t.parts = append(t.parts, part{literal: before})
		}
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("%q is not closed", "${"+rest)
		}
		p, err := parseName(inside)
		if err != nil {
			return nil, err
		}
		t.parts, text = append(t.parts, p), after
	}
	return t, nil
}

func parseName(inside string) (part, error) {
	name, filter, _ := strings.Cut(inside, "|")
	p := part{name: strings.TrimSpace(name), filter: strings.TrimSpace(filter)}
	field, ofRow := strings.CutPrefix(p.name, "row.")
	if !ofRow && !slices.Contains(names(), p.name) || ofRow && field == "" {
		return p, fmt.Errorf("%q is no name: there is row.FIELD, and %s", p.name, strings.Join(names(), ", "))
	}
	if p.filter != "" && p.filter != "json" && p.filter != "text" {
		return p, fmt.Errorf("%q is no filter: there are json and text", p.filter)
	}
	return p, nil
}

// Expand is the text with its values, each escaped; nil leaves them as they are. The error is that of [JSON].
func (t *Text) Expand(s Scope, escape func(string) string) (string, error) {
	var out strings.Builder
	for _, p := range t.parts {
		if p.name == "" {
			out.WriteString(p.literal)
			continue
		}
		v, err := s.value(p)
		if err != nil {
			return "", err
		}
		value := Format(v)
		if escape != nil {
			value = escape(value)
		}
		out.WriteString(value)
	}
	return out.String(), nil
}

// Names are the names in the text, in their order.
func (t *Text) Names() []string {
	var out []string
	for _, p := range t.parts {
		if p.name != "" {
			out = append(out, p.name)
		}
	}
	return out
}

// Split cuts the text before the first appearance of a sign in its literal parts; after is empty if there is none.
func (t *Text) Split(sign string) (before, after *Text) {
	for i, p := range t.parts {
		if at := strings.Index(p.literal, sign); at >= 0 {
			before = &Text{append(slices.Clone(t.parts[:i]), part{literal: p.literal[:at]})}
			return before, &Text{append([]part{{literal: p.literal[at:]}}, t.parts[i+1:]...)}
		}
	}
	return t, &Text{}
}

// alone is the text's only part if that is a name.
func (t *Text) alone() (part, bool) {
	if len(t.parts) == 1 && t.parts[0].name != "" {
		return t.parts[0], true
	}
	return part{}, false
}

func (s Scope) value(p part) (any, error) {
	v := s.lookup(p.name)
	switch p.filter {
	case "json":
		text, err := JSON(v)
		return string(text), err
	case "text":
		return Format(v), nil
	default:
		return v, nil
	}
}

func (s Scope) lookup(name string) any {
	if field, ok := strings.CutPrefix(name, "row."); ok {
		return s.field(field)
	}
	switch name {
	case "row":
		return Record(s.Batch.Target, s.Row)
	case "rows":
		return s.rows()
	case "key":
		return s.key()
	case "op":
		return string(s.Batch.Op)
	case "mode":
		return string(s.Batch.Mode)
	case "sync":
		return s.Batch.Sync
	case "run":
		return s.Batch.Run
	case "object":
		return s.Batch.Object
	case "count":
		return int64(len(s.Batch.Rows))
	default:
		return s.Batch.IdempotencyKey()
	}
}

// field is a value of the row; nil if the row has no such field, as one that is to be deleted has but its key.
func (s Scope) field(name string) any {
	if s.Row == nil {
		return nil
	}
	at := slices.IndexFunc(s.Batch.Fields, func(f syncs.Field) bool { return f.Name == name })
	if at < 0 || at >= len(s.Row.Values) {
		return nil
	}
	return s.Row.Values[at]
}

// key is the value of the key, or the values if it has several fields.
func (s Scope) key() any {
	if s.Row == nil {
		return nil
	}
	if key := s.Row.Key(s.Batch.Target); len(key) != 1 {
		return key
	}
	return s.Row.Values[0]
}

func (s Scope) rows() any {
	if s.Rows != nil {
		return s.Rows
	}
	return Records(s.Batch)
}
