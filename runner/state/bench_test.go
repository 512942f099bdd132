package state_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/runner/state"
)

// many are builds of that many nodes.
func many(n int) []state.Build {
	var out []state.Build
	for i := range n {
		b := built(fmt.Sprintf("model_number_%d", i), 1)
		rows, bytes, reach := int64(i), int64(i)*100, noon(1).Add(time.Duration(i)*time.Second)
		b.Rows, b.Bytes, b.Watermark, b.Code = &rows, &bytes, &reach, fingerprint.Of("code", fmt.Sprint(i))
		out = append(out, b)
	}
	return out
}

// BenchmarkRead reads a state of 10,000 relations.
func BenchmarkRead(b *testing.B) {
	for name, make := range places() {
		b.Run(name, func(b *testing.B) {
			p := make(b)
			p.ensure(b)
			p.must(b)(p.Record(b.Context(), many(10_000)))
			seen, err := p.conn.Inspect(b.Context(), p.Schema)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				k, err := p.Read(b.Context(), p.conn, seen, "prod")
				if err != nil || len(k.Builds) != 10_000 {
					b.Fatal(len(k.Builds), err)
				}
			}
		})
	}
}

// BenchmarkRecord spells and runs what remembers 10,000 builds.
func BenchmarkRecord(b *testing.B) {
	for name, make := range places() {
		b.Run(name, func(b *testing.B) {
			p := make(b)
			p.ensure(b)
			builds := many(10_000)
			for b.Loop() {
				statements, err := p.Record(b.Context(), builds)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(statements)), "statements")
				p.exec(b, statements...)
			}
		})
	}
}
