package compiler

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

func TestFunctionsAreFoundInTheNearestPackage(t *testing.T) {
	t.Parallel()
	root, own, other := &project.Package{Name: "shop", IsRoot: true}, &project.Package{Name: "money"}, &project.Package{Name: "dates"}
	function := func(pkg *project.Package, name string) *Node {
		return &Node{ID: "function." + pkg.Name + "." + name, Type: Function, Name: name, Package: pkg}
	}
	n := &names{
		project: &project.Project{Root: root, Packages: []*project.Package{root, own, other}},
		functions: map[string][]*Node{
			"cents": {function(other, "cents"), function(own, "cents"), function(root, "cents")},
			"round": {function(other, "round"), function(own, "round")},
			"day":   {function(other, "day")},
		},
	}
	tests := map[string]struct {
		call RefCall
		want string
	}{
		"the root project's first": {RefCall{Name: "cents"}, "function.shop.cents"},
		"then one's own":           {RefCall{Name: "round"}, "function.money.round"},
		"then any":                 {RefCall{Name: "day"}, "function.dates.day"},
		"the named package's":      {RefCall{Package: "dates", Name: "round"}, "function.dates.round"},
		"none":                     {RefCall{Name: "cent"}, `did you mean "cents"?`},
		"none in the package":      {RefCall{Package: "money", Name: "day"}, "functions stand in the folder functions, one file each"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, problem := n.findFunction(own, test.call)
			got := ""
			if problem != nil {
				got = problem.Hint
			} else {
				got = found.ID
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAFunctionIsDescribedByItsProperties(t *testing.T) {
	t.Parallel()
	described := func(n *Node) *jinja.Dict {
		d := jinja.NewDict()
		describeReturns(n, dictForm{d})
		d.Put("name", "twice")
		describeParameters(n, dictForm{d})
		return d
	}
	bare := described(&Node{})
	if d := cmp.Diff("{'returns': {'data_type': 'INVALID_TYPE', 'description': None}, 'name': 'twice', 'arguments': [], 'overloads': []}", jinja.Repr(bare)); d != "" {
		t.Errorf("without properties (-want +got):\n%s", d)
	}
	more := jinja.DictOf("returns", jinja.DictOf("data_type", "int"), "arguments", jinja.NewList(jinja.DictOf("name", "x", "data_type", "int"), "no dict"))
	full := described(&Node{Props: &project.Node{More: more}})
	want := "{'returns': {'data_type': 'int', 'description': None}, 'name': 'twice', " +
		"'arguments': [{'name': 'x', 'data_type': 'int', 'description': None, 'default_value': None}], 'overloads': []}"
	if d := cmp.Diff(want, jinja.Repr(full)); d != "" {
		t.Errorf("with properties (-want +got):\n%s", d)
	}
}
