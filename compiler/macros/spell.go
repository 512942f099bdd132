package macros

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/relation"
)

// Spell calls a macro by name (dispatch included, as any template would call it) and returns its text. Args are as in
// materialize.Call.
func (c *Context) Spell(ctx context.Context, macro string, args ...any) (string, error) {
	values := make([]jinja.Value, len(args))
	for i, arg := range args {
		values[i] = c.Value(arg)
	}
	v, err := c.CallMacro(ctx, macro, values, nil)
	if err != nil || v == nil {
		return "", err
	}
	return jinja.Str(v), nil
}

// Value is an argument of a materialization's call as a template sees it: relations and columns as objects, maps as dicts in
// order of their keys.
func (c *Context) Value(arg any) jinja.Value {
	switch v := arg.(type) {
	case relation.Table:
		return c.relation(&v)
	case *relation.Table:
		if v == nil {
			return nil
		}
		return c.relation(v)
	case relation.Relation:
		return c.relation(&relation.Table{Relation: v})
	case relation.Column:
		return NewColumn(c.Dialect, v)
	case []relation.Column:
		return columnList(c.columns(v))
	case []any:
		return listOf(v, c.Value)
	case []string:
		return texts(v)
	case map[string]any:
		d := jinja.NewDict()
		for _, k := range slices.Sorted(maps.Keys(v)) {
			d.Put(k, c.Value(v[k]))
		}
		return d
	case int64:
		return int(v)
	}
	return arg
}

func listOf[T any](in []T, value func(any) jinja.Value) *jinja.List {
	l := jinja.NewList()
	for _, v := range in {
		l.Items = append(l.Items, value(v))
	}
	return l
}

func (c *Context) columns(in []relation.Column) []*Column {
	var out []*Column
	for _, column := range in {
		out = append(out, NewColumn(c.Dialect, column))
	}
	return out
}

// relation is a relation of the warehouse as templates see it, quoted as the node or else the project file says.
func (c *Context) relation(t *relation.Table) *Relation {
	r := NewRelation(c.Dialect, t.Relation, t.Kind)
	if this, ok := c.This.(*Relation); ok && this != nil {
		r.Quote = this.Quote
		return r
	}
	mergePolicy(&r.Quote, c.Project.Root.Quoting)
	return r
}

// CallMacro calls a macro by name and returns its value. The name may have a package's before it: "dbt_utils.star".
func (c *Context) CallMacro(ctx context.Context, macro string, args []jinja.Value, kwargs *jinja.Dict) (jinja.Value, error) {
	m, ok := c.callee(macro)
	if !ok {
		return nil, &diag.Diagnostic{
			Code: UnknownMacro, Message: fmt.Sprintf("there is no macro %q", macro),
			Hint: diag.DidYouMean(macro, c.Library.Names(c.Package.Name)),
		}
	}
	if kwargs == nil {
		kwargs = jinja.NewDict()
	}
	call, err := callExpression()
	if err != nil {
		return nil, err
	}
	v, err := call.Eval(ctx, calling{c, m, jinja.NewList(args...), kwargs}, jinja.Options{})
	var inText *jinja.Error
	if errors.As(err, &inText) { // the call stands in no file
		return nil, inText.CalledAt(diag.Span{})
	}
	return v, err
}

// Calls tells whether there is a macro of that name to call. The name may have a package's before it.
func (c *Context) Calls(macro string) bool {
	_, ok := c.callee(macro)
	return ok
}

func (c *Context) callee(name string) (jinja.Value, bool) {
	namespace, rest, ok := cutName(name)
	if !ok {
		namespace, rest = "", name
	}
	if m := c.Library.Find(c.Package.Name, namespace, rest); m != nil {
		return callable{c, m}, true
	}
	return nil, false
}

// calling is a context with the parts of one call beside it, under names that no template can write.
type calling struct {
	*Context
	callee jinja.Value
	args   *jinja.List
	kwargs *jinja.Dict
}

// Lookup implements jinja.Globals.
func (c calling) Lookup(name string) (jinja.Value, bool) {
	switch name {
	case "__callee__":
		return c.callee, true
	case "__args__":
		return c.args, true
	case "__kwargs__":
		return c.kwargs, true
	}
	return c.Context.Lookup(name)
}

// callExpression is the expression by which Go calls a macro.
var callExpression = sync.OnceValues(func() (*jinja.Expression, error) {
	e, problems := jinja.ParseExpression(&diag.Source{Path: "<call>", Text: "__callee__(*__args__, **__kwargs__)"})
	return e, problems.Err()
})
