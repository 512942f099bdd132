package types

// Arg is an argument of a call.
type Arg struct {
	Type Type
	// Name is the name it is given by (f(name := x)), or that it has by itself: structs made by struct_pack, row or an alias.
	Name string
	// Literal tells that the argument is written down in the query, and Text is its value. Some functions answer by it:
	// struct_extract(s, 'field').
	Literal bool
	Text    string
	// Lambda is the argument if it is a lambda: it gives the type of the body once the parameters' types are known.
	Lambda func(params ...Type) Type
}

// Args makes arguments of types alone.
func Args(ts ...Type) []Arg {
	args := make([]Arg, len(ts))
	for i, t := range ts {
		args[i].Type = t
	}
	return args
}

// FunctionKind is the sort of a function.
type FunctionKind uint8

// The kinds of functions.
const (
	Scalar FunctionKind = iota
	Aggregate
	Window // only with OVER
	Table  // in FROM
	Macro  // a name for an expression of other functions
)

// Volatility says when a function's result may change though its arguments do not.
type Volatility uint8

// The volatilities.
const (
	Immutable Volatility = iota // never
	Stable                      // from statement to statement: now()
	Volatile                    // from row to row: random()
)

// Result is what a call gives.
type Result struct {
	Type       Type
	Kind       FunctionKind
	Volatility Volatility
	Columns    []Field // of a table function; nil if they depend on what is not known here, as the columns of a file do
	Set        bool    // it gives a set of rows: unnest, generate_series in a SELECT list
}

// Signature is one way to call a function, in the warehouse's words.
type Signature struct {
	Name       string
	Kind       FunctionKind
	Volatility Volatility
	Params     []string
	Variadic   string // the type of further arguments; "" if there are none
	Optional   int    // so many of the last parameters may be left out
	Returns    string
}

// String is the signature as people write it: "substring(VARCHAR, BIGINT) -> VARCHAR".
func (s Signature) String() string {
	text := s.Name + "("
	for i, p := range s.Params {
		if i > 0 {
			text += ", "
		}
		text += p
	}
	if s.Variadic != "" {
		if len(s.Params) > 0 {
			text += ", "
		}
		text += s.Variadic + "..."
	}
	text += ")"
	if s.Returns != "" {
		text += " -> " + s.Returns
	}
	return text
}

// Reason is why a call is refused.
type Reason uint8

// The reasons.
const (
	NoFunction Reason = iota // there is none of that name
	WrongCount               // none of that name takes so many arguments
	WrongTypes               // none of that name takes arguments of those types
	Ambiguous                // several do, and none is the best
	NotHere                  // it is of another kind than is needed here
)

// CallError is a call that the warehouse would refuse.
type CallError struct {
	Reason     Reason
	Name       string
	Args       []Type
	Near       []string    // NoFunction: names that are nearly this one
	Candidates []Signature // otherwise: the functions of that name
}

// Error makes it an error; messages for users are the caller's.
func (e *CallError) Error() string {
	switch e.Reason {
	case NoFunction:
		return "no function is called " + e.Name
	case WrongCount:
		return e.Name + " does not take so many arguments"
	case Ambiguous:
		return "several functions called " + e.Name + " would do"
	case NotHere:
		return e.Name + " cannot stand here"
	}
	return e.Name + " does not take arguments of these types"
}
