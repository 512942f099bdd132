package artifact

import (
	"io"

	"github.com/modsql/mod/compiler/jinja"
)

// WriteValue writes a template value as JSON in the spelling of the artifacts, without a line end.
func WriteValue(w io.Writer, v jinja.Value) error {
	e := newEncoder(w)
	e.value(v)
	return e.flush()
}
