package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/lineage"
)

type lineageOptions struct {
	up, down bool
	depth    int
	format   string
}

func newLineage(a *app) *cobra.Command {
	o := lineageOptions{}
	c := &cobra.Command{
		Use:   "lineage MODEL[.COLUMN]",
		Short: "Show what columns are made of, and what is made of them",
		Long: `Follow a column through the project, without a warehouse: up to what it is made of, down to what is made of it.

  mod lineage orders.amount
  mod lineage orders.amount --up --format json
  mod lineage orders --down --depth 1

Values are copied, renamed, transformed or aggregated on the way. Columns that only filter, join, group or order the rows are
listed too, and not followed. Columns of sources are known if they are declared, or from the last "mod docs generate".

Of each column you see its description, tags and pii, also those that it has from the column it is a copy of, and the tests of that
column that it could have too.`,
		Args: atMostOne("column"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name one: mod lineage orders.amount", "mod lineage wants a model or a column")
			}
			return a.lineage(c.Context(), args[0], o)
		},
		ValidArgsFunction: a.completeNodes,
	}
	f := c.Flags()
	f.BoolVar(&o.up, "up", false, "only what the column is made of")
	f.BoolVar(&o.down, "down", false, "only what is made of the column")
	f.IntVar(&o.depth, "depth", 0, "how many models to follow it through; by default all, and 1 for all columns of a model")
	f.StringVar(&o.format, "format", "text", "text, mermaid or json")
	return c
}

func (a *app) lineage(ctx context.Context, what string, o lineageOptions) error {
	if err := oneOf("--format", o.format, "text", "mermaid", "json"); err != nil {
		return err
	}
	if !o.up && !o.down {
		o.up, o.down = true, true
	}
	s, err := a.compile(compileOptions{which: "lineage"})
	if err != nil {
		return err
	}
	known, err := s.analyze(ctx, nil)
	if err != nil {
		return err
	}
	columns, err := s.columnsNamed(known, what)
	if err != nil {
		return err
	}
	if o.depth == 0 {
		o.depth = -1
		if len(columns) > 1 && o.format == "text" {
			o.depth = 1
		}
	}
	t := &tracing{session: s, known: known, lineageOptions: o}
	switch o.format {
	case "json":
		return t.json(columns)
	case "mermaid":
		return t.mermaid(columns)
	default:
		return t.text(columns)
	}
}

// tracing prints where columns lead.
type tracing struct {
	*session
	lineageOptions
	known *analyze.Analysis
}

// name is a column as people write it.
func (t *tracing) name(in lineage.Input) string { return t.nodeName(in.Table) + "." + in.Column }

func (t *tracing) nodeName(id string) string {
	if n := t.graph.Nodes[id]; n != nil {
		return n.Label()
	}
	return id
}

// edges are those that lead to and from columns, each once, in the order in which they are met.
func (t *tracing) edges(columns []lineage.Input) []analyze.Edge {
	var out []analyze.Edge
	seen := map[analyze.Edge]bool{}
	add := func(edges []analyze.Edge) {
		for _, e := range edges {
			if !seen[e] {
				seen[e] = true
				out = append(out, e)
			}
		}
	}
	for _, c := range columns {
		if t.up {
			add(t.known.Up(c, t.depth))
		}
		if t.down {
			add(t.known.Down(c, t.depth))
		}
	}
	return out
}

func (t *tracing) json(columns []lineage.Input) error {
	type edge struct {
		From string `json:"from"`
		To   string `json:"to"`
		Kind string `json:"kind"`
	}
	out := struct {
		Edges   []edge       `json:"edges"`
		Columns []columnJSON `json:"columns"`
	}{Edges: []edge{}}
	for _, c := range columns {
		out.Columns = append(out.Columns, t.columnJSON(c))
	}
	for _, e := range t.edges(columns) {
		out.Edges = append(out.Edges, edge{t.name(e.From), t.name(e.To), e.Kind.String()})
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s\n", text)
	return err
}

// mermaid prints a flowchart: https://mermaid.js.org/syntax/flowchart.html.
func (t *tracing) mermaid(columns []lineage.Input) error {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	ids := map[lineage.Input]string{}
	node := func(in lineage.Input) string {
		id, ok := ids[in]
		if !ok {
			id = fmt.Sprintf("c%d", len(ids))
			ids[in] = id
			fmt.Fprintf(&b, "  %s[\"%s\"]\n", id, strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;").Replace(t.name(in)))
		}
		return id
	}
	for _, c := range columns {
		node(c)
	}
	for _, e := range t.edges(columns) {
		from, to := node(e.From), node(e.To)
		arrow := "-->"
		if !e.Kind.Derives() {
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", from, arrow, e.Kind, to)
	}
	_, err := fmt.Fprint(t.out, b.String())
	return err
}

// text prints a tree for each column and direction.
func (t *tracing) text(columns []lineage.Input) error {
	var b strings.Builder
	for i, c := range columns {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(t.name(c))
		if typ := t.known.TypeOf(c); typ != "" {
			b.WriteString("  " + typ)
		}
		b.WriteString("\n")
		t.traits(&b, c)
		if t.up {
			t.tree(&b, c, "made of", "made of nothing that is known", t.known.Up)
		}
		if t.down {
			t.tree(&b, c, "used for", "nothing is made of it", t.known.Down)
		}
	}
	_, err := fmt.Fprint(t.out, b.String())
	return err
}

// branch is a line of the tree: an edge, and how deep it stands.
type branch struct {
	prefix string
	other  lineage.Input
	kind   string
}

// tree prints what edges lead to, from a column.
func (t *tracing) tree(b *strings.Builder, root lineage.Input, title, nothing string, follow func(lineage.Input, int) []analyze.Edge) {
	up := title == "made of"
	var lines []branch
	open := map[lineage.Input]bool{}
	var grow func(at lineage.Input, prefix string, depth int)
	grow = func(at lineage.Input, prefix string, depth int) {
		if open[at] || depth == 0 {
			return
		}
		open[at] = true
		next := branches(follow(at, 1), up)
		for i, e := range next {
			tick, bar := "├─ ", "│  "
			if i == len(next)-1 {
				tick, bar = "└─ ", "   "
			}
			lines = append(lines, branch{prefix + tick, e.other, e.kind})
			if e.derives {
				grow(e.other, prefix+bar, depth-1)
			}
		}
	}
	grow(root, "  ", t.depth)
	if len(lines) == 0 {
		b.WriteString("  " + nothing + "\n")
		return
	}
	b.WriteString("  " + title + "\n")
	width := 0
	for _, l := range lines {
		width = max(width, len([]rune(l.prefix+t.name(l.other))))
	}
	for _, l := range lines {
		text := l.prefix + t.name(l.other)
		fmt.Fprintf(b, "%s%s  %s\n", text, strings.Repeat(" ", width-len([]rune(text))), l.kind)
	}
}

// leaf is the other end of edges between two columns, or, of edges that only decide about rows, of those to one model.
type leaf struct {
	other   lineage.Input
	kind    string
	derives bool
}

// branches puts the edges at a column together by the column at their other end: values first, and of uses that decide about
// the rows of a model going down one for all its columns.
func branches(edges []analyze.Edge, up bool) []leaf {
	var out []leaf
	at := map[lineage.Input]int{}
	for _, e := range edges {
		other := e.From
		if !up {
			other = e.To
			if !e.Kind.Derives() {
				other.Column = "*"
			}
		}
		i, ok := at[other]
		if !ok {
			at[other] = len(out)
			out = append(out, leaf{other: other, kind: e.Kind.String(), derives: e.Kind.Derives()})
			continue
		}
		out[i].derives = out[i].derives || e.Kind.Derives()
		if !slices.Contains(strings.Split(out[i].kind, ", "), e.Kind.String()) {
			out[i].kind += ", " + e.Kind.String()
		}
	}
	slices.SortStableFunc(out, func(a, b leaf) int {
		switch {
		case a.derives == b.derives:
			return 0
		case a.derives:
			return -1
		}
		return 1
	})
	return out
}
