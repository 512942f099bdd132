package artifact

import (
	"crypto/md5" //nolint:gosec // dbt's project_id is one
	"encoding/hex"
	"io"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// Compiled is what is known of a node's code once it is rendered.
type Compiled = compiler.Compiled

// Manifest is what manifest.json is written from.
type Manifest struct {
	Graph       *compiler.Graph
	Invocation  *macros.Invocation
	GeneratedAt string               // RFC 3339, UTC
	Compiled    map[string]*Compiled // by node ID; nodes that were not rendered are missing
	Selectors   *jinja.Dict          // the project's selectors.yml by name, as selector.File has them; nil without one
}

func (m *Manifest) selectors() *jinja.Dict {
	if m.Selectors == nil {
		return jinja.NewDict()
	}
	return m.Selectors
}

// Write writes manifest.json, version 12, piece by piece: the whole of a large project is never held as text.
// https://schemas.getdbt.com/dbt/manifest/v12.json
func (m *Manifest) Write(w io.Writer) error {
	e := newEncoder(w)
	e.object(func() {
		e.key("metadata")
		e.value(m.metadata())
		m.writeNodes(e)
		m.writeMacros(e)
		m.writeDocs(e)
		m.writeType(e, compiler.Exposure)
		m.writeType(e, compiler.Metric)
		e.key("groups")
		e.value(m.Graph.Groups())
		e.key("selectors")
		e.value(m.selectors())
		m.writeDisabled(e)
		m.writeMaps(e)
		e.key("group_map")
		e.value(m.groupMap())
		for _, t := range []compiler.Type{compiler.SavedQuery, compiler.SemanticModel, compiler.UnitTest, compiler.Function} {
			m.writeType(e, t)
		}
	})
	return e.flush()
}

func (m *Manifest) metadata() *jinja.Dict {
	p := m.Graph.Project
	sum := md5.Sum([]byte(p.Root.Name)) //nolint:gosec // not for secrecy
	quoting := jinja.DictOf("database", true, "schema", true, "identifier", true, "column", nil)
	for k, v := range p.Root.Quoting.All() {
		quoting.Put(jinja.Str(k), v)
	}
	env := jinja.NewDict()
	if m.Invocation.Metadata != nil {
		env = m.Invocation.Metadata
	}
	return jinja.DictOf(
		"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version", m.Invocation.Version,
		"generated_at", m.GeneratedAt, "invocation_id", m.Invocation.ID, "invocation_started_at", startedAt(m.Invocation), "env", env,
		"project_name", p.Root.Name, "project_id", hex.EncodeToString(sum[:]), "user_id", nil, "send_anonymous_usage_stats", false,
		"adapter_type", m.Graph.Dialect.Name, "quoting", quoting, "run_started_at", startedAt(m.Invocation),
	)
}

func startedAt(i *macros.Invocation) jinja.Value {
	if i.StartedAt == nil {
		return nil
	}
	return strings.Replace(jinja.Str(i.StartedAt), " ", "T", 1)
}

// writeNodes writes the nodes that are kept under "nodes", then the sources.
func (m *Manifest) writeNodes(e *encoder) {
	e.key("nodes")
	e.object(func() {
		for _, n := range m.Graph.Order {
			if n.Type.Section() != "nodes" {
				continue
			}
			e.key(n.ID)
			m.writeNode(e, n)
		}
		for _, n := range m.Graph.Aside() {
			e.key(n.ID)
			m.writeNode(e, n)
		}
	})
	m.writeType(e, compiler.Source)
}

// writeNode writes a node's description with what is known of its compiled code.
func (m *Manifest) writeNode(e *encoder, n *compiler.Node) {
	c := m.Compiled[n.ID]
	if n.Type == compiler.UnitTest { // what a unit test runs is told in its results alone
		c = nil
	}
	e.appended(func(b []byte) ([]byte, error) { return m.Graph.AppendJSON(b, n, c, e.json) })
}

func (m *Manifest) writeType(e *encoder, t compiler.Type) {
	e.key(t.Section())
	e.object(func() {
		for _, n := range m.Graph.Order {
			if n.Type == t {
				e.key(n.ID)
				m.writeNode(e, n)
			}
		}
	})
}

func (m *Manifest) writeMacros(e *encoder) {
	props := map[string]*project.Macro{}
	for _, pkg := range m.Graph.Project.Packages {
		for _, p := range pkg.Props.Macros {
			props[pkg.Name+"."+p.Name] = p
		}
	}
	e.key("macros")
	e.object(func() {
		for _, macro := range m.Graph.Library.All() {
			e.key(macro.ID)
			e.value(m.macro(macro, props[macro.Package+"."+macro.Name]))
		}
	})
}

func (m *Manifest) macro(macro *macros.Macro, p *project.Macro) *jinja.Dict {
	description, meta, patch := "", jinja.NewDict(), jinja.Value(nil)
	arguments := jinja.NewList()
	docs := jinja.DictOf("show", true, "node_color", nil)
	if p != nil {
		description, patch = p.Description, macro.Package+"://"+p.File.Path
		for _, a := range p.Arguments {
			arguments.Items = append(arguments.Items, jinja.DictOf("name", a.Name, "type", a.Type, "description", a.Description))
		}
		for into, key := range map[*jinja.Dict]string{meta: "meta", docs: "docs"} {
			if d, ok := at(p.Config.Values, key).(*jinja.Dict); ok {
				for k, v := range d.All() {
					into.Put(jinja.Str(k), v)
				}
			}
		}
	}
	var languages jinja.Value
	if macro.Kind == "materialization" {
		languages = jinja.NewList("sql")
		if v := at(macro.Block.Args, "supported_languages"); v != nil {
			languages = v
		}
	}
	if len(arguments.Items) == 0 && macro.Block.Macro != nil && !m.inTests(macro) {
		for _, param := range macro.Block.Macro.Params {
			arguments.Items = append(arguments.Items, jinja.DictOf("name", param.Name, "type", nil, "description", ""))
		}
	}
	return jinja.DictOf(
		"name", macro.Name, "resource_type", "macro", "package_name", macro.Package, "path", macro.Path, "original_file_path", macro.Path,
		"unique_id", macro.ID, "macro_sql", macro.Source(), "depends_on", jinja.DictOf("macros", list(m.Graph.Library.Calls(macro))),
		"description", description, "meta", meta, "docs", docs, "config", jinja.DictOf("meta", meta.Clone(), "docs", docs.Clone()),
		"patch_path", patch, "arguments", arguments, "created_at", float64(m.Invocation.Started)/1e9, "supported_languages", languages,
	)
}

// groupMap says which nodes belong to each group.
func (m *Manifest) groupMap() *jinja.Dict {
	out := jinja.NewDict()
	for _, pkg := range m.Graph.Project.Packages {
		for _, raw := range pkg.Props.Groups {
			out.Put(raw.Name, jinja.NewList())
		}
	}
	if out.Len() == 0 {
		return out
	}
	for _, n := range m.Graph.Order {
		name := m.Graph.Group(n)
		if name == nil {
			continue
		}
		if members, ok := out.GetString(jinja.Str(name)); ok {
			members.(*jinja.List).Append(n.ID)
		}
	}
	return out
}

// inTests tells whether a macro is a generic test that stands among the tests: dbt does not list the parameters of those.
func (m *Manifest) inTests(macro *macros.Macro) bool {
	pkg := m.Graph.Project.Package(macro.Package)
	return pkg != nil && slices.Contains(pkg.GenericTests, macro.File)
}

func (m *Manifest) writeDocs(e *encoder) {
	e.key("docs")
	e.object(func() {
		for _, doc := range m.Graph.Docs {
			e.key(doc.ID())
			e.value(jinja.DictOf(
				"name", doc.Name, "resource_type", "doc", "package_name", doc.Package, "path", doc.File.Rel,
				"original_file_path", doc.File.Path, "unique_id", doc.ID(), "block_contents", doc.Text,
			))
		}
	})
}

func (m *Manifest) writeDisabled(e *encoder) {
	byID := map[string][]*compiler.Node{}
	var ids []string
	for _, n := range m.Graph.Disabled {
		if n.Type == compiler.Sync { // which no reader of manifests knows
			continue
		}
		if byID[n.ID] == nil {
			ids = append(ids, n.ID)
		}
		byID[n.ID] = append(byID[n.ID], n)
	}
	e.key("disabled")
	e.object(func() {
		for _, id := range ids {
			list := jinja.NewList()
			for _, n := range byID[id] {
				list.Items = append(list.Items, m.Graph.Describe(n))
			}
			e.key(id)
			e.value(list)
		}
	})
}

func at(d *jinja.Dict, key string) jinja.Value {
	if d == nil {
		return nil
	}
	v, _ := d.GetString(key)
	return v
}

func list(texts []string) *jinja.List {
	out := jinja.NewList()
	for _, s := range texts {
		out.Append(s)
	}
	return out
}

// writeMaps writes who depends on whom, in both directions.
func (m *Manifest) writeMaps(e *encoder) {
	aside := m.Graph.Aside()
	children, isAside := map[string][]string{}, make(map[*compiler.Node]bool, len(aside))
	for _, n := range aside {
		isAside[n] = true
		for _, id := range n.DependsOn {
			children[id] = append(children[id], n.ID)
		}
	}
	m.writeMap(e, "parent_map", aside, func(n *compiler.Node) []string {
		if isAside[n] {
			return slices.Clone(n.DependsOn)
		}
		return slices.Clone(m.Graph.DAG.Parents(n.ID))
	})
	m.writeMap(e, "child_map", aside, func(n *compiler.Node) []string { return slices.Concat(m.Graph.DAG.Children(n.ID), children[n.ID]) })
}

func (m *Manifest) writeMap(e *encoder, key string, aside []*compiler.Node, related func(*compiler.Node) []string) {
	e.key(key)
	e.object(func() {
		for _, n := range slices.Concat(m.Graph.Order, aside) {
			if n.Type == compiler.Sync {
				continue
			}
			ids := slices.DeleteFunc(related(n), func(id string) bool { return m.Graph.Nodes[id] != nil && m.Graph.Nodes[id].Type == compiler.Sync })
			slices.Sort(ids)
			e.key(n.ID)
			e.value(list(slices.Compact(ids)))
		}
	})
}
