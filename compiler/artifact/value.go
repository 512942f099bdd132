package artifact

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"unicode/utf8"

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
	if v, ok := plainDict(d, 0); ok {
		return v, nil
	}
	return reread(d)
}

// reread writes a dict and reads it again.
func reread(d *jinja.Dict) (map[string]any, error) {
	var b bytes.Buffer
	if err := WriteValue(&b, d); err != nil {
		return nil, err
	}
	var out map[string]any
	err := json.Unmarshal(b.Bytes(), &out)
	return out, err
}

// deepest is how deep a value may be to be taken for one that ends.
const deepest = 50

// plain is a value as it is decoded after it was written; ok is false where that has to be done to know.
func plain(v jinja.Value, depth int) (out any, ok bool) {
	switch v := v.(type) {
	case nil, bool:
		return v, true
	case int:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	case string:
		return v, utf8.ValidString(v)
	case *jinja.Dict:
		return plainDict(v, depth)
	case *jinja.List:
		if depth > deepest {
			return nil, false
		}
		list := make([]any, len(v.Items))
		for i, item := range v.Items {
			if list[i], ok = plain(item, depth+1); !ok {
				return nil, false
			}
		}
		return list, true
	}
	return nil, false
}

func plainDict(d *jinja.Dict, depth int) (map[string]any, bool) {
	if d == nil || depth > deepest {
		return nil, false
	}
	out := make(map[string]any, d.Len())
	for key, v := range d.All() {
		name, text := key.(string)
		value, ok := plain(v, depth+1)
		if !text || !ok || !utf8.ValidString(name) {
			return nil, false
		}
		out[name] = value
	}
	return out, true
}
