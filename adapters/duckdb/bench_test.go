package duckdb

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

const benchRows = 1_000_000

// customers are rows of the kinds of values that seeds have.
func customers(n int) iter.Seq2[[]any, error] {
	days := make([]string, 365)
	for i := range days {
		days[i] = time.Date(2023, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprintf("customer number %d", i)
	}
	return func(yield func([]any, error) bool) {
		row := make([]any, 5)
		for i := range n {
			row[0], row[1], row[2], row[3], row[4] = int64(i), names[i%len(names)], float64(i)/100, days[i%365], i%2 == 0
			if !yield(row, nil) {
				return
			}
		}
	}
}

func benchSession(b *testing.B) *session {
	b.Helper()
	w, err := open(b.Context(), adapters.Config{"path": filepath.Join(b.TempDir(), "b.duckdb")})
	if err != nil {
		b.Fatal(err)
	}
	a, err := w.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = a.Close(), w.Close() })
	return a.(*session)
}

func remake(b *testing.B, s *session) {
	b.Helper()
	const ddl = "create or replace table t (id bigint, name varchar, amount double, day date, ok boolean); checkpoint"
	if _, err := s.Exec(b.Context(), ddl); err != nil {
		b.Fatal(err)
	}
}

// bare appends values that already have the types of the table, which is as fast as DuckDB takes rows.
func bare(b *testing.B, s *session) {
	var appender bindings.Appender
	if bindings.AppenderCreateExt(s.conn, "", "main", "t", &appender) == bindings.StateError {
		b.Fatal(bindings.AppenderError(appender))
	}
	var types []bindings.LogicalType
	for i := range bindings.AppenderColumnCount(appender) {
		types = append(types, bindings.AppenderColumnType(appender, i))
	}
	chunk := bindings.CreateDataChunk(types)
	var columns [5]loadColumn
	n := 0
	send := func() {
		bindings.DataChunkSetSize(chunk, bindings.IdxT(n))
		if bindings.AppendDataChunk(appender, chunk) == bindings.StateError {
			b.Fatal(bindings.AppenderError(appender))
		}
		bindings.DataChunkReset(chunk)
		n = 0
	}
	for row := range customers(benchRows) {
		if n == 0 {
			for i := range columns {
				columns[i].bind(bindings.DataChunkGetVector(chunk, bindings.IdxT(i)))
			}
		}
		*element[int64](columns[0].data, n) = row[0].(int64)
		bindings.VectorAssignStringElement(columns[1].vector, bindings.IdxT(n), row[1].(string))
		*element[float64](columns[2].data, n) = row[2].(float64)
		*element[int32](columns[3].data, n) = 19358 + int32(row[0].(int64)%365)
		*element[bool](columns[4].data, n) = row[4].(bool)
		if n++; n == int(bindings.VectorSize()) {
			send()
		}
	}
	send()
	if bindings.AppenderDestroy(&appender) == bindings.StateError {
		b.Fatal("the appender fails to flush")
	}
	for i := range types {
		bindings.DestroyLogicalType(&types[i])
	}
	bindings.DestroyDataChunk(&chunk)
}

// BenchmarkLoad reports how much longer a load takes than the bare appender, and the most memory the process had.
func BenchmarkLoad(b *testing.B) {
	s := benchSession(b)
	var baseline, load time.Duration
	for b.Loop() {
		remake(b, s)
		began := time.Now()
		bare(b, s)
		baseline += time.Since(began)
		remake(b, s)
		began = time.Now()
		if _, err := s.Load(b.Context(), relation.Table{Relation: relation.Relation{Name: "t"}}, customers(benchRows)); err != nil {
			b.Fatal(err)
		}
		load += time.Since(began)
	}
	b.ReportMetric(benchRows*float64(b.N)/load.Seconds(), "rows/s")
	b.ReportMetric(load.Seconds()/baseline.Seconds(), "×bare")
	b.ReportMetric(peakMB(b), "peak-MB")
}

// peakMB is the most memory that the process had at once, 0 where that is not told.
func peakMB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kb float64
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}
