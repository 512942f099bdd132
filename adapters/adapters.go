// Package adapters is the contract between mod and a warehouse: open it, connect to it, execute, query, inspect and load.
//
// A warehouse is one folder below this one; package all lists them, package adaptertest proves each. Everything a warehouse can
// do beyond the five methods of [Adapter] is an optional interface of one method, found by assertion.
package adapters

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Driver is a kind of warehouse.
type Driver struct {
	Name    string // as in a target's `type`
	Dialect *dialect.Dialect
	// Open makes a warehouse of the settings and checks that it can be reached. A wrong setting is an [*Error] of kind
	// BadConfig, a server that does not answer or refuses us one of kind Unreachable.
	Open func(ctx context.Context, c Config) (Warehouse, error)
	// Offline makes what judges SQL as this warehouse does, with the settings of a target, without reaching it. Nil if there is
	// nothing like that. What is wrong with the settings is told by Open.
	Offline func(c Config) (Offline, error)
	// Aside opens a warehouse of this kind in memory that reaches nothing outside of itself: for questions about the project. Nil if there is nothing like that.
	Aside func(ctx context.Context) (Warehouse, error)
	// Starter is the text that gives a new project a target of this kind: a template, in which <<.Name>> is the project's name.
	Starter string
}

// Config is the settings of one target as a profile spells them: strings, ints, floats, bools, []any and map[string]any.
type Config map[string]any

// Warehouse is an open warehouse. It is safe for concurrent use.
type Warehouse interface {
	// Connect opens a session. Sessions are independent of one another; the caller closes each.
	Connect(ctx context.Context) (Adapter, error)
	// Close closes what Open opened, after every session is closed.
	Close() error
}

// Adapter is one session with a warehouse: its statements run in order, and transactions, temporary tables and settings belong
// to it. It is used by one goroutine at a time. When ctx is cancelled the statement is cancelled on the warehouse, the
// method returns soon with an error that wraps ctx's cause, and the session stays usable or says [ErrBroken].
type Adapter interface {
	// Exec runs one or more statements and returns what the last one did.
	Exec(ctx context.Context, sql string) (Stats, error)
	// Query runs one statement that returns rows. The caller ranges over Rows.All, once, which closes it, or calls Close.
	Query(ctx context.Context, sql string) (*Rows, error)
	// Inspect lists all relations, with their columns, of those schemas (only Database and Schema of each are read), in one
	// query. A schema that does not exist has no relations.
	Inspect(ctx context.Context, schemas ...relation.Relation) (*relation.Catalog, error)
	// Load appends rows to an existing table by the fastest way the warehouse has. Values are nil, bool, int64, float64, string,
	// []byte or time.Time; a string is cast to the column's type by the warehouse. Rows arrive in the order of into.Columns.
	// An error from rows ends the load, and nothing of it stays.
	Load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (Stats, error)
	Close() error
}

// Stats is what a statement did, as the warehouse tells it.
type Stats struct {
	Message string // the command tag ("INSERT 0 3") or "OK"
	Code    string // its verb ("INSERT"), "" if the warehouse does not say
	Rows    int64  // rows affected; -1 if the warehouse does not say
	QueryID string
	Bytes   int64 // that the statement read, as the warehouse counts them; 0 if it does not say
}

// Done is what a statement did of which the warehouse says no more than that it did it.
func Done() Stats { return Stats{Message: "OK", Rows: -1} }

// Rows is the result of a query, streamed.
type Rows struct {
	Columns []relation.Column
	// All yields each row, then at most one error. The row's slice is reused: a caller that keeps values copies them.
	// Values are nil, bool, int64, float64, string, []byte, time.Time, [Decimal], *big.Int, []any or map[string]any.
	All iter.Seq2[[]any, error]
	// Stats is what the query did, once All has yielded the last row without an error. Nil if the warehouse does not say.
	Stats func() Stats
	// Close ends the query early. It may be called more than once, also after All.
	Close func() error
}

// Decimal is an exact decimal number in plain notation ("-12.50").
type Decimal string

// ErrorKind sorts the failures of a warehouse by what can be done about them.
type ErrorKind int

// The kinds of failure. The zero value is a statement that the warehouse refused or could not finish.
const (
	Failed      ErrorKind = iota
	BadConfig             // a setting is missing or has a wrong value
	Unreachable           // no connection, or the login is refused
	Transient             // the same statement may succeed if it is tried again: lost connection, serialization, lock
	Locked                // somebody else holds the database
	Cancelled             // the statement was cancelled, by us or by a time limit
	BadSyntax             // of an Offline: the statement cannot be read
	Undecided             // of an Offline: only the warehouse can tell
)

// Error is a failure of a warehouse.
type Error struct {
	Kind     ErrorKind
	Message  string // the warehouse's own words, its position and excerpt left out; no secrets
	Detail   string // more of its words; may be empty
	Hint     string // its hint, or ours
	Code     string // SQLSTATE or the warehouse's own code
	Position int    // byte offset of the fault in the statement, -1 if not told
	Line     int    // of the file that the statement was reading, from 1; 0 if not told
	Cause    error
}

// Error is the message and the detail.
func (e *Error) Error() string {
	if e.Detail != "" {
		return e.Message + "\n" + e.Detail
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf is the kind of the first [*Error] in err's chain, Failed without one.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Failed
}

// ErrBroken says that a session cannot be used any more; the caller closes it and connects again.
var ErrBroken = errors.New("the session is broken")

// Verifier is an optional ability of a Warehouse: Verify tells, line by line, what a user who debugs a connection wants to know
// (version, user, database, rights).
type Verifier interface {
	Verify(ctx context.Context) ([]Fact, error)
}

// Exclusive is an optional ability of a Warehouse: Exclusive tells that no other process can have its database open while it is open here.
type Exclusive interface{ Exclusive() bool }

// Able is an optional ability of an Adapter: Abilities tells what databases can do beyond the features of the dialect, where that depends on
// what is behind a database. Those that can do no more need not be there.
type Able interface {
	Abilities(ctx context.Context) (map[string]dialect.Feature, error) // by the database's name in lower case
}

// Fact is one line of what is known about a connection.
type Fact struct{ Name, Value string }

// Facts are the rows of a query of two columns: what a thing is called, and what it is.
func Facts(ctx context.Context, a Adapter, query string) ([]Fact, error) {
	rows, err := a.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	var facts []Fact
	for row, err := range rows.All {
		if err != nil {
			return nil, err
		}
		facts = append(facts, Fact{Name: fmt.Sprint(row[0]), Value: fmt.Sprint(row[1])})
	}
	return facts, nil
}

// String returns the setting as text, or fallback if it is not set.
func (c Config) String(key, fallback string) string {
	switch v := c[key].(type) {
	case nil:
		return fallback
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// Duration returns a setting in seconds as a duration, or fallback if it is not set or not a number.
func (c Config) Duration(key string, fallback time.Duration) time.Duration {
	switch v := c[key].(type) {
	case int:
		return time.Duration(v) * time.Second
	case float64:
		return time.Duration(v * float64(time.Second))
	default:
		return fallback
	}
}
