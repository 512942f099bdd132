package compiler

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// The codes of the problems with snapshots.
const (
	// InvalidSnapshot is a snapshot whose config does not say how changes are told, or contradicts itself.
	InvalidSnapshot diag.Code = "invalid-snapshot"
	// MisplacedSnapshot is a {% snapshot %} block in a folder of models.
	MisplacedSnapshot diag.Code = "misplaced-snapshot"
)

// draftSnapshots makes a draft of every {% snapshot %} block of a package, and of every snapshot that properties define with
// relation: alone.
func (b *builder) draftSnapshots(pkg *project.Package) {
	patches := map[string]*project.Node{}
	for _, p := range pkg.Props.Snapshots {
		if p.Relation == "" {
			patches[p.Name] = p
		} else {
			b.draftRelation(pkg, p)
		}
	}
	blocks := map[string]*project.File{}
	for _, f := range pkg.Snapshots {
		t, problems := jinja.Parse(f.Source)
		b.problems.Append(problems)
		if t == nil {
			continue
		}
		for _, block := range t.Blocks() {
			if block.Kind == "snapshot" {
				blocks[block.Name] = f
				b.draftBlock(f, block, patches[block.Name])
			}
		}
	}
	for _, p := range pkg.Props.Snapshots {
		if p.Relation == "" && blocks[p.Name] == nil {
			b.orphan(Snapshot, p, p.Name, blocks)
		}
	}
}

// draftBlock makes a draft of a block: its query is the template between the tags.
func (b *builder) draftBlock(f *project.File, block *jinja.Block, props *project.Node) {
	n := &Node{
		Type: Snapshot, Name: block.Name, Package: f.Package, File: f, At: block.Head, Path: f.Rel, Raw: between(block), template: block.Body,
		FQN: append(append([]string{f.Package.Name}, f.Folders()...), f.Name, block.Name),
	}
	b.draftSnapshot(n, props)
}

// draftRelation makes a draft of a snapshot of properties: its query selects everything from a relation.
func (b *builder) draftRelation(pkg *project.Package, p *project.Node) {
	if !namesRelation(p.Relation) {
		d := b.problems.Errorf(p.RelationAt, InvalidSnapshot, "%q is not a relation to take a snapshot of", p.Relation)
		d.Hint = "write ref('…') or source('…', '…')"
		return
	}
	n := &Node{
		Type: Snapshot, Name: p.Name, Package: pkg, File: p.File, Path: p.Name + ".sql", Raw: "select * from {{ " + p.Relation + " }}",
		FQN: append(append([]string{pkg.Name}, p.File.Folders()...), p.Name),
	}
	n.template, _ = jinja.Parse(diag.NewSource(generatedSource.Path, n.Raw))
	b.draftSnapshot(n, p)
}

func (b *builder) draftSnapshot(n *Node, props *project.Node) {
	n.ID = "snapshot." + n.Package.Name + "." + n.Name
	n.Checksum = checksumOf(n.File)
	d := &draft{Node: n}
	if props != nil {
		d.describe(&patch{Node: props})
	}
	b.drafts = append(b.drafts, d)
}

// between is the text between the tags of a block, as written.
func between(block *jinja.Block) string {
	text := block.Span.Source.Text[block.Head.End:block.Span.End]
	return text[:strings.LastIndex(text, "{%")]
}

// namesRelation tells whether the text is one call of ref or source with nothing but literals, which is all that dbt takes.
func namesRelation(text string) bool {
	text = strings.TrimSpace(text)
	e, _ := jinja.ParseExpression(diag.NewSource(generatedSource.Path, text))
	if e == nil {
		return false
	}
	calls := e.Calls()
	if len(calls) != 1 || !calls[0].Literal || calls[0].Span.Text() != text {
		return false
	}
	name := strings.Join(calls[0].Path, ".")
	return name == "ref" && len(calls[0].Args) > 0 || name == "source" && len(calls[0].Args) == 2
}

// relationAt is where the relation of a snapshot of properties is written; ok is false for all other nodes.
func (n *Node) relationAt() (at diag.Span, ok bool) {
	if n.Type != Snapshot || n.Props == nil || n.Props.Relation == "" {
		return diag.Span{}, false
	}
	return n.Props.RelationAt, true
}

// finishSnapshot puts the calls of a snapshot of properties where they are written, and checks its config.
func (b *builder) finishSnapshot(d *draft) {
	if at, ok := d.relationAt(); ok {
		for i := range d.Refs {
			d.Refs[i].At = at
		}
		for i := range d.Sources {
			d.Sources[i].At = at
		}
	}
	if d.Enabled {
		b.checkSnapshot(d)
	}
}

// checkSnapshot checks that the config says how changes are told: https://docs.getdbt.com/docs/build/snapshots.
func (b *builder) checkSnapshot(d *draft) {
	c := d.Config
	problem := func(key, hint, format string, args ...any) {
		b.problems.Errorf(b.configAt(d, key), InvalidSnapshot, "snapshot %q "+format, append([]any{d.Name}, args...)...).Hint = hint
	}
	if m := c.Materialized(); m != "snapshot" {
		problem("materialized", "take the config out", "must have a materialized value of 'snapshot', not '%s'", m)
	}
	strategy := c.String("strategy")
	if strategy == "" || len(c.Strings("unique_key")) == 0 {
		problem("strategy", "add the config that is missing", "must be configured with a 'strategy' and 'unique_key'")
		return
	}
	switch columns, _ := c.Value("check_cols"); strategy {
	case "timestamp":
		if c.String("updated_at") == "" {
			problem("strategy", "name the column that tells when a row was changed", "has the timestamp strategy and must specify an updated_at configuration")
		}
		if columns != nil && jinja.Truth(columns) {
			problem("check_cols", "take it out, or use the check strategy", "is a 'timestamp' snapshot and should not have 'check_cols'")
		}
	case "check":
		if columns == nil || !jinja.Truth(columns) {
			problem("strategy", "write check_cols='all', or a list of columns", "has the check strategy and must specify a check_cols configuration")
		} else if text, isText := columns.(string); isText && text != "all" {
			problem("check_cols", "write 'all' or a list of columns", "has an invalid value for 'check_cols': %s", text)
		}
	default:
		b.checkStrategy(d, strategy)
	}
	b.checkHardDeletes(d, problem)
	b.checkMetaColumns(d)
}

// checkStrategy checks that there is a macro for a strategy of the project's own; its name may have a package's before it.
func (b *builder) checkStrategy(d *draft, strategy string) {
	namespace, name, ok := strings.Cut(strategy, ".")
	if !ok {
		namespace, name = "", strategy
	}
	if b.Library.Find(d.Package.Name, namespace, "snapshot_"+name+"_strategy") != nil {
		return
	}
	known := []string{"timestamp", "check"}
	for _, macro := range b.Library.Names(d.Package.Name) {
		if own, ok := strings.CutPrefix(macro, "snapshot_"); ok && strings.HasSuffix(own, "_strategy") {
			known = append(known, strings.TrimSuffix(own, "_strategy"))
		}
	}
	p := b.problems.Errorf(b.configAt(d, "strategy"), InvalidSnapshot, "there is no snapshot strategy %q", strategy)
	if p.Hint = diag.DidYouMean(name, known); p.Hint == "" {
		p.Hint = "write a macro snapshot_" + name + "_strategy, or use timestamp or check"
	}
}

var hardDeletes = []string{"ignore", "invalidate", "new_record"}

func (b *builder) checkHardDeletes(d *draft, problem func(key, hint, format string, args ...any)) {
	now, given := d.Config.Value("hard_deletes")
	_, old := d.Config.Value("invalidate_hard_deletes")
	switch {
	case given && old:
		problem("invalidate_hard_deletes", "keep hard_deletes", "cannot have both invalidate_hard_deletes and hard_deletes")
	case given && !slices.Contains(hardDeletes, jinja.Str(now)):
		problem("hard_deletes", "use one of "+strings.Join(hardDeletes, ", "), "has an invalid value for 'hard_deletes': %s", jinja.Str(now))
	}
}

// metaColumns are the columns that a snapshot adds, by the names of dbt, which are their names unless the config says otherwise.
var metaColumns = []string{"dbt_valid_to", "dbt_valid_from", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"}

func (b *builder) checkMetaColumns(d *draft) {
	for k := range dictOf(d.Config.Values, "snapshot_meta_column_names").All() {
		if name := jinja.Str(k); !slices.Contains(metaColumns, name) {
			p := b.problems.Errorf(b.configAt(d, "snapshot_meta_column_names"), InvalidSnapshot, "%q is no column that a snapshot adds", name)
			p.Hint = diag.DidYouMean(name, metaColumns)
		}
	}
}

// noMetaColumns is snapshot_meta_column_names before anybody renames a column.
func noMetaColumns() *jinja.Dict {
	d := jinja.NewDict()
	for _, name := range metaColumns {
		d.Put(name, nil)
	}
	return d
}

// snapshotColumns is what config.get('snapshot_table_column_names') answers: all columns that the snapshot adds, by the names of
// dbt. It is nil for a node that is no snapshot.
func (c *Config) snapshotColumns() *jinja.Dict {
	if _, ok := c.Values.Get("snapshot_meta_column_names"); !ok || c.Materialized() != "snapshot" {
		return nil
	}
	renamed, all := dictOf(c.Values, "snapshot_meta_column_names"), jinja.NewDict()
	for _, name := range metaColumns {
		all.Put(name, name)
		if v, _ := renamed.Get(name); v != nil && jinja.Truth(v) {
			all.Put(name, v)
		}
	}
	return all
}

// configAt is where a config of a draft is written: the place that counts, or else the draft's.
func (b *builder) configAt(d *draft, key string) diag.Span {
	layers := append(slices.Clone(d.Package.Configs[section(d.Type)].Layers(d.FQN)), d.layers...)
	for _, l := range slices.Backward(append(layers, d.calls)) {
		if l != nil && !l.At[key].IsZero() {
			return l.At[key]
		}
	}
	return d.At
}

// refuseSnapshots reports the snapshots in the file of a model, which dbt does not find there.
func (d *draft) refuseSnapshots() {
	for _, block := range d.template.Blocks() {
		if block.Kind == "snapshot" && d.Type == Model {
			p := d.problems.Errorf(block.Head, MisplacedSnapshot, "snapshot %q stands in a folder of models", block.Name)
			p.Hint = "move the file to a folder of snapshot-paths, or define the snapshot in YAML with relation:"
		}
	}
}
