package dialect

// Naming says how a warehouse finds what a name in a query means, and how it names what has none. The zero value is standard SQL.
type Naming struct {
	Unnamed Unnamed
	Casts   map[string]string // for NamedByFunction: types that lend another name than their own, "int" "int4"

	Aliases       bool   // names of the select list can be used in all of the SELECT, itself included
	UsingFirst    bool   // a star shows the columns of USING before all others
	FunctionAlias bool   // a function in FROM that gives one column names it after its alias
	EqualNames    bool   // f(a = 1) in a FROM gives f its argument a
	QuotedPivot   bool   // PIVOT keeps the quotes of the values that it makes columns of
	Values        string // the columns of VALUES are this and a number …
	ValuesFrom    int    // … that begins here
	// Words are names that mean a call of a function where no column has them, with that function: "current_timestamp". Those that
	// functions have need not be here.
	Words  map[string]string
	Hidden []string // columns that tables have and a star does not show
}

// Unnamed is how a warehouse names the column of an expression without an alias.
type Unnamed int

// The ways.
const (
	NotNamed        Unnamed = iota // by its place, or not at all
	NamedByFunction                // by the function it calls, the type it casts to
	NamedByText                    // by its text in a normal form
	NamedAsWritten                 // by its text as it is written, in upper case
)
