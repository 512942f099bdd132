package materialize

import (
	"cmp"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var seed = Kind{
	Name: "seed",
	Doc:  "Loads the rows of a CSV file into a table.",
	Ops: checked(func(r Request) ([]Op, error) {
		r.Target.Kind = relation.BaseTable
		r.Target.Columns = r.Seed.Columns
		d := &draft{Request: r}
		// Emptied and filled again in two steps, the table would lose its rows to a load that fails.
		fresh := r.Full || r.Existing == nil || !r.has(dialect.TransactionalDDL)
		if err := d.seedable(r.Full); err != nil {
			return nil, err
		}
		d.before()
		if fresh {
			d.buildSeed()
		} else {
			d.add(Op{Phase: Inside, Call: d.truncate(), Main: r.Seed.Rows == 0})
			d.load(d.Target)
			d.dress(d.Target, false)
			d.gateHere()
		}
		d.after(fresh)
		return d.ops, nil
	}),
}

var copied = Kind{
	Name: "copy",
	Doc:  "Brings a relation of another target here; mod makes a node of it for each that is read across targets.",
	Ops: checked(func(r Request) ([]Op, error) {
		if r.Seed == nil {
			return nil, refuse("a copy is made by mod itself, of what lives at another target")
		}
		r.Target.Kind = relation.BaseTable
		r.Target.Columns = r.Seed.Columns
		d := &draft{Request: r}
		d.before()
		d.buildSeed()
		d.after(true)
		return d.ops, nil
	}),
}

// seedable tells why the seed cannot be loaded, if so.
func (r Request) seedable(fresh bool) error {
	if r.Existing == nil {
		return nil
	}
	if r.Existing.Kind == relation.View {
		return refuse("cannot seed to '%s', it is a view", r.Dialect.Relation(r.Target.Relation))
	}
	if !fresh && r.Existing.Columns != nil && !sameNames(r.Existing.Columns, r.Seed.Columns) {
		return refuse("the columns of the file (%s) are not those of the table (%s); load it with --full-refresh to make the table anew",
			names(r.Seed.Columns), names(r.Existing.Columns))
	}
	return nil
}

// buildSeed loads into a new table before it takes the place of the old one, so that a file that cannot be loaded changes nothing and
// readers wait for no load.
func (d *draft) buildSeed() {
	made, beside := d.Target, d.Existing != nil || !d.has(dialect.TransactionalDDL)
	if beside {
		made.Relation = d.beside(temporarySuffix)
	}
	d.add(Op{Phase: Inside, Call: call("get_create_csv_table_sql", made, spelled(made.Columns)), Main: d.Seed.Rows == 0, Does: creates(made)})
	d.load(made)
	switch {
	case d.Gated:
		d.publish(made)
	case d.Existing != nil:
		d.swap(made)
	case beside:
		d.add(d.rename(Inside, made, d.Target.Relation))
	}
}

// spelled gives the columns to the macro with their types as the config or the file says, not as a warehouse would describe them.
func spelled(columns []relation.Column) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		out[i] = map[string]any{"name": c.Name, "type": c.Type}
	}
	return out
}

func (d *draft) load(into relation.Table) {
	op := Op{Phase: Inside, Main: true}
	switch {
	case d.Seed.Rows == 0:
		return
	case d.Dialect.Has(dialect.CopiesSeeds) && d.Seed.Path != "":
		op.Call = call("get_copy_csv_sql", into, d.Seed.Path, cmp.Or(d.Seed.Delimiter, ","))
	default:
		op.Load = &Load{Into: into}
	}
	d.add(op)
}

func (r Request) truncate() *Call {
	if r.overrides("truncate_relation") {
		return call("truncate_relation", r.Target)
	}
	return call("get_truncate_sql", r.Target)
}

func sameNames(a, b []relation.Column) bool {
	if len(a) != len(b) {
		return false
	}
	has := map[string]bool{}
	for _, c := range a {
		has[strings.ToLower(c.Name)] = true
	}
	for _, c := range b {
		if !has[strings.ToLower(c.Name)] {
			return false
		}
	}
	return true
}

func names(columns []relation.Column) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return strings.Join(out, ", ")
}
