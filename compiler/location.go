package compiler

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
)

// locateSources finds the sources that are no relations but files, or calls of functions that read them: those with an
// external_location, in their meta or config.
func (b *builder) locateSources() {
	if !b.Dialect.Has(dialect.Files) {
		return
	}
	for _, n := range b.sources {
		known := b.knownOf(n)
		template, _ := known.GetString("external_location")
		if template == nil {
			continue
		}
		location, err := locate(known, jinja.Str(template))
		if err != nil {
			b.problems.Add(&diag.Diagnostic{
				Code: InvalidConfig, Span: n.At,
				Message: fmt.Sprintf("the external_location %q of source %q: %v", jinja.Str(template), n.Table.Source.Name+"."+n.Name, err),
			})
			continue
		}
		b.locations[n] = location
	}
}

// Location is what is written in a query to read a source that is no relation, "" for everything else.
func (g *Graph) Location(n *Node) string { return g.Of(n).locations[n] }

// knownOf is what an external_location may refer to: the source's name and place, its meta, and the configs that only it has.
func (g *Graph) knownOf(n *Node) *jinja.Dict {
	out := jinja.DictOf("name", n.Name, "identifier", n.Relation.Name, "schema", n.Relation.Schema, "database", text(n.Relation.Database), "tags", textList(n.Tags))
	usual := defaults(Source)
	for k, v := range n.Meta.All() {
		out.Put(jinja.Str(k), v)
	}
	for k, v := range n.Config.Values.All() {
		if _, ok := usual.Get(jinja.Str(k)); !ok {
			out.Put(jinja.Str(k), v)
		}
	}
	return out
}

// locate fills in a location. Text that is no call of a function is the name of a file, and quoted.
func locate(known *jinja.Dict, template string) (string, error) {
	formatter, _ := known.GetString("formatter")
	location, err := "", error(nil)
	switch formatter {
	case nil, "newstyle":
		location, err = evaluate("template.format(**known)", template, known)
	case "oldstyle":
		location, err = evaluate("template % known", template, known)
	case "template":
		location, err = substitute(template, known)
	default:
		err = fmt.Errorf("the formatter %q is none of newstyle, oldstyle and template", jinja.Str(formatter))
	}
	if err != nil || strings.Contains(location, "(") || strings.HasPrefix(location, "'") {
		return location, err
	}
	return "'" + location + "'", nil
}

// filling is the names of an expression that fills in a template.
type filling struct {
	template string
	known    *jinja.Dict
}

// Lookup implements jinja.Globals.
func (f filling) Lookup(name string) (jinja.Value, bool) {
	switch name {
	case "template":
		return f.template, true
	case "known":
		return f.known, true
	}
	return nil, false
}

// evaluate fills in a template as Python does, by an expression.
func evaluate(expression, template string, known *jinja.Dict) (string, error) {
	e, problems := jinja.ParseExpression(diag.NewSource("<location>", expression))
	if err := problems.Err(); err != nil {
		return "", err
	}
	v, err := e.Eval(context.Background(), filling{template, known}, jinja.Options{})
	var raised *jinja.Error
	if errors.As(err, &raised) {
		return "", errors.New("it cannot be filled in: " + raised.Message)
	}
	if err != nil {
		return "", err
	}
	return jinja.Str(v), nil
}

// substitute replaces $name and ${name}; $$ is a dollar sign.
// https://docs.python.org/3/library/string.html#template-strings
func substitute(template string, known *jinja.Dict) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(template, "$")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		if strings.HasPrefix(rest, "$") {
			out.WriteByte('$')
			template = rest[1:]
			continue
		}
		name, after := placeholder(rest)
		v, ok := known.GetString(name)
		if !ok {
			return "", fmt.Errorf("there is no %q to fill in", "$"+name)
		}
		out.WriteString(jinja.Str(v))
		template = after
	}
}

// placeholder reads the name at the start of what follows a dollar sign.
func placeholder(s string) (name, rest string) {
	if inside, after, closed := strings.Cut(strings.TrimPrefix(s, "{"), "}"); closed && strings.HasPrefix(s, "{") {
		return inside, after
	}
	end := 0
	for end < len(s) && (s[end] == '_' || s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' || end > 0 && s[end] >= '0' && s[end] <= '9') {
		end++
	}
	return s[:end], s[end:]
}
