package seed

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/dialect"
)

// TestLinesReadAtOnceAreReadAlike compares rows read with the whole text in the buffer with those read byte by byte, where no line
// is ever there as a whole.
func TestLinesReadAtOnceAreReadAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab,;\"\n\ré ")), 0, 40, -1).Draw(t, "text")
		o := Options{Dialect: rapid.SampledFrom(dialect.All()).Draw(t, "dialect"), Delimiter: rapid.SampledFrom([]string{",", ";", ",a"}).Draw(t, "delimiter")}
		whole := rowsOf(newReader(strings.NewReader(text), o))
		bytewise := rowsOf(newReader(iotest.OneByteReader(bytes.NewReader([]byte(text))), o))
		if diff := cmp.Diff(bytewise, whole); diff != "" {
			t.Fatalf("%q (-byte by byte +at once):\n%s", text, diff)
		}
	})
}

// rowsOf are all rows with the places of their fields, and the error that ended them.
func rowsOf(r *reader) []any {
	var out []any
	for {
		n, err := r.row(-1)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return append(out, err.Error())
		}
		row := []any{}
		for i := range n {
			row = append(row, string(r.field(i)), r.begins[i].line, r.begins[i].column)
		}
		out = append(out, row)
	}
}
