package selector_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/selector"
)

// graphOf makes a graph of nodes, each given after those it depends on.
func graphOf(nodes ...*compiler.Node) *compiler.Graph {
	g := &compiler.Graph{Nodes: map[string]*compiler.Node{}, DAG: &dag.Graph[string]{}}
	for _, n := range nodes {
		if !n.Enabled {
			g.Disabled = append(g.Disabled, n)
			continue
		}
		g.Nodes[n.ID] = n
		g.Order = append(g.Order, n)
		g.DAG.Add(n.ID)
		for _, parent := range n.DependsOn {
			g.DAG.Connect(parent, n.ID)
		}
	}
	return g
}

var (
	shop  = &project.Package{Name: "shop", IsRoot: true}
	utils = &project.Package{Name: "utils"}
)

func node(t compiler.Type, pkg *project.Package, path string, parents ...string) *compiler.Node {
	parts := strings.Split(path, "/")
	name := parts[len(parts)-1]
	return &compiler.Node{
		ID: string(t) + "." + pkg.Name + "." + name, Type: t, Name: name, Package: pkg, FQN: append([]string{pkg.Name}, parts...),
		File:   &project.File{Source: diag.NewSource(string(t)+"s/"+path+".sql", "")},
		Config: &compiler.Config{Values: jinja.NewDict(), Unrendered: jinja.NewDict()}, DependsOn: parents, Enabled: true,
	}
}

func with(n *compiler.Node, change func(*compiler.Node)) *compiler.Node {
	change(n)
	return n
}

func test(name, kind string, parents ...string) *compiler.Node {
	return with(node(compiler.Test, shop, name, parents...), func(n *compiler.Node) {
		n.Test = &compiler.DataTest{Name: kind, Attached: parents[0]}
	})
}

func version(v, latest int, parents ...string) *compiler.Node {
	name := "model.shop.price.v" + string(rune('0'+v))
	return with(node(compiler.Model, shop, "marts/price", parents...), func(n *compiler.Node) {
		n.ID, n.Version, n.LatestVersion, n.FQN = name, v, latest, append(n.FQN, "v"+string(rune('0'+v)))
	})
}

// example is raw -> stg_orders -> orders -> report, and stg_items -> orders, with tests.
func example() *compiler.Graph {
	return graphOf(
		with(node(compiler.Source, shop, "raw/orders"), func(n *compiler.Node) {
			n.ID, n.Table = "source.shop.raw.orders", &compiler.SourceTable{Source: &project.Source{Name: "raw"}}
		}),
		with(node(compiler.Seed, shop, "items"), func(n *compiler.Node) { n.File.Source = diag.NewSource("seeds/items.csv", "") }),
		with(node(compiler.Model, shop, "staging/stg_orders", "source.shop.raw.orders"), func(n *compiler.Node) {
			n.Tags = []string{"nightly", "staging"}
			n.Config.Values = jinja.DictOf("materialized", "view", "meta", jinja.DictOf("owner", "ada", "days", 3))
			n.Props = &project.Node{File: &project.File{Source: diag.NewSource("models/staging/schema.yml", "")}}
		}),
		with(node(compiler.Model, shop, "staging/stg_items", "seed.shop.items"), func(n *compiler.Node) {
			n.Tags = []string{"staging"}
			n.Config.Values = jinja.DictOf("materialized", "view", "group", "kitchen", "access", "private")
		}),
		with(node(compiler.Model, shop, "marts/orders", "model.shop.stg_orders", "model.shop.stg_items"), func(n *compiler.Node) {
			n.Config.Values = jinja.DictOf("materialized", "table", "tags", jinja.NewList("core"), "enabled", true)
		}),
		node(compiler.Model, shop, "marts/report", "model.shop.orders"),
		version(1, 2, "model.shop.orders"),
		version(2, 2, "model.shop.orders"),
		version(3, 2, "model.shop.orders"),
		node(compiler.Model, utils, "calendar"),
		with(node(compiler.Exposure, shop, "dashboard", "model.shop.report"), func(n *compiler.Node) { n.File = nil }),
		test("unique_orders", "unique", "model.shop.orders"),
		test("orders_items", "relationships", "model.shop.orders", "model.shop.stg_items"),
		test("source_orders", "not_null", "source.shop.raw.orders"),
		test("positive", "", "model.shop.report", "model.shop.orders"),
		with(node(compiler.Model, shop, "marts/retired"), func(n *compiler.Node) { n.Enabled = false }),
	)
}

func names(nodes []*compiler.Node) string {
	var out []string
	for _, n := range nodes {
		name := n.ID[strings.IndexByte(n.ID, '.')+1:]
		out = append(out, strings.TrimPrefix(name, "shop."))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func models() []compiler.Type { return []compiler.Type{compiler.Model} }

func TestSelect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		in         selector.Request
	}{
		{"everything", "items orders price.v1 price.v2 price.v3 report stg_items stg_orders utils.calendar", selector.Request{Types: []compiler.Type{compiler.Model, compiler.Seed}}},
		{"by name, with its tests", "orders orders_items positive unique_orders", selector.Request{Select: []string{"orders"}}},
		{"by a pattern of names", "stg_items stg_orders", selector.Request{Select: []string{"stg_*"}, Types: models()}},
		{"a folder by its fqn", "stg_items stg_orders", selector.Request{Select: []string{"staging"}, Types: models()}},
		{"package and folder", "stg_items stg_orders", selector.Request{Select: []string{"shop.staging"}, Types: models()}},
		{"fqn pattern", "orders price.v1 price.v2 price.v3 report", selector.Request{Select: []string{"shop.marts.*"}, Types: models()}},
		{"all versions of a model", "price.v1 price.v2 price.v3", selector.Request{Select: []string{"price"}}},
		{"one version", "price.v2", selector.Request{Select: []string{"price.v2"}}},
		{"one version, with an underscore", "price.v2", selector.Request{Select: []string{"price_v2"}}},
		{"parents", "items orders source_orders stg_items stg_orders raw.orders orders_items positive unique_orders",
			selector.Request{Select: []string{"+orders"}}},
		{"parents over one step", "orders stg_items stg_orders", selector.Request{Select: []string{"1+orders"}, Types: models()}},
		{"children over one step", "orders stg_orders", selector.Request{Select: []string{"stg_orders+1"}, Types: models()}},
		{"children", "dashboard", selector.Request{Select: []string{"orders+"}, Types: []compiler.Type{compiler.Exposure}}},
		{"children and all that those need", "orders price.v1 price.v2 price.v3 report stg_items stg_orders",
			selector.Request{Select: []string{"@stg_orders"}, Types: models()}},
		{"union with a space", "report stg_orders", selector.Request{Select: []string{"stg_orders report"}, Types: models()}},
		{"union of several flags", "report stg_orders", selector.Request{Select: []string{"stg_orders", "report"}, Types: models()}},
		{"intersection", "stg_items", selector.Request{Select: []string{"tag:staging,config.group:kitchen"}, Types: models()}},
		{"exclude", "stg_items", selector.Request{Select: []string{"tag:staging"}, Exclude: []string{"stg_orders"}, Types: models()}},
		{"exclude alone", "report stg_items stg_orders utils.calendar", selector.Request{Exclude: []string{"orders price"}, Types: models()}},
		{"tag pattern", "stg_orders", selector.Request{Select: []string{"tag:night*"}, Types: models()}},
		{"path of a folder", "stg_items stg_orders", selector.Request{Select: []string{"path:models/staging"}, Types: models()}},
		{"path without its method", "stg_orders", selector.Request{Select: []string{"./models/staging/stg_orders.sql"}, Types: models()}},
		{"path of a properties file", "stg_orders", selector.Request{Select: []string{"models/staging/schema.yml"}, Types: models()}},
		{"path with folders in between", "orders price.v1 price.v2 price.v3 report stg_items stg_orders", selector.Request{Select: []string{"path:models/**/*s*"}, Exclude: []string{"utils.*"}, Types: models()}},
		{"file", "orders", selector.Request{Select: []string{"orders.sql"}, Types: models()}},
		{"file without its ending", "orders", selector.Request{Select: []string{"file:orders"}, Types: models()}},
		{"source", "source_orders raw.orders", selector.Request{Select: []string{"source:raw"}}},
		{"source and table", "source_orders raw.orders", selector.Request{Select: []string{"source:raw.orders"}}},
		{"package, source and table", "source_orders raw.orders", selector.Request{Select: []string{"source:shop.raw.ord*"}}},
		{"config", "stg_items stg_orders", selector.Request{Select: []string{"config.materialized:view"}, Types: models()}},
		{"config that is a list", "orders", selector.Request{Select: []string{"config.tags:core"}, Types: models()}},
		{"config that is true", "orders", selector.Request{Select: []string{"config.enabled:True"}, Types: models()}},
		{"meta", "stg_orders", selector.Request{Select: []string{"config.meta.owner:ada"}, Types: models()}},
		{"meta that is a number", "stg_orders", selector.Request{Select: []string{"config.meta.days:3"}, Types: models()}},
		{"resource type", "items", selector.Request{Select: []string{"resource_type:seed"}}},
		{"package", "utils.calendar", selector.Request{Select: []string{"package:utils"}}},
		{"this package", "items", selector.Request{Select: []string{"package:this"}, Types: []compiler.Type{compiler.Seed}}},
		{"test name", "unique_orders", selector.Request{Select: []string{"test_name:uniq*"}}},
		{"test type", "positive", selector.Request{Select: []string{"test_type:singular"}}},
		{"generic tests", "orders_items source_orders unique_orders", selector.Request{Select: []string{"test_type:generic"}}},
		{"group", "stg_items", selector.Request{Select: []string{"group:kitchen"}, Types: models()}},
		{"access", "stg_items", selector.Request{Select: []string{"access:private"}, Types: models()}},
		{"latest version", "price.v2", selector.Request{Select: []string{"version:latest"}}},
		{"prerelease", "price.v3", selector.Request{Select: []string{"version:prerelease"}}},
		{"old versions", "price.v1", selector.Request{Select: []string{"version:old"}}},
		{"exposure with parents", "orders price.v1", selector.Request{Select: []string{"+exposure:dashboard", "price.v1"}, Exclude: []string{"report tag:staging"}, Types: models()}},
		{"types left out", "orders", selector.Request{Select: []string{"orders"}, ExcludeTypes: []compiler.Type{compiler.Test}}},
		{"eager tests", "orders_items stg_items", selector.Request{Select: []string{"stg_items"}}},
		{"cautious tests", "stg_items", selector.Request{Select: []string{"stg_items"}, Indirect: selector.Cautious}},
		{"cautious tests of several", "orders orders_items stg_items unique_orders", selector.Request{Select: []string{"stg_items orders"}, Indirect: selector.Cautious}},
		{"buildable tests", "orders orders_items unique_orders", selector.Request{Select: []string{"orders"}, Indirect: selector.Buildable}},
		{"no tests", "orders", selector.Request{Select: []string{"orders"}, Indirect: selector.Empty}},
		{"an intersection of tests", "unique_orders", selector.Request{Select: []string{"orders,test_name:unique"}}},
	}
	g := example()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, problems := selector.Select(g, test.in)
			if problems.Len() > 0 {
				t.Fatalf("problems: %v", problems.Sorted())
			}
			want := strings.Fields(test.want)
			slices.Sort(want)
			if d := cmp.Diff(strings.Join(want, " "), names(got)); d != "" {
				t.Errorf("mismatch (-want +got):\n%s", d)
			}
		})
	}
}

func TestSelectedNodesComeAfterWhatTheyDependOn(t *testing.T) {
	t.Parallel()
	nodes, _ := selector.Select(example(), selector.Request{Select: []string{"report stg_orders orders"}, Types: models()})
	var got []string
	for _, n := range nodes {
		got = append(got, n.Name)
	}
	if d := cmp.Diff([]string{"stg_orders", "orders", "report"}, got); d != "" {
		t.Errorf("mismatch (-want +got):\n%s", d)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		in         selector.Request
	}{
		{"an unknown method", `--select:1:2: error: there is no selection method "tags" [invalid-selector]
    1 | +tags:nightly
      |  ^^^^
  hint: did you mean "tag"?
`, selector.Request{Select: []string{"+tags:nightly"}}},
		{"an unknown name", `--select:1:8: warning: "ordrs+" matches no enabled node [nothing-selected]
    1 | report ordrs+
      |        ^^^^^^
  hint: did you mean "orders"?
`, selector.Request{Select: []string{"report", "ordrs+"}}},
		{"a tag without its method", `--select:1:1: warning: "nightly" matches no enabled node [nothing-selected]
    1 | nightly
      | ^^^^^^^
  hint: did you mean "tag:nightly"?
`, selector.Request{Select: []string{"nightly"}}},
		{"a disabled model", `--select:1:1: warning: "retired" matches no enabled node [nothing-selected]
    1 | retired
      | ^^^^^^^
  hint: model "retired" is disabled
`, selector.Request{Select: []string{"retired"}}},
		{"an intersection of nothing", `--exclude:1:1: warning: "orders,tag:staging" matches no enabled node [nothing-selected]
    1 | orders,tag:staging
      | ^^^^^^^^^^^^^^^^^^
`, selector.Request{Exclude: []string{"orders,tag:staging"}, Indirect: selector.Empty}},
		{"an empty selection", `--select: warning: --select is empty and selects nothing [nothing-selected]
`, selector.Request{Select: []string{""}}},
		{"an unknown value", `--select:1:1: error: there is no resource type "modle" [invalid-selector]
    1 | resource_type:modle
      | ^^^^^^^^^^^^^^^^^^^
  hint: did you mean "model"?
`, selector.Request{Select: []string{"resource_type:modle"}}},
		{"a config without a name", `--select:1:1: error: "config:table" does not say which config [invalid-selector]
    1 | config:table
      | ^^^^^^^^^^^^
  hint: write it as "config.materialized:table"
`, selector.Request{Select: []string{"config:table"}}},
		{"operators that exclude each other", `--select:1:1: error: "@orders+" begins with @ and ends with + [invalid-selector]
    1 | @orders+
      | ^^^^^^^^
  hint: remove one: @ already includes all descendants
`, selector.Request{Select: []string{"@orders+"}}},
		{"an unknown mode", `--indirect-selection:1:1: error: there is no indirect selection "lazy" [invalid-selector]
    1 | lazy
      | ^^^^
  hint: use eager, cautious, buildable or empty
`, selector.Request{Indirect: "lazy"}},
		{"an unknown selector", `--selector:1:1: error: there is no selector "nightly" [unknown-selector]
    1 | nightly
      | ^^^^^^^
  hint: define it in selectors.yml next to the project file
`, selector.Request{Selector: "nightly"}},
	}
	g := example()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, problems := selector.Select(g, test.in)
			if d := cmp.Diff(test.want, printed(t, problems)); d != "" {
				t.Errorf("mismatch (-want +got):\n%s", d)
			}
		})
	}
}

func printed(t *testing.T, l *diag.List) string {
	t.Helper()
	var b strings.Builder
	if err := diag.Print(&b, l.Sorted(), diag.Style{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestComplete(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"stg":           {"stg_items", "stg_orders"},
		"+stg_o":        {"+stg_orders"},
		"ta":            {"tag:"},
		"tag:":          {"tag:nightly", "tag:staging"},
		"orders,tag:n":  {"orders,tag:nightly"},
		"source:raw.":   {"source:raw.orders"},
		"nothing_there": nil,
	}
	g := example()
	for prefix, want := range tests {
		if d := cmp.Diff(want, selector.Complete(g, nil, prefix)); d != "" {
			t.Errorf("Complete(%q) mismatch (-want +got):\n%s", prefix, d)
		}
	}
}
