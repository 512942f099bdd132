package types

import (
	"math/big"
	"slices"
	"sync"

	"github.com/modsql/mod/compiler/dialect"
)

// System is the types of one warehouse. There is one of each, made when it is first asked for; it is safe for concurrent use.
type System struct {
	engine
}

// engine is what differs from warehouse to warehouse.
type engine interface {
	parse(text string) Type
	print(t Type) string
	integer(value *big.Int) Type
	decimal(text string) Type
	text(value string) Type
	settle(t Type) Type
	common(ts []Type) (Type, bool)
	union(l, r Type) (Type, bool)
	compare(op string, l, r Type) (Type, bool)
	cast(from, to Type) Level
	call(name string, args []Arg) (Result, *CallError)
	table(name string, args []Arg) (Result, *CallError)
	binary(op string, l, r Arg) (Result, *CallError)
	unary(op string, x Arg) (Result, *CallError)
	lookup(name string) []Signature
	near(name string) []string
}

// For returns the types of that warehouse. One that nothing is known of has a system in which everything is unknown, so that
// there are no errors.
func For(d *dialect.Dialect) *System {
	name := ""
	if d != nil {
		name = d.Name
	}
	if s, ok := systems.Load(name); ok {
		return s.(*System)
	}
	s, _ := systems.LoadOrStore(name, &System{newEngine(name)})
	return s.(*System)
}

var systems sync.Map // *System by the dialect's name

func newEngine(name string) engine {
	switch name {
	case dialect.DuckDB.Name:
		return &duck{}
	case dialect.Postgres.Name:
		return &postgres{}
	case dialect.Snowflake.Name:
		return newSnowflake()
	case dialect.Trino.Name:
		return newTrino()
	default:
		return nothing{}
	}
}

// Parse reads a type from any spelling that the warehouse takes, or that its catalog and its drivers give. A name that is not
// one of the warehouse's is kept (Named). Text that is no type is Unknown.
func (s *System) Parse(text string) Type {
	if text == Untold {
		return Type{}
	}
	return s.parse(text)
}

// Untold is written for a type that is not known, where a type must stand. No warehouse has a type of that name.
const Untold = `"?"`

// Print spells a type as the warehouse does when it describes a table. Types that only literals have are printed as the type that
// they settle on. Unknown is "".
func (s *System) Print(t Type) string { return s.print(t) }

// Integer is the type of a whole number that stands in a query, without its sign: "42".
func (s *System) Integer(digits string) Type {
	n, ok := new(big.Int).SetString(digits, 0)
	if !ok {
		return Type{}
	}
	return s.integer(n)
}

// Decimal is the type of a number with a point or an exponent that stands in a query: "1.50", "1e5".
func (s *System) Decimal(text string) Type { return s.decimal(text) }

// Text is the type of a quoted string that stands in a query.
func (s *System) Text(value string) Type { return s.text(value) }

// Settle is the type that a column gets whose expression has the type t: the one of a table made by "create table as". Only the
// types of literals, and of lists of nothing, differ from it.
func (s *System) Settle(t Type) Type { return s.settle(t) }

// Common is the type that values of those types become where they must become one: the branches of a CASE (the ELSE, or Null if
// there is none, comes first), the arguments of COALESCE, the elements of an array, the rows of a VALUES list. It is false if there
// is none; a type that is not known goes with every other.
func (s *System) Common(ts ...Type) (Type, bool) {
	if len(ts) == 0 {
		return Of(Null), true
	}
	return s.common(ts)
}

// Union is the type of a column of a set operation whose sides have the types l and r.
func (s *System) Union(l, r Type) (Type, bool) { return s.union(l, r) }

// Compare is the type that both sides become in a comparison: op is "=", "<", "in", "between" … It is false if the warehouse
// refuses to compare them.
func (s *System) Compare(op string, l, r Type) (Type, bool) { return s.compare(op, l, r) }

// Level says how readily the warehouse casts from one type to another.
type Level uint8

// The levels, from never to always.
const (
	Never      Level = iota // not even if a cast is written
	Explicit                // if a cast is written
	Assignment              // also where a value is stored in a column of that type
	Implicit                // also where a function takes an argument of that type
)

// Cast says how readily the warehouse casts from one type to another.
func (s *System) Cast(from, to Type) Level { return s.cast(from, to) }

// Call is what calling the function gives. The name is compared as the warehouse does; special forms that look like
// functions (coalesce, nullif, greatest, struct_pack, unnest) are functions here. Table functions answer with their columns. The
// error is data to make a diagnostic of; there is none if an argument whose type is not known could make it right.
func (s *System) Call(name string, args ...Arg) (Result, *CallError) { return s.call(name, args) }

// Ordered is Call with what an aggregate's rows are ordered by: percentile_cont(0.5) WITHIN GROUP (ORDER BY x). To most
// warehouses that is further arguments; where it only says in which order the others come (listagg) it is none.
func (s *System) Ordered(name string, args, within []Arg) (Result, *CallError) {
	if len(within) == 0 {
		return s.call(name, args)
	}
	if own, ok := s.engine.(interface {
		ordered(name string, args, within []Arg) (Result, *CallError)
	}); ok {
		return own.ordered(name, args, within)
	}
	r, err := s.call(name, slices.Concat(args, within))
	if err != nil {
		if plain, no := s.call(name, args); no == nil {
			return plain, nil
		}
	}
	return r, err
}

// Table is what calling the function in FROM gives: Result.Columns.
func (s *System) Table(name string, args ...Arg) (Result, *CallError) { return s.table(name, args) }

// Binary is what an operator between two values gives: "+", "||", "->>", "=", "and", "like", "is distinct from" …
func (s *System) Binary(op string, l, r Arg) (Result, *CallError) { return s.binary(op, l, r) }

// Unary is what an operator before a value gives: "-", "+", "not", "~" …
func (s *System) Unary(op string, x Arg) (Result, *CallError) { return s.unary(op, x) }

// Lookup returns the signatures of a function, as the warehouse lists them; none if there is no function of that name.
func (s *System) Lookup(name string) []Signature { return s.lookup(name) }

// Near returns functions whose names are nearly this one, nearest first.
func (s *System) Near(name string) []string { return s.near(name) }
