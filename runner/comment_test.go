package runner

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler"
)

func TestQueryComments(t *testing.T) {
	t.Parallel()
	const standard = `{"app": "mod", "dbt_version": "1.2.3", "profile_name": "shop", "target_name": "dev", `
	for _, c := range []struct {
		name, setting    string
		ofNode, ofMaster string
		behind           bool
	}{
		{"the default", "", standard + `"node_id": "model.shop.orders"}`, standard + `"connection_name": "master"}`, false},
		{"none", "query-comment: ''", "", "", false},
		{"text", "query-comment: from mod", "from mod", "from mod", false},
		{
			"a template, behind", "query-comment: {comment: '{{ target.name }} {{ connection_name }} {{ node.name if node else \"-\" }}', append: true}",
			"dev model.shop.orders orders", "dev master -", true,
		},
		{"a macro's body", "query-comment: \"{% do return(tojson({'n': 1})) %}\"", `{"n": 1}`, `{"n": 1}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			project := strings.Replace(shop, "profile: shop\n", "profile: shop\n"+c.setting+"\n", 1) + "\n-- models/orders.sql --\nselect 1\n"
			g := compiled(t, t.TempDir(), project)
			all := comments{graph: g, version: "1.2.3"}
			for want, n := range map[string]*compiler.Node{c.ofNode: g.Nodes["model.shop.orders"], c.ofMaster: nil} {
				if n != nil && c.ofNode == c.ofMaster {
					continue
				}
				connection := "master"
				if n != nil {
					connection = n.ID
				}
				got, err := all.of(t.Context(), n, connection)
				if err != nil {
					t.Fatal(err)
				}
				if got.text != want || got.behind != c.behind && want != "" {
					t.Errorf("comment = %q (behind %t), want %q (behind %t)", got.text, got.behind, want, c.behind)
				}
			}
		})
	}
}

func TestACommentMustNotEndItself(t *testing.T) {
	t.Parallel()
	project := strings.Replace(shop, "profile: shop\n", "profile: shop\nquery-comment: 'a */ b'\n", 1) + "\n-- models/orders.sql --\nselect 1\n"
	g := compiled(t, t.TempDir(), project)
	if _, err := (comments{graph: g}).of(t.Context(), nil, "master"); err == nil || !strings.Contains(err.Error(), string(BadQueryComment)) {
		t.Errorf("error = %v, want one of %s", err, BadQueryComment)
	}
}
