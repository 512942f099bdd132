package compiler

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// Describe is a node in the shape of dbt's manifest: what templates see as `model`, and what the manifest is written from. The
// dict is the caller's.
// https://schemas.getdbt.com/dbt/manifest/v12.json
func (g *Graph) Describe(n *Node) *jinja.Dict {
	g = g.Of(n)
	switch n.Type {
	case Source:
		return g.describeSource(n)
	case Exposure:
		return g.describeExposure(n)
	case Sync:
		return g.describeSync(n)
	case UnitTest:
		return g.describeUnit(n)
	case Metric, SemanticModel, SavedQuery:
		return g.describeSemantic(n)
	}
	d := jinja.NewDict()
	g.describe(n, nil, dictForm{d})
	return d
}

// AppendJSON appends what Describe says of a node, with what is known of its compiled code (nil for nothing), as o prints it. A large project
// is so written without a dict of each of its nodes.
func (g *Graph) AppendJSON(b []byte, n *Node, c *Compiled, o jinja.JSON) ([]byte, error) {
	g = g.Of(n)
	switch n.Type {
	case Model, Seed, Snapshot, Test, Analysis, Operation, Function:
		if n.Type == Function || n.repeats() {
			d := jinja.NewDict()
			g.describe(n, c, dictForm{d})
			return o.Append(b, d)
		}
		into := &jsonForm{json: o, out: b}
		into.open('{')
		g.describe(n, c, into)
		into.close('}')
		return into.out, into.err
	}
	return o.Append(b, g.Describe(n))
}

// repeats tells whether a key may come twice in the description of a node, of which dicts keep the last value.
func (n *Node) repeats() bool {
	for i, c := range n.Columns {
		if c.Extra.Len() > 0 || slices.ContainsFunc(n.Columns[:i], func(other *Column) bool { return other.Name == c.Name }) {
			return true
		}
	}
	for k := range n.configValues().All() {
		if key, ok := k.(string); !ok || key == "pre-hook" || key == "post-hook" {
			return true
		}
	}
	return false
}

// describe describes what has a place under "nodes", and functions, with what is known of their compiled code, nil for nothing.
func (g *Graph) describe(n *Node, c *Compiled, into form) {
	if n.Type == Function {
		describeReturns(n, into)
	}
	into.textOrNone("database", n.Relation.Database)
	into.textOrNone("schema", n.Relation.Schema)
	into.text("name", n.Name)
	into.text("resource_type", string(n.Type))
	into.text("package_name", n.Package.Name)
	into.text("path", n.Path)
	into.text("original_file_path", n.originalPath())
	into.text("unique_id", n.ID)
	into.texts("fqn", n.FQN)
	into.text("alias", n.alias())
	into.dict("checksum", n.describeChecksum)
	into.dict("config", n.spellConfig)
	into.texts("tags", n.Tags)
	into.text("description", n.Description)
	into.dict("columns", func(into form) { g.describeEach(n.Columns, n, into) })
	into.copied("meta", n.Meta)
	into.value("group", g.Group(n))
	into.value("docs", n.docs())
	into.value("patch_path", n.patchPath())
	into.textOrNone("build_path", c.build())
	into.copied("unrendered_config", n.unrendered())
	into.value("created_at", float64(g.options.Invocation.Started)/1e9)
	into.value("relation_name", g.relationName(n))
	into.text("raw_code", n.Raw)
	into.texts("doc_blocks", n.DocBlocks)
	if n.Type == Seed {
		into.text("root_path", g.Project.Dir)
		into.dict("depends_on", func(into form) { into.texts("macros", n.Macros) })
		return
	}
	g.describeCode(n, c, into)
	switch n.Type {
	case Operation:
		into.value("index", g.hookIndex(n, c))
	case Test:
		g.describeTest(n, into)
	case Function:
		describeParameters(n, into)
	case Model:
		g.describeModel(n, into)
	}
}

// describeCode adds what nodes with code have.
func (g *Graph) describeCode(n *Node, c *Compiled, into form) {
	into.text("language", n.Language())
	into.dicts("refs", len(n.Refs), func(i int, into form) {
		r := n.Refs[i]
		into.text("name", r.Name)
		into.textOrNone("package", r.Package)
		into.value("version", g.versionOf(n, r))
	})
	sources := jinja.NewList()
	for _, s := range n.Sources {
		sources.Append(jinja.NewList(s.Source, s.Table))
	}
	into.value("sources", sources)
	into.value("metrics", callList(n.Metrics))
	into.value("functions", callList(n.Functions))
	into.dict("depends_on", func(into form) {
		into.texts("macros", c.macros(n.Macros))
		into.texts("nodes", n.DependsOn)
	})
	c.describe(into)
	into.value("contract", g.contract(n))
}

// describeOwn describes a node for its own templates: as in dbt what is None is not there, and the types of its columns are those that
// its contract's alias_types makes of them.
func (g *Graph) describeOwn(n *Node) *jinja.Dict {
	d := withoutNone(g.Describe(n))
	contract, ok := d.GetString("contract")
	if !ok || at(contract.(*jinja.Dict), "alias_types") != true {
		return d
	}
	for _, column := range dictOf(d, "columns").All() {
		c, isDict := column.(*jinja.Dict)
		if !isDict {
			continue
		}
		if declared, isText := at(c, "data_type").(string); isText {
			c.Put("data_type", macros.TranslateType(declared))
		}
	}
	return d
}

// withoutNone is a description without what is None. What the project gave as a dict, such as meta, is left as it is.
func withoutNone(d *jinja.Dict) *jinja.Dict {
	out := jinja.NewDict()
	for k, v := range d.All() {
		name := jinja.Str(k)
		inner, isDict := v.(*jinja.Dict)
		switch {
		case v == nil:
			continue
		case isDict && name == "columns":
			columns := jinja.NewDict()
			for column, described := range inner.All() {
				if c, ok := described.(*jinja.Dict); ok {
					columns.Put(jinja.Str(column), withoutNone(c))
				}
			}
			v = columns
		case isDict && slices.Contains([]string{"config", "docs", "contract", "latest_version_pointer"}, name):
			v = withoutNone(inner)
		}
		out.Put(name, v)
	}
	return out
}

// contract is what a node promises of its columns, with the checksum of a promise that a model keeps.
func (g *Graph) contract(n *Node) *jinja.Dict {
	d := dictOf(n.configValues(), "contract").Clone()
	if _, ok := d.Get("enforced"); !ok {
		d.Put("enforced", false)
	}
	if _, ok := d.Get("alias_types"); !ok {
		d.Put("alias_types", true)
	}
	d.Put("checksum", nil)
	if n.Type == Model && at(d, "enforced") == true {
		d.Put("checksum", contractChecksum(n, g.describeColumns(n), g.modelConstraints(n)))
	}
	return d
}

func (g *Graph) describeModel(n *Node, into form) {
	var deprecation, primary = "", []string(nil)
	if n.Props != nil {
		deprecation = n.deprecation()
	}
	if n.Enabled {
		primary = g.primaryKey(n)
	}
	into.text("access", n.Access())
	into.value("constraints", g.modelConstraints(n))
	into.value("version", n.Version)
	into.value("latest_version", n.LatestVersion)
	into.textOrNone("deprecation_date", deprecation)
	into.texts("primary_key", primary)
	into.value("time_spine", timeSpine(n))
}

// modelConstraints are the constraints of a model as a whole.
func (g *Graph) modelConstraints(n *Node) *jinja.List {
	if n.Props == nil {
		return jinja.NewList()
	}
	constraints := g.describeConstraints(n, n.Props.Constraints)
	for _, c := range constraints.Items {
		if d, ok := c.(*jinja.Dict); ok && at(d, "columns") == nil {
			d.Put("columns", jinja.NewList())
		}
	}
	return constraints
}

// timeSpine is what makes a model a calendar of MetricFlow's, None if it is none.
func timeSpine(n *Node) jinja.Value {
	if n.Props == nil {
		return nil
	}
	given, ok := n.Props.TimeSpine.(*jinja.Dict)
	if !ok {
		return nil
	}
	d := jinja.DictOf("standard_granularity_column", nil, "custom_granularities", jinja.NewList())
	fill(d, given)
	custom := jinja.NewList()
	for _, g := range dictsAt(given, "custom_granularities") {
		custom.Append(fill(jinja.DictOf("name", nil, "column_name", nil), g))
	}
	d.Put("custom_granularities", custom)
	return d
}

func (g *Graph) describeTest(n *Node, into form) {
	if n.Test == nil {
		return
	}
	t := n.Test
	var column, attached jinja.Value
	if t.Column != "" {
		column = at(t.Kwargs, "column_name")
	}
	if !strings.HasPrefix(t.Attached, string(Source)+".") && g.has(t.Attached) {
		attached = t.Attached
	}
	into.value("column_name", column)
	into.text("file_key_name", fileKey(n))
	into.value("attached_node", attached)
	into.dict("test_metadata", func(into form) {
		into.text("name", t.Name)
		into.copied("kwargs", t.Kwargs)
		into.textOrNone("namespace", t.Namespace)
	})
}

// has tells whether there is a node of that ID, be it a disabled one.
func (g *Graph) has(id string) bool {
	return g.Nodes[id] != nil || g.isOff[id]
}

// fileKey is the section and name of the properties in which a test stands.
func fileKey(n *Node) string {
	kind, rest, _ := strings.Cut(n.Test.Attached, ".")
	_, name, _ := strings.Cut(rest, ".")
	name, _, _ = strings.Cut(name, ".")
	return kind + "s." + name
}

func (g *Graph) describeColumns(n *Node) *jinja.Dict {
	d := jinja.NewDict()
	g.describeEach(n.Columns, n, dictForm{d})
	return d
}

func (g *Graph) describeEach(columns []*Column, n *Node, into form) {
	for _, c := range columns {
		into.dict(c.Name, func(into form) { g.describeColumn(c, n, into) })
	}
}

func (g *Graph) describeColumn(c *Column, n *Node, into form) {
	var quote jinja.Value
	if c.Quote != nil {
		quote = *c.Quote
	}
	tags, meta := c.AllTags(), c.AllMeta()
	into.text("name", c.Name)
	into.text("description", c.Description)
	into.copied("meta", meta)
	into.textOrNone("data_type", c.DataType)
	into.value("constraints", g.describeConstraints(n, c.Constraints))
	into.value("quote", quote)
	into.dict("config", func(into form) {
		into.copied("meta", meta)
		into.texts("tags", tags)
	})
	into.texts("tags", tags)
	into.textOrNone("granularity", c.Granularity)
	into.value("dimension", describeDimension(c))
	into.value("entity", describeEntity(c))
	into.texts("doc_blocks", c.DocBlocks)
	for k, v := range c.Extra.All() {
		into.value(jinja.Str(k), v)
	}
}

// describeDimension is the dimension that a column says it is: a type, or more.
func describeDimension(c *Column) jinja.Value {
	given, ok := c.Dimension.(*jinja.Dict)
	if !ok {
		return c.Dimension
	}
	d := fill(jinja.DictOf("name", c.Name, "type", nil, "description", c.Description, "label", nil, "is_partition", false, "config", jinja.NewDict(),
		"validity_params", nil), given)
	if validity := dictOf(given, "validity_params"); validity.Len() > 0 {
		d.Put("validity_params", fill(jinja.DictOf("is_start", false, "is_end", false), validity))
	}
	return d
}

// describeEntity is the entity that a column says it is: a type, or more.
func describeEntity(c *Column) jinja.Value {
	given, ok := c.Entity.(*jinja.Dict)
	if !ok {
		return c.Entity
	}
	return fill(jinja.DictOf("name", c.Name, "type", nil, "description", c.Description, "label", nil, "config", jinja.NewDict()), given)
}

func (g *Graph) describeSource(n *Node) *jinja.Dict {
	s, t := n.Table.Source, n.Table.Table
	quoting := jinja.DictOf("database", nil, "schema", nil, "identifier", nil, "column", nil)
	for k, v := range mergeDicts(s.Quoting, t.Quoting).All() {
		quoting.Put(jinja.Str(k), v)
	}
	return jinja.DictOf(
		"database", text(n.Relation.Database), "schema", n.Relation.Schema, "name", n.Name, "resource_type", string(Source),
		"package_name", n.Package.Name, "path", n.Path, "original_file_path", n.originalPath(), "unique_id", n.ID, "fqn", textList(n.FQN),
		"source_name", s.Name, "source_description", s.Description, "loader", cmpOr(t.Loader, s.Loader), "identifier", n.Relation.Name,
		"quoting", quoting, "loaded_at_field", n.configValue("loaded_at_field"), "loaded_at_query", n.configValue("loaded_at_query"),
		"freshness", n.configValue("freshness"), "external", t.External, "description", n.Description,
		"columns", g.describeColumns(n), "meta", cloned(n.Meta), "source_meta", mergeDicts(s.Meta, dictOf(s.Config.Values, "meta")),
		"tags", textList(n.Tags), "config", g.describeConfig(n), "patch_path", nil, "unrendered_config", cloned(n.unrendered()),
		"relation_name", g.relationName(n), "created_at", float64(g.options.Invocation.Started)/1e9,
		"unrendered_database", text(s.UnrenderedDatabase), "unrendered_schema", text(s.UnrenderedSchema), "doc_blocks", textList(n.DocBlocks),
	)
}

func (g *Graph) describeExposure(n *Node) *jinja.Dict {
	at := func(key string) jinja.Value { v, _ := n.Raws.Values.Get(key); return v }
	config := n.Config.Values.Clone()
	config.Put("tags", textList(n.Tags))
	config.Put("meta", cloned(n.Meta))
	refs, sources := jinja.NewList(), jinja.NewList()
	for _, r := range n.Refs {
		refs.Items = append(refs.Items, jinja.DictOf("name", r.Name, "package", text(r.Package), "version", r.Version))
	}
	for _, s := range n.Sources {
		sources.Items = append(sources.Items, jinja.NewList(s.Source, s.Table))
	}
	return jinja.DictOf(
		"name", n.Name, "resource_type", string(Exposure), "package_name", n.Package.Name, "path", n.Path,
		"original_file_path", n.originalPath(), "unique_id", n.ID, "fqn", textList(n.FQN), "type", at("type"), "owner", owner(at("owner")),
		"description", n.Description, "label", at("label"), "maturity", at("maturity"), "meta", cloned(n.Meta), "tags", textList(n.Tags),
		"config", config, "unrendered_config", cloned(n.unrendered()), "url", at("url"),
		"depends_on", jinja.DictOf("macros", jinja.NewList(), "nodes", textList(n.DependsOn)), "refs", refs, "sources", sources,
		"metrics", callList(n.Metrics), "created_at", float64(g.options.Invocation.Started)/1e9,
	)
}

// owner is who owns an exposure or a group, in the order of dbt's manifest: the address and the name, then what else is said.
func owner(given jinja.Value) jinja.Value {
	d, ok := given.(*jinja.Dict)
	if !ok {
		return given
	}
	return mergeDicts(jinja.DictOf("email", nil, "name", nil), d)
}

// describeConfig is the node's config with dbt's spelling of the hooks, which it writes with a hyphen and as dicts.
func (g *Graph) describeConfig(n *Node) *jinja.Dict {
	d := jinja.NewDict()
	n.spellConfig(dictForm{d})
	return d
}

// spellConfig is describeConfig. Where a data test keeps the rows that it finds is told also if the config only says that it does.
func (n *Node) spellConfig(into form) {
	values := n.configValues()
	const as = "store_failures_as"
	keep, said := at(values, "store_failures").(bool)
	if n.Type != Test || !said || at(values, as) != nil {
		spellConfig(values, into)
		return
	}
	values = values.Clone()
	values.Put(as, map[bool]string{true: "table", false: "ephemeral"}[keep])
	spellConfig(values, into)
}

// spellConfig writes a config in the spelling of manifests.
func spellConfig(values *jinja.Dict, into form) {
	for k, v := range values.All() {
		switch key := jinja.Str(k); key {
		case "pre_hook", "post_hook":
			into.value(strings.ReplaceAll(key, "_", "-"), describeHooks(v))
		case "tags":
			into.texts(key, unique(jinja.Strs(v)))
		case "meta":
			if meta, ok := v.(*jinja.Dict); ok {
				into.copied(key, meta)
				continue
			}
			into.value(key, v)
		default:
			into.value(key, v)
		}
	}
}

func describeHooks(v jinja.Value) *jinja.List {
	out := jinja.NewList()
	for _, h := range hooksOf(v) {
		out.Items = append(out.Items, jinja.DictOf("sql", h.Text, "transaction", h.Transaction, "index", nil))
	}
	return out
}

// sections are where the manifest, and the `graph` of templates, keep nodes of a type that are not under "nodes".
var sections = map[Type]string{
	Source: "sources", Exposure: "exposures", Metric: "metrics", SemanticModel: "semantic_models", SavedQuery: "saved_queries", UnitTest: "unit_tests", Sync: "syncs",
	Function: "functions",
}

// Section is the key of the manifest under which nodes of the type are kept.
func (t Type) Section() string {
	if s := sections[t]; s != "" {
		return s
	}
	return "nodes"
}

// describeAll is the `graph` of templates. Most of them look at few nodes, and at little of each, so that the rest is described
// when it is asked for.
func (g *Graph) describeAll() *jinja.Dict {
	out := jinja.NewDict()
	for _, section := range []string{"exposures", "functions", "groups", "metrics", "nodes", "sources", "semantic_models", "saved_queries", "unit_tests"} {
		out.Put(section, jinja.NewDict())
	}
	for _, n := range g.Order {
		known := jinja.DictOf("name", n.Name, "resource_type", string(n.Type), "package_name", n.Package.Name, "unique_id", n.ID)
		dictOf(out, n.Type.Section()).Put(n.ID, jinja.LateDict(known, func() *jinja.Dict { return g.inGraph(n) }))
	}
	out.Put("groups", g.Groups())
	return out
}

// inGraph is what templates see of a node in `graph`: its description and, of what ref() can mean, where it is read in place of here.
func (g *Graph) inGraph(n *Node) *jinja.Dict {
	d := g.Describe(n).Deep()
	if !refable(n.Type) {
		return d
	}
	d.Put("defer_relation", nil)
	if g.deferred != nil {
		if there := g.deferred(n.ID); there != nil {
			d.Put("defer_relation", there)
		}
	}
	return d
}

// DeferTo lets templates see in `graph` what an earlier state has of a node, nil if it has nothing. It is called before anything is
// rendered.
func (g *Graph) DeferTo(there func(id string) *jinja.Dict) { g.deferred = there }

// Groups are the groups that models may belong to, by ID, in the shape of dbt's manifest.
func (g *Graph) Groups() *jinja.Dict {
	out := jinja.NewDict()
	for _, pkg := range g.Project.Packages {
		for _, raw := range pkg.Props.Groups {
			id := "group." + pkg.Name + "." + raw.Name
			out.Put(id, jinja.DictOf(
				"name", raw.Name, "resource_type", "group", "package_name", pkg.Name, "path", raw.File.Rel, "original_file_path", raw.File.Path,
				"unique_id", id, "owner", owner(at(raw.Values, "owner")), "description", at(raw.Values, "description"),
				"config", g.groupConfig(pkg, raw),
			))
		}
	}
	return out
}

// RelationName is the quoted name of what the node stores, or where it is read; "" if it stores nothing.
func (g *Graph) RelationName(n *Node) string {
	name, _ := g.Of(n).relationName(n).(string)
	return name
}

// relationName is RelationName as manifests have it: None if the node stores nothing.
func (g *Graph) relationName(n *Node) jinja.Value {
	if !n.Stored() && n.Type != Source && n.Type != Function && n.Type != Copy && !(n.Type == Test && n.Config != nil && g.storesFailures(n)) {
		return nil
	}
	return jinja.Str(g.relation(n))
}

// storesFailures tells whether a data test keeps the rows that it finds.
func (g *Graph) storesFailures(n *Node) bool {
	switch as := n.Config.String("store_failures_as"); as {
	case "":
		return n.Config.Bool("store_failures", jinja.Truth(g.options.Invocation.Flags["STORE_FAILURES"]))
	default:
		return as == "table" || as == "view"
	}
}

// Group is the group of a node, None without one; a test belongs to that of what it tests.
func (g *Graph) Group(n *Node) jinja.Value {
	if n.Type == Source || n.Type == Exposure || n.Type == UnitTest || n.Type == Sync {
		return nil
	}
	if n.Test != nil && n.configValue("group") == nil {
		if tested := g.Nodes[n.Test.Attached]; tested != nil && tested.Config != nil {
			return tested.configValue("group")
		}
	}
	return n.configValue("group")
}

// deprecation is the time from which a model, or a version of it, is out of date, in the form of manifests.
func (n *Node) deprecation() string {
	date := n.Props.DeprecationDate
	if n.Version != nil {
		date = ""
		for _, v := range n.Props.Versions {
			if jinja.Str(v.V) == jinja.Str(n.Version) {
				date = v.DeprecationDate
			}
		}
	}
	date = strings.Replace(date, " ", "T", 1)
	_, clock, hasClock := strings.Cut(date, "T")
	switch {
	case date == "":
		return ""
	case !hasClock:
		return date + "T00:00:00+00:00"
	case !strings.ContainsAny(clock, "Z+-"):
		return date + "+00:00"
	}
	return strings.Replace(date, "Z", "+00:00", 1)
}

// docs is how documents show the node.
func (n *Node) docs() jinja.Value {
	if d := n.configValue("docs"); d != nil {
		return d
	}
	return jinja.DictOf("show", true, "node_color", nil)
}

// versionOf is the version that a ref asks for; the ref of a test
// to what it tests is written by mod itself, as text, and dbt reads it so but for those two.
func (g *Graph) versionOf(n *Node, r RefCall) jinja.Value {
	if n.Test != nil && r.Version != nil && (n.Test.Name == "unique" || n.Test.Name == "not_null") {
		if tested := g.Nodes[n.Test.Attached]; tested != nil && tested.Name == r.Name && jinja.Str(tested.Version) == jinja.Str(r.Version) {
			return tested.Version
		}
	}
	return r.Version
}

func (n *Node) originalPath() string {
	if n.File == nil {
		return n.Path
	}
	return n.File.Path
}

func (n *Node) alias() string { return cmpOr(n.Relation.Name, n.Name) }

func (n *Node) describeChecksum(into form) {
	name, sum := "sha256", n.Checksum
	switch {
	case sum == "" && n.Type == Seed:
		name, sum = "path", n.originalPath()
	case sum == "":
		name = "none"
	}
	into.text("name", name)
	into.text("checksum", sum)
}

func (n *Node) patchPath() jinja.Value {
	if n.Props == nil || n.Props.File == nil {
		return nil
	}
	return n.Props.File.Package.Name + "://" + n.Props.File.Path
}

func (n *Node) configValues() *jinja.Dict {
	if n.Config == nil {
		return jinja.NewDict()
	}
	return n.Config.Values
}

func (n *Node) configValue(name string) jinja.Value {
	v, _ := n.configValues().Get(name)
	return v
}

// unrendered is the config as written; nil without any.
func (n *Node) unrendered() *jinja.Dict {
	if n.Config == nil {
		return nil
	}
	return n.Config.Unrendered
}

func cloned(d *jinja.Dict) *jinja.Dict {
	if d == nil {
		return jinja.NewDict()
	}
	return d.Clone()
}

// text is a value that is None when empty.
func text(s string) jinja.Value {
	if s == "" {
		return nil
	}
	return s
}

// hooksOf reads a hook config: a text, a dict with sql and transaction, or a list of those.
func hooksOf(v jinja.Value) []project.Text {
	switch v := v.(type) {
	case nil:
		return nil
	case *jinja.List:
		var out []project.Text
		for _, item := range v.Items {
			out = append(out, hooksOf(item)...)
		}
		return out
	case *jinja.Tuple:
		return hooksOf(jinja.NewList(v.Items...))
	case *jinja.Dict:
		h := project.Text{Transaction: true}
		if sql, _ := v.Get("sql"); sql != nil {
			h.Text = jinja.Str(sql)
		}
		if t, ok := v.Get("transaction"); ok && t != nil {
			h.Transaction = jinja.Truth(t)
		}
		return []project.Text{h}
	default:
		s := jinja.Str(v)
		if strings.TrimSpace(s) == "" {
			return nil
		}
		return []project.Text{{Text: s, Transaction: true}}
	}
}
