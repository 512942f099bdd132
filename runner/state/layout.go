package state

import "github.com/modsql/mod/compiler/dialect"

// Version is of the tables. It goes up when what is written in them is not what an older mod understands, and then tables of the newer version
// are refused by the older mod, while the newer one brings older tables up to date.
//
//	1  builds, intervals, runs and leases; columns were added to it
//	2  builds has the kinds keep, replace and rollback, which are no builds of what has the node's name, and intervals the column inputs
const Version = 2

// Type is what a column of the state's tables holds.
type Type int

// The types. The zero value is text.
const (
	Text Type = iota
	Count
	Number
	Time // in UTC
)

// in is the type in the words of a warehouse.
func (t Type) in(d *dialect.Dialect) string {
	switch t {
	case Count:
		return d.Types.Bigint
	case Number:
		return d.Types.Float
	case Time:
		return d.Types.Timestamp
	default:
		return d.Types.Text
	}
}

// Column is a column of one of the state's tables.
type Column struct {
	Name  string
	Type  Type
	About string
}

// Layout is one of the state's tables.
type Layout struct {
	Name    string
	About   string
	Columns []Column
	// Key is the column whose values are there only once, "" if there is none.
	Key string
}

// numbered tells whether the rows of the table have numbers that grow.
func (l Layout) numbered() bool { return l.Columns[0].Name == "number" }

// rank is the column that puts events in order, whatever clocks say.
func rank() Column {
	return Column{"number", Count, "grows from one row to the next: what has the highest one holds, whatever clocks say"}
}

// place is the columns that say of which relation a row is.
func place() []Column {
	return []Column{
		{"environment", Text, "the environment: the name of a target, or `target/name` for what `--env` made"},
		{"node", Text, "the unique ID of the node"},
		{"database_name", Text, "the relation's database"},
		{"schema_name", Text, "its schema"},
		{"relation_name", Text, "its name"},
	}
}

func layout(name, about string, columns ...[]Column) Layout {
	l := Layout{Name: name, About: about}
	for _, c := range columns {
		l.Columns = append(l.Columns, c...)
	}
	return l
}

// Layouts are the tables of the state. Rows are only added to them, but for leases.
func Layouts() []Layout {
	code := layout("code", "What was built, once for each version of it: the rows of `builds` have its key, and so have the versions of what that read, in `parts`. `mod gc` deletes what neither has.", []Column{
		{"code", Text, "the key: a hash of the detail"},
		{"detail", Text, "JSON: `sql`, as it was sent; `parts`, which the fingerprint is made of; `columns`, with their types"},
	})
	code.Key = "code"
	return []Layout{
		layout("meta", "The versions that these tables have had.", []Column{
			{"version", Count, "the highest one is the version of the tables"},
			{"written_at", Time, "since when, by the clock of the warehouse"},
			{"turn", Count, "grows where sessions that ask for leases at once have to be kept apart by it"},
		}),
		layout("builds", "A row for everything that was done to a relation. The last one of a relation says what is in it.", []Column{rank()}, place(), []Column{
			{"kind", Text, "what was done: `build` (built anew), `add` (rows were added), `load` (a seed), `promote` (taken from another environment), `retire` (it is in the project no more), `aside` (set aside by `mod gc`), `drop`, `keep` (it is what a build replaced), `replace` (what was kept is about to be replaced), `rollback` (what was kept is in its place again)"},
			{"hash", Text, "the fingerprint: what the relation is made of, with all that it reads"},
			{"own", Text, "the same without what it reads"},
			{"built_at", Time, "when"},
			{"seconds", Number, "how long it took"},
			{"row_count", Count, "rows that it wrote; null if the warehouse did not say"},
			{"byte_count", Count, "bytes that building it read, as the warehouse counts them; null if it does not say"},
			{"run", Text, "the run that did it"},
			{"watermark", Time, "since when the relation has the data that it has: earlier than `built_at` where it was built again for other code alone; null for `built_at`"},
			{"code", Text, "the key of the row in `code`; null if there is none"},
			{"note", Text, "why it was done"},
			{"sources", Text, "JSON: when the newest rows of the sources that it reads had come, by the sources' unique IDs; null if nobody looked"},
			{"beside", Text, "JSON: hashes of what was set beside the rows, `grants` and `descriptions`; null if nothing was"},
		}),
		code,
		layout("intervals", "A row for each range of time that was loaded into a relation, or that is to be loaded again.", []Column{rank()}, place(), []Column{
			{"op", Text, "`load`, or `clear`: what was loaded before does not count any more"},
			{"from_at", Time, "the range's beginning; null for a `clear` of all times"},
			{"to_at", Time, "its end, which is not a part of it"},
			{"own", Text, "the fingerprint of the code that loaded it, without what it reads"},
			{"loaded_at", Time, "when"},
			{"seconds", Number, "how long it took"},
			{"run", Text, "the run that did it"},
			{"inputs", Text, "JSON: how many rows of what it was loaded from lay in pieces of the range just before it was, by unique IDs: a list of `[from, to, rows]`; null if nobody counted"},
		}),
		layout("runs", "Two rows for each run, one for its beginning and one for its end; `mod gc` deletes the first of the two, and both of a run older than a month that did nothing which is there, but for the last hundred of each environment.", []Column{rank()}, []Column{
			{"run", Text, "the ID of the run"},
			{"environment", Text, "the environment"},
			{"command", Text, "what was run"},
			{"began_at", Time, "when it began"},
			{"ended_at", Time, "when it ended; null in the row of its beginning"},
			{"status", Text, "`running`, `success`, `error` or `cancelled`; a run that was killed stays `running`"},
			{"holder", Text, "who ran it, and where: `user@host`"},
			{"version", Text, "of mod"},
		}),
		layout("leases", "A row for each relation that was ever written: who may write it, and until when.", place(), []Column{
			{"token", Count, "grows each time that the lease is given out: who has an older one may not write any more"},
			{"claim", Text, "another one each time that leases were given out"},
			{"run", Text, "the run that has it"},
			{"holder", Text, "who runs that, and where: `user@host`"},
			{"process", Text, "by what another process of the same machine can tell that this one has ended"},
			{"taken_at", Time, "since when, by the clock of the warehouse"},
			{"until_at", Time, "until when; null if it was given back"},
		}),
	}
}

// tableNamed is the layout of that name.
func tableNamed(name string) Layout {
	for _, l := range Layouts() {
		if l.Name == name {
			return l
		}
	}
	return Layout{}
}

// answer is the columns of the query that reads the state; "what" goes before them.
func answer() []Column {
	return append(place(), []Column{
		{Name: "number", Type: Count}, {Name: "kind"}, {Name: "hash"}, {Name: "own"}, {Name: "run"}, {Name: "code"}, {Name: "note"}, {Name: "more"},
		{Name: "at_1", Type: Time}, {Name: "at_2", Type: Time}, {Name: "at_3", Type: Time},
		{Name: "count_1", Type: Count}, {Name: "count_2", Type: Count}, {Name: "seconds", Type: Number}, {Name: "sources"}, {Name: "beside"},
	}...)
}
