// Package adaptertest is what every warehouse must do to be one. A warehouse's own tests call [Run] once.
package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Run proves the contract of package adapters on the warehouse that c opens. It works in schemas of its own, which it drops.
//
// Claims that are named in except are left out, each for the reason that stands beside it.
func Run(t *testing.T, d *adapters.Driver, c adapters.Config, except ...Exception) {
	prove(t, d, c, claims(), except)
}

func prove(t *testing.T, d *adapters.Driver, c adapters.Config, claims []claim, except []Exception) {
	w, err := d.Open(t.Context(), c)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	s := &suite{driver: d, dialect: d.Dialect, warehouse: w}
	for _, c := range claims {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, e := range except {
				if e.Claim == c.name {
					t.Skip(e.Because)
				}
			}
			c.prove(s.bench(t))
		})
	}
}

// Prove proves some of the claims, by their names.
func Prove(t *testing.T, d *adapters.Driver, c adapters.Config, names ...string) {
	prove(t, d, c, slices.DeleteFunc(claims(), func(c claim) bool { return !slices.Contains(names, c.name) }), nil)
}

// claims are all of them.
func claims() []claim {
	return slices.Concat(rowClaims, statementClaims, failureClaims, loadClaims, inspectClaims, sessionClaims)
}

// Exception is a claim that cannot be proven on a warehouse of the tests, although it holds.
type Exception struct{ Claim, Because string }

// claim is something that a warehouse promises.
type claim struct {
	name  string
	prove func(*bench)
}

type suite struct {
	driver    *adapters.Driver
	dialect   *dialect.Dialect
	warehouse adapters.Warehouse
	benches   atomic.Int64
}

// bench is a session and an empty schema for one claim.
type bench struct {
	*testing.T
	*suite
	adapters.Adapter
	schema string
}

func (s *suite) bench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, suite: s, schema: fmt.Sprintf("mod_test_%d_%d", os.Getpid(), s.benches.Add(1))}
	b.Adapter = b.connect()
	b.exec("create schema " + s.dialect.Ident(b.schema))
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		a, err := s.warehouse.Connect(ctx)
		if err != nil {
			t.Fatalf("connect to clean up: %v", err)
		}
		if _, err := a.Exec(ctx, "drop schema "+s.dialect.Ident(b.schema)+" cascade"); err != nil {
			t.Errorf("clean up: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

// connect opens one more session, closed when the test ends.
func (b *bench) connect() adapters.Adapter {
	b.Helper()
	a, err := b.warehouse.Connect(b.Context())
	if err != nil {
		b.Fatalf("connect: %v", err)
	}
	b.Cleanup(func() {
		if err := a.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	return a
}

// relation is the relation of that name in the bench's schema.
func (b *bench) relation(name string) relation.Relation {
	return relation.Relation{Schema: b.schema, Name: name}
}

// name is the quoted name of a relation in the bench's schema.
func (b *bench) name(name string) string { return b.dialect.Relation(b.relation(name)) }

var placeholder = regexp.MustCompile(`\{[a-z_0-9]+\}`)

// sql puts the quoted name of relation t of the bench's schema in the place of {t}.
func (b *bench) sql(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(s string) string { return b.name(s[1 : len(s)-1]) })
}

func (b *bench) exec(sql string) adapters.Stats {
	b.Helper()
	stats, err := b.Exec(b.Context(), sql)
	if err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
	return stats
}

// query returns all rows of a.
func (b *bench) query(a adapters.Adapter, sql string) [][]any {
	b.Helper()
	rows, err := a.Query(b.Context(), sql)
	if err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
	out := [][]any{}
	for row, err := range rows.All {
		if err != nil {
			b.Fatalf("%s: %v", sql, err)
		}
		out = append(out, slices.Clone(row))
	}
	return out
}

// series is a table s of the numbers g from 1 to n, a power of ten, in any order. Warehouses have functions for that, each its own.
func series(n int) string {
	sum, from := "1", ""
	for i, place := 0, 1; place < n; i, place = i+1, place*10 {
		sum += fmt.Sprintf(" + d%d.d * %d", i, place)
		if from += " cross join "; i == 0 {
			from = " from "
		}
		from += fmt.Sprintf("(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as d%d (d)", i)
	}
	return "(select " + sum + " as g" + from + ") as s"
}

// stored is a name that was quoted as the warehouse tells it: some fold those, too.
func (b *bench) stored(name string) string {
	if b.dialect.Has(dialect.CaseSensitive) || b.dialect.Has(dialect.KeepsCase) {
		return name
	}
	return b.dialect.Fold(name)
}

// count is how many rows a relation has.
func (b *bench) count(a adapters.Adapter, name string) int64 {
	b.Helper()
	return b.query(a, "select count(*) from "+b.name(name))[0][0].(int64)
}

// load loads into columns of a table, all of them if none are given.
func (b *bench) load(name string, rows iter.Seq2[[]any, error], columns ...string) (adapters.Stats, error) {
	into := relation.Table{Relation: b.relation(name)}
	for _, c := range columns {
		into.Columns = append(into.Columns, relation.Column{Name: c})
	}
	return b.Load(b.Context(), into, rows)
}

func (b *bench) inspect(schemas ...relation.Relation) *relation.Catalog {
	b.Helper()
	catalog, err := b.Inspect(b.Context(), schemas...)
	if err != nil {
		b.Fatalf("inspect: %v", err)
	}
	return catalog
}

// failed takes apart the error of a statement.
func (b *bench) failed(err error) *adapters.Error {
	b.Helper()
	var e *adapters.Error
	if !errors.As(err, &e) {
		b.Fatalf("error is %#v, want an *adapters.Error", err)
	}
	return e
}

// given are rows that are at hand.
func given(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// made are n rows (i, "row i") in one slice that is used again for each, as the contract allows.
func made(n int) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		row := make([]any, 2)
		for i := range n {
			row[0], row[1] = int64(i), fmt.Sprintf("row %d", i)
			if !yield(row, nil) {
				return
			}
		}
	}
}

// ugly are names that only quotes make names.
var ugly = []string{
	"sp ace", `quo"te`, "apos'trophe", "Mixed", "UPPER", "select", "sélec😀t", "a.b", "semi;colon", "dash--ed", "1st", `back\slash`, "{{ x }}", "%s",
}

func quoteAll(d *dialect.Dialect, names []string, kind string) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = strings.TrimSpace(d.Ident(n) + " " + kind)
	}
	return strings.Join(parts, ", ")
}
