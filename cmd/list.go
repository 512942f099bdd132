package cmd

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/cache"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/selector"
)

type listOptions struct {
	selection
	output string
	keys   []string
}

func newList(a *app) *cobra.Command {
	o := listOptions{}
	c := &cobra.Command{
		Use:     "ls",
		Aliases: []string{"list"},
		Short:   "List what the project holds",
		Long: `List the selected nodes, one a line, by their IDs.

  mod ls
  mod ls --select +orders --resource-type model --output name
  mod ls --output json --output-keys name config.materialized

--output is selector (what --select would take), name, path or json (an object for each node).`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.types = modelsOnly(c, o.types)
			return a.list(o)
		},
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	c.Flags().StringVar(&o.output, "output", "selector", "what to print of a node: selector, name, path or json")
	c.Flags().StringVar(&o.output, "format", "selector", "")
	c.Flags().Var(words{&o.keys}, "output-keys", "the `keys` to print with --output json, as name or config.materialized")
	hide(c.Flags(), "format")
	return c
}

// modelsOnly is the types to list: --models, as in dbt, selects like --select and means models alone.
func modelsOnly(c *cobra.Command, types []string) []string {
	if len(types) == 0 && (c.Flags().Changed("models") || c.Flags().Changed("model")) {
		return []string{string(compiler.Model)}
	}
	return types
}

// listed are the types of node that ls lists unless told otherwise.
var listed = []compiler.Type{
	compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test, compiler.UnitTest, compiler.Source, compiler.Exposure, compiler.Function,
	compiler.Metric, compiler.SemanticModel, compiler.SavedQuery, compiler.Sync,
}

// listedKeys are what ls prints of a node as JSON unless told otherwise.
var listedKeys = []string{
	"alias", "name", "package_name", "depends_on", "tags", "config", "resource_type", "source_name", "original_file_path", "unique_id",
}

func (a *app) list(o listOptions) error {
	if err := oneOf("--output", o.output, "selector", "name", "path", "json"); err != nil {
		return err
	}
	s, err := a.compileToList(o)
	if err != nil {
		return err
	}
	if s.lines != nil {
		return s.printLines(o)
	}
	nodes, err := s.pick(o.selection, listed...)
	if err != nil {
		return err
	}
	if len(nodes) == 0 {
		s.view.note("there is nothing to list")
	}
	slices.SortFunc(nodes, byID)
	var lines bytes.Buffer // written line by line, the list would take longer than all else
	for i, n := range nodes {
		line, err := s.listing(n, o)
		if err != nil {
			return err
		}
		lines.WriteString(line)
		lines.WriteByte('\n')
		if i == len(nodes)-1 || lines.Len() > 1<<16 {
			if _, err := lines.WriteTo(s.out); err != nil {
				return err
			}
		}
	}
	return nil
}

func byID(a, b *compiler.Node) int { return cmp.Compare(a.ID, b.ID) }

// plain tells whether nothing but the types of nodes says what to list, and each by what selects it.
func (o *listOptions) plain() bool {
	return o.output == "selector" && o.selects == nil && o.excludes == nil && o.indirect == string(selector.Eager) && o.outlined()
}

// printLines prints what is kept of the nodes of the types that are asked for.
func (s *session) printLines(o listOptions) error {
	r, err := o.request(s, listed)
	if err != nil {
		return err
	}
	none := true
	for _, l := range s.lines {
		if !r.Keeps(l.Type) {
			continue
		}
		none = false
		if _, err := io.WriteString(s.out, l.Text); err != nil {
			return err
		}
	}
	if none {
		s.view.note("there is nothing to list")
	}
	return nil
}

// linesOf is what a plain ls prints of a graph.
func linesOf(g *compiler.Graph) []cache.Lines {
	r := selector.Request{Types: listed}
	nodes := slices.DeleteFunc(slices.Clone(g.Order), func(n *compiler.Node) bool { return !r.Keeps(n.Type) })
	slices.SortFunc(nodes, byID)
	var all []cache.Lines
	var text []byte
	for i, n := range nodes {
		text = append(append(text, selectorOf(n)...), '\n')
		if i == len(nodes)-1 || nodes[i+1].Type != n.Type {
			all = append(all, cache.Lines{Type: n.Type, Text: string(text)})
			text = text[:0]
		}
	}
	return all
}

// compileToList compiles the project, or recalls as much of it as is listed.
func (a *app) compileToList(o listOptions) (*session, error) {
	c := compileOptions{which: "list", selects: o.selects, excludes: o.excludes}
	if o.output != "json" && o.selection.outlined() {
		needs := needsOutline
		if o.plain() {
			needs = needsLines
		}
		if s, err := a.recall(c, needs); s != nil || err != nil {
			return s, err
		}
	}
	return a.compile(c)
}

// beyondOutline are the methods that look at what the outline of a graph does not have.
var beyondOutline = []string{"column", "config", "group", "access", "version", "state", "result", "source_status", "selector"}

// outlined tells whether the outline of a graph is enough to select nodes. It errs on the safe side.
func (o *selection) outlined() bool {
	for _, text := range slices.Concat(o.selects, o.excludes) {
		if slices.ContainsFunc(beyondOutline, func(method string) bool { return strings.Contains(text, method) }) {
			return false
		}
	}
	return o.selector == "" && o.stateOptions == stateOptions{}
}

// listing is the line of a node.
func (s *session) listing(n *compiler.Node, o listOptions) (string, error) {
	switch o.output {
	case "name":
		return searchName(n), nil
	case "path":
		return filePath(n), nil
	case "json":
		return s.listingJSON(n, o.keys)
	default:
		return selectorOf(n), nil
	}
}

// selectorOf is the criterion that selects the node alone.
func selectorOf(n *compiler.Node) string {
	switch n.Type {
	case compiler.Source:
		return "source:" + n.Package.Name + "." + n.Label()
	case compiler.Exposure, compiler.UnitTest, compiler.Metric, compiler.SemanticModel, compiler.SavedQuery, compiler.Sync:
		return string(n.Type) + ":" + n.Package.Name + "." + n.Name
	default:
		return strings.Join(n.FQN, ".")
	}
}

func searchName(n *compiler.Node) string {
	if n.Type == compiler.Source || n.Version != nil {
		return n.Label()
	}
	return n.Name
}

func filePath(n *compiler.Node) string {
	if n.File == nil {
		return ""
	}
	return n.File.Path
}

func (s *session) listingJSON(n *compiler.Node, keys []string) (string, error) {
	all := s.graph.Describe(n)
	out := jinja.NewDict()
	if len(keys) == 0 {
		keys = listedKeys
	}
	for _, given := range keys {
		for _, key := range strings.FieldsFunc(given, func(r rune) bool { return r == ' ' || r == ',' }) {
			if v, ok := descend(all, strings.Split(key, ".")); ok {
				out.Put(key, v)
			}
		}
	}
	var b bytes.Buffer
	err := artifact.WriteValue(&b, out)
	return b.String(), err
}

func descend(v jinja.Value, keys []string) (jinja.Value, bool) {
	for _, key := range keys {
		d, ok := v.(*jinja.Dict)
		if !ok {
			return nil, false
		}
		if v, ok = d.GetString(key); !ok {
			return nil, false
		}
	}
	return v, true
}
