package diff

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/types"
)

// Columns of two warehouses are compared in a form that both have, and their types differ where they hold other values.
func TestCellOf(t *testing.T) {
	duckdb, postgres := types.For(dialect.Named("duckdb")), types.For(dialect.Named("postgres"))
	for _, c := range []struct {
		was, is string
		form    Form
		retyped bool
		digits  int
	}{
		{"HUGEINT", "numeric", Exact, true, 0},
		{"INTEGER", "bigint", Exact, false, 0},
		{"DECIMAL(10,2)", "numeric(12,2)", Exact, false, 0},
		{"DECIMAL(10,2)", "numeric(10,3)", Exact, true, 0},
		{"DECIMAL(10,2)", "numeric", Exact, false, 0},
		{"INTEGER", "double precision", Float, true, 15},
		{"FLOAT", "double precision", Float, false, 6},
		{"BOOLEAN", "integer", Exact, true, 0},
		{"TIMESTAMP_MS", "timestamp without time zone", Moment, false, 3},
		{"DATE", "timestamp with time zone", Instant, true, 6},
		{"TIMESTAMP", "timestamp(0) with time zone", Instant, true, 0},
		{"VARCHAR", "uuid", UUID, false, 0},
		{"VARCHAR", "text", Plain, false, 0},
		{"STRUCT(a INTEGER)", "jsonb", Nested, false, 0},
		{"INTEGER[]", "text", Nested, false, 0},
		{"INTERVAL", "text", Plain, false, 0},
		{"VARCHAR", "bytea", Plain, true, 0},
	} {
		was, is := duckdb.Parse(c.was), postgres.Parse(c.is)
		got := CellOf(was, is)
		if got.Form != c.form || got.Retypes(was, is) != c.retyped || got.Digits != c.digits {
			t.Errorf("%s and %s: %+v, retyped %v", c.was, c.is, got, got.Retypes(was, is))
		}
	}
}

// Values are the same however a warehouse writes them.
func TestEqual(t *testing.T) {
	text := func(s string) *string { return &s }
	exact, double, nested := Cell{Form: Exact}, Cell{Form: Float, Digits: 15}, Cell{Form: Nested}
	for _, c := range []struct {
		cell      Cell
		a, b      *string
		tolerance float64
		same      bool
	}{
		{exact, nil, nil, 0, true},
		{exact, nil, text("0"), 1, false},
		{exact, text("12345678901234567890.1"), text("12345678901234567890.2"), 0, false},
		{exact, text("1"), text("1.5"), 0.5, true},
		{exact, text("1"), text("1.5"), 0.4, false},
		{double, text("1.00000000000000e-01"), text("1.00000000000001e-01"), 0, true},
		{double, text("1.00000000000000e-01"), text("1.00000000000100e-01"), 0, false},
		{double, text("nan"), text("nan"), 0, true},
		{double, text("nan"), text("inf"), 0, false},
		{nested, text(`{"a": 1.50, "b": [null]}`), text(`{"b":[null],"a":1.5}`), 0, true},
		{nested, text(`{"a": 1}`), text(`{"a": "1"}`), 0, false},
		{nested, text(`[9007199254740993]`), text(`[9007199254740993] `), 0, true},
		{nested, text(`no`), text(`JSON`), 0, false},
		{Cell{Form: Plain}, text("a"), text("a "), 0, false},
	} {
		if got := c.cell.Equal(c.a, c.b, c.tolerance); got != c.same {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// Whatever differs, the segments that are read in the end have it, and no step asks for more segments than can be held.
func TestSegments(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		n := 1 + random.Int64N(400_000)
		changed := map[string]bool{}
		hashes := make([]string, n)
		for i := range hashes {
			hashes[i] = fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64())
		}
		for range random.IntN(3000) {
			changed[hashes[random.Int64N(n)]] = true
		}
		s := FirstSegments(n)
		for more := s.Digits > 0; more; {
			base, is := segmented(hashes, nil, s), segmented(hashes, changed, s)
			if len(base) > mostSegments {
				t.Fatalf("%d segments of %d rows", len(base), n)
			}
			prefixes, rows := Differing(base, is)
			if (len(prefixes) == 0) != (len(changed) == 0) {
				t.Fatalf("%d segments differ, and %d rows", len(prefixes), len(changed))
			}
			if len(prefixes) == 0 {
				break
			}
			s, more = s.Next(prefixes, rows, n)
		}
		for hash := range changed {
			if !holds(s, hash) {
				t.Fatalf("%s changed, and is in none of %d segments of %d digits", hash, len(s.Only), s.Within)
			}
		}
	}
}

// segmented are the segments of rows with such hashes.
func segmented(hashes []string, changed map[string]bool, s Segmentation) (out []Segment) {
	place := map[string]int{}
	for _, h := range hashes {
		if !holds(s, h) {
			continue
		}
		i, ok := place[h[:s.Digits]]
		if !ok {
			i = len(out)
			place[h[:s.Digits]], out = i, append(out, Segment{Prefix: h[:s.Digits], Sum: "0"})
		}
		out[i].Rows++
		if changed[h] {
			out[i].Sum += "1"
		}
	}
	return out
}

// holds tells whether a hash is in one of the segments that are read.
func holds(s Segmentation, hash string) bool {
	_, ok := slices.BinarySearch(s.Only, hash[:s.Within])
	return ok || len(s.Only) == 0
}
