package dialect

// Syntax is a set of bits: differences between warehouses in how SQL is read. What means the same everywhere it is understood needs no
// bit: it is read in all dialects.
type Syntax uint32

// The differences.
const (
	BackslashEscapes Syntax = 1 << iota // a backslash escapes in ordinary strings, too
	SlashComments                       // "//" begins a comment
	NestedComments                      // comments of the form /* */ nest
	QuestionParams                      // "?" is a placeholder, not an operator
	UserOperators                       // any run of operator characters is an operator
	ColonPaths                          // x:a.b is the path into a semi-structured value
	ArrowPaths                          // x -> y is an operator, too, not only a lambda
	LowArrow                            // and binds less than OR
	DollarColumns                       // $1 is a column
	TrailingCommas                      // a comma may end a list
	AliasBefore                         // "a: 1" is "1 as a"
	FromFirst                           // a query may begin with FROM
	HashColumns                         // #1 is a column of the select list
	AdjacentStrings                     // strings in several lines are one
	Stages                              // @name/path is a table
	Braces                              // {'a': 1} is a value
	Hierarchies                         // PRIOR x and CONNECT_BY_ROOT x are operators
)

// Grammar is what a dialect's SQL has of its own. Words are in lower case, separated by spaces.
type Grammar struct {
	Syntax Syntax
	// Reserved are words that name no column and no table, and are no alias without AS.
	Reserved string
	// Operators are reserved as well, but name functions.
	Operators string
	// NoLabel are words that are no alias of a select list without AS. Where it is empty, they are Reserved and Operators.
	NoLabel string
	// NoAlias are words that are no alias of a table without AS besides Reserved and Operators.
	NoAlias string
	// Lambdas are the functions that take lambdas, in a dialect where x -> y may be something else.
	Lambdas string
}
