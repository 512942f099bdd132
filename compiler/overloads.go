package compiler

import (
	"context"
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// InvalidOverload is an overload of a function that has no file of its own.
const InvalidOverload diag.Code = "invalid-overload"

// Overload is one more signature of a function: other arguments, and a body in a file of its own, which is no function of the project
// by itself. https://docs.getdbt.com/docs/build/udfs
type Overload struct {
	DefinedIn string      // the name of its file
	given     *jinja.Dict // as the properties have it
	node      *Node       // of its file; in no graph
}

// Overloads are the overloads of a function, in the order of its properties.
func (n *Node) Overloads() []*Overload { return n.overloads }

// absorbOverloads makes the files that functions name under overloads a part of those functions.
func (b *builder) absorbOverloads() {
	files := map[[2]string]*draft{}
	for _, d := range b.drafts {
		if d.Type == Function {
			files[[2]string{d.Package.Name, d.Name}] = d
		}
	}
	taken := map[*draft]*draft{}
	for _, d := range b.drafts {
		if d.Type != Function || d.Props == nil {
			continue
		}
		for _, given := range dictsAt(d.Props.More, "overloads") {
			name := textOf(at(given, "defined_in"))
			file := files[[2]string{d.Package.Name, name}]
			switch {
			case file == nil:
				b.problems.Errorf(d.At, InvalidOverload, "function %q has an overload in %q, and there is no such file", d.Name, name).
					Hint = fmt.Sprintf("write functions/%s.sql", name)
			case file == d:
				b.problems.Errorf(d.At, InvalidOverload, "function %q is an overload of itself", d.Name).Hint = "name another file under defined_in"
			case taken[file] != nil:
				b.problems.Errorf(d.At, InvalidOverload, "the file of the overload %q is that of function %q already", name, taken[file].Name)
			default:
				taken[file] = d
				d.overloads = append(d.overloads, &Overload{DefinedIn: name, given: given, node: file.Node})
				d.Refs, d.Sources, d.Functions = append(d.Refs, file.Refs...), append(d.Sources, file.Sources...), append(d.Functions, file.Functions...)
				for _, id := range file.Macros {
					d.addMacro(id)
				}
			}
		}
	}
	b.drafts = slices.DeleteFunc(b.drafts, func(d *draft) bool { return taken[d] != nil })
}

func textOf(v jinja.Value) string {
	if v == nil {
		return ""
	}
	return jinja.Str(v)
}

// describe is the overload in the manifest's words.
func (o *Overload) describe() *jinja.Dict {
	d := jinja.DictOf("defined_in", o.DefinedIn, "arguments", describeArguments(o.given), "returns", nil, "description", at(o.given, "description"),
		"raw_body", o.node.Raw, "compiled_body", nil)
	if given := dictOf(o.given, "returns"); given.Len() > 0 {
		d.Put("returns", fill(jinja.DictOf("data_type", nil, "description", nil), given))
	}
	return d
}

// overloading is how the code of a function's overloads is rendered: what macros see as `model` is then the function with the overload's
// arguments, result and body, until the next call. Overload 0 is the function itself.
func (g *Graph) overloading(c *nodeContext, n *Node) func(ctx context.Context, i int) error {
	var own func() *jinja.Dict
	return func(ctx context.Context, i int) error {
		if own == nil {
			own = c.Model
		}
		if c.Model = own; i == 0 {
			return nil
		}
		o := n.overloads[i-1]
		body, _, err := g.query(ctx, c, o.node)
		if err != nil {
			return g.failure(err, n)
		}
		c.Model = func() *jinja.Dict {
			d, described := own(), o.describe()
			d.Put("arguments", at(described, "arguments"))
			if returns := at(described, "returns"); returns != nil {
				d.Put("returns", returns)
			}
			d.Put("compiled_code", body)
			return d
		}
		return nil
	}
}

// Overload makes the macros that are called next see an overload of the function, the first being 1, as the node; 0 is the function.
func (r *Rendered) Overload(ctx context.Context, i int) error { return r.overload(ctx, i) }
