package duckdb

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// form is how the values of a column travel to DuckDB, which casts them to the type of the table's column.
type form int

const (
	asText form = iota // text, and all that is mixed
	asBool
	asInteger
	asFloat
	asClock   // a time for a column without time zone: its clock in UTC
	asInstant // a time for a column with time zone
	asBytes
)

func (f form) duckdb() bindings.Type {
	switch f {
	case asBool:
		return bindings.TypeBoolean
	case asInteger:
		return bindings.TypeBigInt
	case asFloat:
		return bindings.TypeDouble
	case asClock:
		return bindings.TypeTimestamp
	case asInstant:
		return bindings.TypeTimestampTZ
	case asBytes:
		return bindings.TypeBlob
	default:
		return bindings.TypeVarchar
	}
}

// likely is the form that the values of a column will have before any is seen, of the type in the table.
func likely(target string) form {
	switch name, _, _ := strings.Cut(target, "("); name {
	case "BOOLEAN":
		return asBool
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT":
		return asInteger
	case "FLOAT", "DOUBLE", "DECIMAL":
		return asFloat
	case "TIMESTAMP WITH TIME ZONE":
		return asInstant
	case "BLOB":
		return asBytes
	default:
		return asText
	}
}

// formOf is the form of one value.
func (c *loadColumn) formOf(v any) (form, error) {
	switch v.(type) {
	case string:
		return asText, nil
	case bool:
		return asBool, nil
	case int64:
		return asInteger, nil
	case float64:
		return asFloat, nil
	case []byte:
		if c.target == "BLOB" {
			return asBytes, nil
		}
		return asText, nil
	case time.Time:
		if c.target == "TIMESTAMP WITH TIME ZONE" {
			return asInstant, nil
		}
		return asClock, nil
	default:
		return 0, fmt.Errorf("a value of type %T cannot be loaded", v)
	}
}

// loadColumn writes the values of one column into the vector of the chunk.
type loadColumn struct {
	name   string
	target string // its type in the table
	form   form
	seen   bool // a value has decided the form

	vector         bindings.Vector
	data, validity unsafe.Pointer
}

func (c *loadColumn) bind(v bindings.Vector) {
	bindings.VectorEnsureValidityWritable(v)
	c.vector, c.data, c.validity = v, bindings.VectorGetData(v), bindings.VectorGetValidity(v)
}

// fit changes the form if v does not fit into it, and tells whether it did. The first value decides; a later one of another
// form makes the column text, which every type can be cast from. So a column changes at most twice.
func (c *loadColumn) fit(v any) (changed bool, err error) {
	if v == nil {
		return false, nil
	}
	f, err := c.formOf(v)
	if err != nil || f == c.form {
		c.seen = true
		return false, err
	}
	if c.seen && c.form == asText {
		return false, nil
	}
	if c.seen {
		f = asText
	}
	c.form, c.seen = f, true
	return true, nil
}

func (c *loadColumn) set(i int, v any) error {
	if v == nil {
		*element[uint64](c.validity, i/64) &^= 1 << (i % 64)
		return nil
	}
	switch c.form {
	case asBool:
		*element[bool](c.data, i) = v.(bool)
	case asInteger:
		*element[int64](c.data, i) = v.(int64)
	case asFloat:
		*element[float64](c.data, i) = v.(float64)
	case asClock, asInstant:
		*element[int64](c.data, i) = v.(time.Time).UnixMicro()
	case asBytes:
		c.setBytes(i, v.([]byte))
	default:
		return c.setText(i, c.text(v))
	}
	return nil
}

// text spells a value so that DuckDB's casts read it.
func (c *loadColumn) text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		if c.target == "TIMESTAMP WITH TIME ZONE" {
			return v.UTC().Format("2006-01-02 15:04:05.999999Z07:00")
		}
		return v.UTC().Format("2006-01-02 15:04:05.999999")
	case []byte:
		if c.target != "BLOB" {
			return string(v)
		}
		var b strings.Builder
		for _, x := range v {
			b.WriteString(`\x` + hex.EncodeToString([]byte{x}))
		}
		return b.String()
	default:
		return fmt.Sprint(v)
	}
}

func (c *loadColumn) setText(i int, s string) error {
	if !utf8.ValidString(s) {
		return errors.New("the text is not valid UTF-8")
	}
	c.setBytes(i, unsafe.Slice(unsafe.StringData(s), len(s)))
	return nil
}

// setBytes writes short values in place, as the vector lays them out, which spares a call into the library for most.
func (c *loadColumn) setBytes(i int, b []byte) {
	if len(b) > 12 {
		bindings.UnsafeVectorAssignStringElementLen(c.vector, bindings.IdxT(i), b)
		return
	}
	var short [16]byte
	binary.NativeEndian.PutUint32(short[:], uint32(len(b)))
	copy(short[4:], b)
	*element[[16]byte](c.data, i) = short
}
