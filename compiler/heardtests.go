package compiler

import (
	"context"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// testShape is what rendering a generic test of the pack depends on while it is parsed: the macro, whose macros hide others, and which
// arguments there are, by name and kind. The pack's tests look at no more than that before they run.
type testShape struct {
	macro     *macros.Macro
	pkg       *project.Package
	arguments string
}

// hearTest renders a generic test once to hear what it calls. Where one of the same shape was rendered by macros of the pack alone, and called
// nothing but macros, this one calls the same: most tests of a project are of a few shapes.
func (b *builder) hearTest(c *macros.Context, d *draft, kwargs *jinja.Dict) error {
	shape := testShape{c.Leading, d.Package, kindsOf(kwargs)}
	if called, known := b.heard.Load(shape); known {
		for _, id := range called.([]string) {
			d.addMacro(id)
		}
		return nil
	}
	own, before := false, d.said()
	c.Called = func(m *macros.Macro) { own = own || !m.Builtin() }
	c.Extra[testArguments] = kwargs
	if _, err := d.template.Render(context.Background(), c, jinja.Options{}); err != nil {
		return err
	}
	if !own && c.Leading.Builtin() && d.said() == before {
		b.heard.Store(shape, slices.Clone(d.Macros))
	}
	return nil
}

// said counts what a template can say of its node besides the macros that it calls.
func (d *draft) said() int {
	n := len(d.Refs) + len(d.Sources) + len(d.Functions) + len(d.Metrics) + d.calls.Values.Len()
	if d.Introspective {
		n++
	}
	return n
}

// kindsOf spells the names of arguments and what kind of value each has.
func kindsOf(kwargs *jinja.Dict) string {
	var out strings.Builder
	for k, v := range kwargs.All() {
		out.WriteString(jinja.Str(k))
		out.WriteByte(0)
		out.WriteString(jinja.TypeName(v))
		out.WriteByte(0)
	}
	return out.String()
}
