package materialize

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// draft collects the ops of one request.
type draft struct {
	Request
	ops []Op

	granted, described bool // the target has its rights and descriptions
}

func (d *draft) add(ops ...Op) { d.ops = append(d.ops, ops...) }

// overrides tells whether the project has one of those macros of its own.
func (r Request) overrides(macros ...string) bool {
	if r.Overrides == nil {
		return false
	}
	for _, m := range macros {
		if r.Overrides(m) {
			return true
		}
	}
	return false
}

func (r Request) has(f dialect.Feature) bool { return (r.Dialect.Features|r.Abilities)&f == f }

func (r Request) find(name relation.Relation) *relation.Table {
	if r.Find == nil {
		return nil
	}
	t := r.Find(name)
	if t != nil && r.another(t.Name, name.Name) {
		return nil // somebody else's
	}
	return t
}

// another tells whether the relation that was found under a name is a different one, which has the same letters.
func (r Request) another(found, name string) bool {
	return found != name && r.has(dialect.CaseSensitive) && (!r.has(dialect.Unquoted) || found != r.Dialect.Stored(name))
}

// text returns a config that is text, "" if it is not set.
func (r Request) text(config string) string {
	s, _ := r.Config.Get(config).(string)
	return s
}

// contract tells whether the columns of the model are to be as its properties say.
func (r Request) contract() bool {
	c, _ := r.Config.Get("contract").(map[string]any)
	enforced, _ := c["enforced"].(bool)
	return enforced
}

// plain tells that a statement which creates the target is what the pack spells, without anything before or after it.
func (r Request) plain(macros ...string) bool {
	return !r.contract() && r.text("sql_header") == "" && !r.overrides(macros...)
}

func call(macro string, args ...any) *Call { return &Call{Macro: macro, Args: args} }

// creates is the effect of making a table. Its columns are left out: the warehouse's catalog spells their types in its own way
// (INTEGER for integer), and templates are to see them so.
func creates(t relation.Table) []Effect {
	t.Columns = nil
	return []Effect{{Create: &t}}
}

// drop is the op that drops a relation. A project that has its own drop_relation is heeded: that one runs the statement itself.
func (r Request) drop(p Phase, t relation.Table) Op {
	macro := "get_drop_sql"
	if r.overrides("drop_relation") {
		macro = "drop_relation"
	}
	name := t.Relation
	return Op{Phase: p, Call: call(macro, t), Single: true, Does: []Effect{{Drop: &name}}}
}

func (r Request) rename(p Phase, from relation.Table, to relation.Relation) Op {
	c := call("get_rename_sql", from, to.Name)
	if r.overrides("rename_relation") {
		c = call("rename_relation", from, relation.Table{Relation: to, Kind: from.Kind})
	}
	return Op{Phase: p, Call: c, Single: true, Does: []Effect{{Rename: &Rename{From: from.Relation, To: to}}}}
}

// CreateSchema is the op that creates the schema of a relation, unless it exists. overrides is as in Request.
func CreateSchema(of relation.Relation, overrides func(macro string) bool) Op {
	macro := "get_create_schema_sql"
	if (Request{Overrides: overrides}).overrides("create_schema") {
		macro = "create_schema"
	}
	of.Name = ""
	return Op{Phase: Before, Call: call(macro, relation.Table{Relation: of}), Single: true}
}

// The endings of the names that a materialization uses for a while, as dbt's.
const (
	temporarySuffix = "__dbt_tmp"
	backupSuffix    = "__dbt_backup"
)

// beside is a name next to the target's, for as long as a build takes.
func (r Request) beside(suffix string) relation.Relation {
	name := r.Target.Relation
	name.Name = suffixed(name.Name, suffix, r.Dialect.MaxName)
	return name
}

// scratch is a table for rows on their way into the target. Where the warehouse has no temporary ones it is a real one beside the target, which
// a killed run leaves behind and the next one drops.
func (r Request) scratch() relation.Table {
	if r.has(dialect.TemporaryTables) {
		return relation.Table{Relation: relation.Relation{Name: r.beside(temporarySuffix).Name}, Kind: relation.BaseTable}
	}
	suffix := temporarySuffix
	if r.Batch != "" {
		suffix += "_" + r.Batch
	}
	return relation.Table{Relation: r.beside(suffix), Kind: relation.BaseTable}
}

// fillScratch is the op that makes a scratch table.
func (r Request) fillScratch(macro string, t relation.Table, args ...any) Op {
	op := Op{Phase: Inside, Call: call(macro, args...)}
	if !r.has(dialect.TemporaryTables) {
		op.Does = creates(t)
	}
	return op
}

// dropScratch is the op that drops it.
func (r Request) dropScratch(t relation.Table) Op {
	op := Op{Phase: Inside, Call: call("get_drop_sql", t), Single: true}
	if !r.has(dialect.TemporaryTables) {
		name := t.Relation
		op.Does = []Effect{{Drop: &name}}
	}
	return op
}

// suffixed appends to a name and cuts what stands before the suffix so that the whole fits into limit bytes.
func suffixed(name, suffix string, limit int) string {
	if limit > 0 && len(name)+len(suffix) > limit {
		cut := limit - len(suffix)
		name = strings.ToValidUTF8(name[:max(cut, 0)], "")
	}
	return name + suffix
}

// leftovers drops what a killed run left behind under the names that this one is going to use.
func (d *draft) leftovers() {
	names := []relation.Relation{d.beside(temporarySuffix), d.beside(backupSuffix)}
	if d.Batch != "" {
		names = []relation.Relation{d.scratch().Relation} // the others may be another batch's
	}
	for _, name := range names {
		if t := d.find(name); t != nil {
			d.add(d.drop(Before, *t))
		}
	}
}

func (d *draft) before() {
	d.session("get_session_setup_sql", Before)
	d.hooks(d.Pre, false, Before)
	d.leftovers()
	d.hooks(d.Pre, true, Inside)
}

// after ends a build: indexes of a new table, grants, descriptions, hooks. fresh tells that the relation is not the one that was
// there before, so that no rights carried over.
func (d *draft) after(fresh bool) {
	if fresh {
		d.indexes()
	}
	if !d.granted {
		d.grants(fresh)
	}
	if !d.described {
		d.docs()
	}
	d.hooks(d.Post, true, Inside)
	d.hooks(d.Post, false, After)
	d.session("get_session_reset_sql", After)
}

// session sets or resets what the node's config has to say of its session. What a failed node has set ends with the session, which is closed.
func (d *draft) session(macro string, p Phase) {
	sets := d.Dialect.Session
	if slices.ContainsFunc(sets.Configs, func(c string) bool { return d.Config.Get(c) != nil }) || d.overrides(sets.Macros...) {
		d.add(Op{Phase: p, Call: call(macro)})
	}
}

func (d *draft) hooks(hooks []Hook, transaction bool, p Phase) {
	if d.Unsafe {
		return
	}
	for _, h := range hooks {
		if sql := strings.TrimSpace(h.SQL); sql != "" && h.Transaction == transaction {
			d.add(Op{Phase: p, SQL: sql})
		}
	}
}

// indexes come last, after the relation has its name: DuckDB does not rename a table that has one.
func (d *draft) indexes() {
	if !d.has(dialect.Indexes) || d.Target.Kind == relation.View {
		return
	}
	if d.overrides("create_indexes") {
		d.add(Op{Phase: Inside, Call: call("create_indexes", d.Target)})
		return
	}
	indexes, _ := d.Config.Get("indexes").([]any)
	for i, index := range indexes {
		same := func(before any) bool { return reflect.DeepEqual(before, index) }
		if m, ok := index.(map[string]any); ok && slices.ContainsFunc(indexes[:i], same) { // asked for twice, made twice: under another name
			m = maps.Clone(m)
			m["place"], index = i, m
		}
		d.add(Op{Phase: Inside, Call: call("get_create_index_sql", d.Target, index)})
	}
}

// docs stores descriptions. Which columns there are decides which comments are possible.
func (d *draft) docs() {
	switch {
	case !d.has(dialect.Comments), !d.RelationDocs && !d.ColumnDocs:
	case d.overrides("persist_docs"):
		d.add(Op{Phase: Inside, Call: call("persist_docs_of_model", d.Target, d.RelationDocs, d.ColumnDocs)})
	case !d.ColumnDocs:
		d.add(Op{Phase: Inside, Call: call("get_persist_docs_sql", d.Target, true, false, nil)})
	default:
		target, wanted := d.Target, d.RelationDocs
		d.add(Op{Phase: Inside, Look: &Look{
			At: []relation.Relation{target.Relation},
			Then: func(columns [][]relation.Column) ([]Op, error) {
				return []Op{{Phase: Inside, Call: call("get_persist_docs_sql", target, wanted, true, columns[0])}}, nil
			},
		}})
	}
}
