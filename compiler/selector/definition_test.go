package selector

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

func TestDefinitionsAreInTheFormOfManifests(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ definition, want string }{
		"a name":             {`orders`, `{'method': 'fqn', 'value': 'orders'}`},
		"everything":         {`"*"`, `{'method': 'fqn', 'value': '*'}`},
		"a folder":           {`models/staging`, `{'method': 'path', 'value': 'models/staging'}`},
		"a file":             {`orders.sql`, `{'method': 'file', 'value': 'orders.sql'}`},
		"a method":           {`"tag:daily"`, `{'method': 'tag', 'value': 'daily'}`},
		"a method with more": {`"config.meta.owner:ada"`, `{'method': 'config.meta.owner', 'value': 'ada'}`},
		"neighbours": {`"2+orders+1"`,
			`{'parents': True, 'parents_depth': '2', 'method': 'fqn', 'value': 'orders', 'children': True, 'children_depth': '1'}`},
		"all that children need": {`"@orders"`, `{'childrens_parents': True, 'method': 'fqn', 'value': 'orders'}`},
		"a key":                  {`{tag: daily}`, `{'method': 'tag', 'value': 'daily'}`},
		"keys":                   {`{method: tag, value: daily, exclude: ["a+"]}`, `{'method': 'tag', 'value': 'daily', 'exclude': ['a+']}`},
		"a union": {`{union: ["a+", {tag: b}, {exclude: [c]}]}`,
			`{'union': [{'method': 'fqn', 'value': 'a', 'children': True}, {'method': 'tag', 'value': 'b'}, {'exclude': [{'method': 'fqn', 'value': 'c'}]}]}`},
		"one in another": {`{union: [{intersection: [a, b]}]}`,
			`{'union': [{'intersection': [{'method': 'fqn', 'value': 'a'}, {'method': 'fqn', 'value': 'b'}]}]}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, problems := ParseFile(diag.NewSource("selectors.yml", "selectors:\n  - {name: s, default: true, definition: "+test.definition+"}\n"), nil)
			if problems.Len() > 0 {
				t.Fatal(problems.Err())
			}
			got := jinja.Repr(f.Definitions())
			want := "{'s': {'name': 's', 'default': True, 'definition': " + test.want + "}}"
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	if n := (*File)(nil).Definitions().Len(); n != 0 {
		t.Errorf("no file has %d definitions", n)
	}
}
