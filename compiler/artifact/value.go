package artifact

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/modsql/mod/compiler/jinja"
)

// WriteValue writes a template value as JSON in the spelling of the artifacts, without a line end.
func WriteValue(w io.Writer, v jinja.Value) error {
	e := newEncoder(w)
	e.value(v)
	return e.flush()
}

// Values is a template value as a reader of the artifacts sees it: as encoding/json decodes what WriteValue writes.
func Values(d *jinja.Dict) (map[string]any, error) {
	var b bytes.Buffer
	if err := WriteValue(&b, d); err != nil {
		return nil, err
	}
	var out map[string]any
	err := json.Unmarshal(b.Bytes(), &out)
	return out, err
}
