package compiler

import (
	"fmt"
	"path"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// UnknownFunction is a function() that the project does not have.
const UnknownFunction diag.Code = "unknown-function-node"

// functionLanguages are the languages of functions by the endings of their files.
var functionLanguages = map[string]string{".py": "python", ".js": "javascript"}

// findFunction resolves a call of function() as a node of package from sees it.
func (n *names) findFunction(from *project.Package, call RefCall) (*Node, *diag.Diagnostic) {
	if found := visible(n.functions[call.Name], n.project.Root, from, call.Package); len(found) > 0 {
		return found[0], nil
	}
	d := &diag.Diagnostic{Code: UnknownFunction, Span: call.At, Message: fmt.Sprintf("no function is called %q", call.Name)}
	var known []string
	for name := range n.functions {
		known = append(known, name)
	}
	d.Hint = diag.DidYouMean(call.Name, sorted(known))
	if d.Hint == "" {
		d.Hint = "functions stand in the folder functions, one file each"
	}
	return nil, d
}

// checkFunction refuses what the warehouse cannot create. A macro of the project's for such functions counts as a way to.
func (b *builder) checkFunction(d *draft) {
	n := d.Node
	if len(n.overloads) > 0 && !b.Dialect.Has(dialect.Overloads) {
		b.problems.Errorf(n.At, macros.Unsupported, "function %q has overloads, which %s does not have", n.Name, b.Dialect.Title).
			Hint = "make each a function of its own, or disable the function"
	}
	macro := functionMacro(n.Config.String("type"), n.Language())
	if m, _ := b.Library.Dispatch(n.Package.Name, "dbt", macro); m != nil || b.Library.Overrides(macro) {
		return
	}
	b.problems.Errorf(n.At, macros.Unsupported, "function %q: %s functions in %s cannot be created on %s",
		n.Name, n.Config.String("type"), n.Language(), b.Dialect.Name).Hint = "write it in SQL, or define a macro " + macro + " that creates it"
}

// functionMacro is the name of the macro that spells the statement which creates functions of a type in a language.
func functionMacro(kind, language string) string { return kind + "_function_" + language }

// functionLanguage is the language of a function's file.
func functionLanguage(f *project.File) string {
	if language := functionLanguages[strings.ToLower(path.Ext(f.Path))]; language != "" {
		return language
	}
	return "sql"
}

// describeReturns is what a function returns, with which its description begins.
func describeReturns(n *Node, into form) {
	returns := jinja.DictOf("data_type", unknownType, "description", nil)
	if n.Props != nil {
		fill(returns, dictOf(n.Props.More, "returns"))
	}
	into.value("returns", returns)
}

// describeParameters is what a function takes, with which its description ends.
func describeParameters(n *Node, into form) {
	arguments, overloads := jinja.NewList(), jinja.NewList()
	if n.Props != nil {
		arguments = describeArguments(n.Props.More)
	}
	for _, o := range n.overloads {
		overloads.Append(o.describe())
	}
	into.value("arguments", arguments)
	into.value("overloads", overloads)
}

// unknownType is what dbt writes for the type of a function without properties.
const unknownType = "INVALID_TYPE"

func describeArguments(of *jinja.Dict) *jinja.List {
	out := jinja.NewList()
	for _, a := range dictsAt(of, "arguments") {
		out.Append(fill(jinja.DictOf("name", nil, "data_type", nil, "description", nil, "default_value", nil), a))
	}
	return out
}

// fill puts the values that are given under the keys of a form, and returns it. What the form has no place for is left out.
func fill(form, given *jinja.Dict) *jinja.Dict {
	for k := range form.All() {
		key := jinja.Str(k)
		if v, ok := given.Get(key); ok && v != nil {
			form.Put(key, v)
		}
	}
	return form
}

// dictsAt are the dicts in a list under a key; whatever else is there is passed over.
func dictsAt(d *jinja.Dict, key string) []*jinja.Dict {
	list, _ := at(d, key).(*jinja.List)
	if list == nil {
		return nil
	}
	var out []*jinja.Dict
	for _, item := range list.Items {
		if d, ok := item.(*jinja.Dict); ok {
			out = append(out, d)
		}
	}
	return out
}

// callList is calls as the manifest lists them: each a list of a name, or of a package and a name.
func callList(calls []RefCall) *jinja.List {
	out := jinja.NewList()
	for _, c := range calls {
		if c.Package != "" {
			out.Append(jinja.NewList(c.Package, c.Name))
		} else {
			out.Append(jinja.NewList(c.Name))
		}
	}
	return out
}
