package materialize

import (
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var snapshot = Kind{
	Name: "snapshot",
	Doc:  "Keeps each version that a row of the query ever had, with the time from which and up to which it was the current one.",
	Ops: checked(func(r Request) ([]Op, error) {
		r.Target.Kind = relation.BaseTable
		d := &draft{Request: r}
		if r.Existing == nil {
			d.before()
			d.firstSnapshot()
			d.after(true)
			return d.ops, nil
		}
		if r.Existing.Kind != relation.BaseTable {
			return nil, refuse("'%s' is a %s, and a snapshot keeps its history in a table: drop it, or give the snapshot another alias",
				r.Dialect.Relation(r.Target.Relation), r.Existing.Kind)
		}
		d.before()
		d.nextSnapshot()
		return d.ops, nil
	}),
}

// firstSnapshot makes the table, in which each row is current.
func (d *draft) firstSnapshot() {
	made := d.Target
	if d.Gated && !d.has(dialect.TransactionalDDL) {
		made.Relation = d.beside(temporarySuffix)
	}
	d.add(Op{
		Phase: Inside, Call: call("get_create_snapshot_sql", made, d.SQL), Main: true,
		Single: d.plain("create_table_as", "get_create_table_as_sql"), Does: creates(made),
	})
	if d.text("updated_at") != "" {
		d.add(Op{Phase: Inside, Call: call("get_snapshot_times_sql", made)})
	}
	if d.Gated {
		d.publish(made)
	}
}

// nextSnapshot compares the query with the current versions and brings what changed into the table, all in one transaction. What changed
// is written to a temporary table first, since it is read twice: to end old versions, and to add new ones.
func (d *draft) nextSnapshot() {
	r := d.Request
	changes := r.scratch()
	stage := r.fillScratch("get_snapshot_changes_sql", changes, changes, r.SQL, r.Target)
	d.add(Op{Phase: Inside, Call: call("get_snapshot_lock_sql", r.Target)})
	d.add(Op{Phase: Inside, Look: &Look{
		At: []relation.Relation{r.Target.Relation},
		Then: func(columns [][]relation.Column) ([]Op, error) {
			if err := r.keepsHistory(columns[0]); err != nil {
				return nil, err
			}
			return []Op{stage, r.mergeChanges(changes)}, nil
		},
	}})
}

// mergeChanges makes the table have the columns of the changes, and brings them in.
func (r Request) mergeChanges(changes relation.Table) Op {
	return Op{Phase: Inside, Look: &Look{
		At: []relation.Relation{changes.Relation, r.Target.Relation},
		Then: func(columns [][]relation.Column) ([]Op, error) {
			d := &draft{Request: r}
			staged := slices.DeleteFunc(slices.Clone(columns[0]), func(c relation.Column) bool { return ofStaging(c.Name) })
			d.widen(staged, columns[1])
			d.addColumns(r.unknown(staged, columns[1]))
			d.add(Op{Phase: Inside, Call: call("get_snapshot_merge_sql", r.Target, changes, staged), Main: true})
			d.add(r.dropScratch(changes))
			d.dress(r.Target, false)
			d.gateHere()
			d.after(false)
			if r.overrides("post_snapshot") {
				d.afterCommit(Op{Phase: After, Call: call("post_snapshot", changes)})
			}
			return d.ops, nil
		},
	}}
}

// afterCommit puts an op in front of the hooks that run after the commit.
func (d *draft) afterCommit(op Op) {
	at := slices.IndexFunc(d.ops, func(o Op) bool { return o.Phase == After })
	if at < 0 {
		at = len(d.ops)
	}
	d.ops = slices.Insert(d.ops, at, op)
}

func (d *draft) addColumns(added []relation.Column) {
	if len(added) > 0 && d.overrides("create_columns") {
		d.add(Op{Phase: Inside, Call: call("create_columns", d.Target, added), Does: d.altered()})
		return
	}
	d.alterColumns(added, nil)
}

// unknown are the columns that a table does not have.
func (r Request) unknown(columns, table []relation.Column) []relation.Column {
	var out []relation.Column
	for _, c := range columns {
		if !slices.ContainsFunc(table, func(t relation.Column) bool { return r.sameName(t.Name, c.Name) }) {
			out = append(out, c)
		}
	}
	return out
}

// sameName tells whether two names are those of one column.
func (r Request) sameName(a, b string) bool {
	return a == b || !r.has(dialect.CaseSensitive) && strings.EqualFold(a, b)
}

// ofStaging tells whether a column of the changes is there to bring them in, and not to be kept.
func ofStaging(name string) bool {
	name = strings.ToLower(name)
	if name == "dbt_change_type" || name == "dbt_unique_key" {
		return true
	}
	n, ok := strings.CutPrefix(name, "dbt_unique_key_")
	_, err := strconv.Atoi(n)
	return ok && err == nil
}

// keepsHistory tells that a table is not one in which a snapshot can go on, if so.
func (r Request) keepsHistory(columns []relation.Column) error {
	needed := []string{"dbt_scd_id", "dbt_valid_from", "dbt_valid_to"}
	if r.text("hard_deletes") == "new_record" {
		needed = append(needed, "dbt_is_deleted")
	}
	renamed, _ := r.Config.Get("snapshot_meta_column_names").(map[string]any)
	var missing []string
	for _, name := range needed {
		if own, _ := renamed[name].(string); own != "" {
			name = own
		}
		if !slices.ContainsFunc(columns, func(c relation.Column) bool { return strings.EqualFold(c.Name, name) }) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		//nolint:staticcheck // the words of dbt, which people look for in its output
		return refuse(`Compilation Error in snapshot %s: Snapshot target is missing configured columns (missing "%s")`,
			r.Target.Name, strings.Join(missing, `", "`))
	}
	return nil
}
