package destinationtest

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
)

// ValueFields are the fields of the records that carry values of every type; "id" is their key.
func ValueFields() []syncs.Field {
	return []syncs.Field{
		{Name: "id", Type: "text"}, {Name: "flag", Type: "boolean"}, {Name: "count", Type: "bigint"}, {Name: "ratio", Type: "double precision"},
		{Name: "exact", Type: "decimal(18,4)"}, {Name: "words", Type: "text"}, {Name: "raw", Type: "bytea"},
		{Name: "at", Type: "timestamp with time zone"}, {Name: "list", Type: "json"}, {Name: "document", Type: "json"},
	}
}

// samples are values for a field of ValueFields.
var samples = map[string][]any{
	"flag":  {true, false, nil},
	"count": {int64(0), int64(-1), int64(math.MaxInt64), int64(math.MinInt64), nil},
	"ratio": {0.1, -1.5e300, 5e-324, 0.0, nil},
	"exact": {syncs.Number("12345678901234.5678"), syncs.Number("-0.0001"), syncs.Number("0"), nil},
	"words": {"", " ", `O'Brien said "no" \ and /`, "zażółć\n\tgęślą\r\njaźń", "🦊 e\u0301", "null", `\N`, `{"a": [1]}`, "a,b;c|d", "%s ${x} {{ y }}", nil},
	"raw":   {[]byte{0, 1, 2, 254, 255}, []byte(`\x00`), []byte{}, nil},
	"at": {
		time.Date(2024, 2, 29, 23, 59, 59, 123456000, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999000000, time.UTC),
		time.Date(2024, 7, 1, 12, 0, 0, 0, time.FixedZone("", 2*60*60)), nil,
	},
	"list":     {[]any{int64(1), "two", nil, true, []any{"🦊"}}, []any{}, nil},
	"document": {map[string]any{"a": map[string]any{"b": 1.5}, `key "ü"`: []any{"x"}}, map[string]any{}, nil},
}

var valueClaims = []claim{
	{"values of every type arrive as they are", func(b *bench) {
		fields := b.valueFields()
		s := b.siteOf(b.creating(), fields, []string{"id"})
		sent := valueRows(fields)
		s.deliverAll(sent)
		s.want(sent)
	}},
	{"keys are any text", func(b *bench) {
		s := b.site(b.creating())
		var sent []syncs.Row
		for i, id := range []string{"a b", `O'Brien "q" \`, "ключ/🦊?x=1&y#z", "%41", "null", "tab\tnewline\n"} {
			sent = append(sent, row(int64(i+1), syncs.Insert, id, "name", int64(i)))
		}
		s.deliverAll(sent)
		s.want(sent)
		if s.target.Removal != syncs.Delete {
			return
		}
		s.deliverAll(keysOf(20, syncs.Delete, sent))
		s.want(nil)
	}},
	{"a value that cannot be spelled is refused by itself", func(b *bench) {
		fields := b.valueFields()
		s := b.siteOf(b.creating(), fields, []string{"id"})
		plain := valueRows(fields)[:2]
		odd := oddRows(fields)
		sent := slices.Concat(plain[:1], odd, plain[1:])
		for i := range sent {
			sent[i].Number = int64(i + 1)
		}
		outcomes, err := s.deliver(s.Context(), sent)
		if err != nil {
			s.Fatal(err)
		}
		s.wantOutcomes(sent, outcomes, func(id string) bool { return strings.HasPrefix(id, "odd") })
	}},
	{"a row that is refused takes no other with it", func(b *bench) { b.refuses(b.Refused) }},
	{"a row that is too large takes no other with it", func(b *bench) { b.refuses(b.TooLarge) }},
}

// refuses delivers a row with those values among others: it is refused, and the others arrive.
func (b *bench) refuses(values map[string]any) {
	b.Helper()
	if values == nil {
		b.Skip("it refuses nothing of the kind")
	}
	s := b.site(b.creating())
	sent := rows(1, syncs.Insert, 9)
	for i, f := range s.target.Fields {
		if v, ok := values[f.Name]; ok {
			sent[5].Values[i] = v
		}
	}
	outcomes, err := s.deliver(s.Context(), sent)
	if err != nil {
		s.Fatal(err)
	}
	if outcomes[6] == nil {
		s.Error("the row is not refused")
	}
	s.wantOutcomes(sent, outcomes, func(id string) bool { return id == sent[5].Values[0] })
}

// Large is a text of n letters that does not compress well.
func Large(n int) string {
	out, state := make([]byte, n), uint32(1)
	for i := range out {
		state = state*1664525 + 1013904223 // https://en.wikipedia.org/wiki/Linear_congruential_generator
		out[i] = 'a' + byte(state>>24)%26
	}
	return string(out)
}

func (b *bench) valueFields() []syncs.Field {
	return slices.DeleteFunc(ValueFields(), func(f syncs.Field) bool { return slices.Contains(b.Without, f.Name) })
}

// valueRows are rows that have every sample between them.
func valueRows(fields []syncs.Field) []syncs.Row {
	most := 0
	for _, values := range samples {
		most = max(most, len(values))
	}
	out := make([]syncs.Row, most)
	for i := range out {
		rest := make([]any, 0, len(fields)-1)
		for _, f := range fields[1:] {
			values := samples[f.Name]
			rest = append(rest, values[i%len(values)])
		}
		out[i] = row(int64(i+1), syncs.Insert, "v"+string(rune('a'+i)), rest...)
	}
	return out
}

// oddRows have a value each that many systems have no spelling for.
func oddRows(fields []syncs.Field) []syncs.Row {
	odd := map[string][]any{
		"ratio": {math.NaN(), math.Inf(1), math.Inf(-1)}, "words": {"a\x00b", "\x01\x1f\u2028\uffff"}, "at": {time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	var out []syncs.Row
	for at, f := range fields[1:] {
		for _, v := range odd[f.Name] {
			rest := make([]any, len(fields)-1)
			rest[at] = v
			out = append(out, row(0, syncs.Insert, "odd "+f.Name+string(rune('a'+len(out))), rest...))
		}
	}
	return out
}

// wantOutcomes fails unless the records are those of the rows that passed, and only rows that may be refused were, as rejected.
func (s *site) wantOutcomes(sent []syncs.Row, outcomes delivered, may func(id string) bool) {
	s.Helper()
	var passed []syncs.Row
	for _, r := range sent {
		err, tried := outcomes[r.Number]
		id, _ := r.Values[0].(string)
		switch {
		case !tried:
			s.Errorf("row %d was not tried", r.Number)
		case err == nil:
			passed = append(passed, r)
		case !may(id):
			s.Errorf("row %d (%s): %v", r.Number, id, err)
		case syncs.ClassOf(err) != syncs.Rejected && syncs.ClassOf(err) != syncs.TooLarge:
			s.Errorf("row %d (%s): class %q, want %q: %v", r.Number, id, syncs.ClassOf(err), syncs.Rejected, err)
		}
	}
	s.want(passed)
}
