package postgres

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/modsql/mod/adapters"
)

// decoder reads the text form of values of a type. What has no better form in Go stays text: json, uuid, interval, enums.
func decoder(oid uint32) func([]byte) any {
	read := scalar(oid)
	if read == nil {
		if of := elementOf(oid); of != 0 {
			element := scalar(of)
			if element == nil {
				element = asText
			}
			read = func(b []byte) any { return array(string(b), element) }
		} else {
			read = asText
		}
	}
	return func(b []byte) any {
		if b == nil {
			return nil
		}
		return read(b)
	}
}

func asText(b []byte) any { return string(b) }

func scalar(oid uint32) func([]byte) any {
	switch oid {
	case pgtype.BoolOID:
		return func(b []byte) any { return len(b) == 1 && b[0] == 't' }
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID:
		return func(b []byte) any {
			n, err := strconv.ParseInt(string(b), 10, 64)
			if err != nil {
				return string(b)
			}
			return n
		}
	case pgtype.Float4OID, pgtype.Float8OID:
		return func(b []byte) any {
			f, err := strconv.ParseFloat(string(b), 64)
			if err != nil {
				return string(b)
			}
			return f
		}
	case pgtype.NumericOID:
		return numeric
	case pgtype.ByteaOID:
		return bytea
	case pgtype.DateOID:
		return instant("2006-01-02")
	case pgtype.TimestampOID:
		return instant("2006-01-02 15:04:05")
	case pgtype.TimestamptzOID:
		return instant("2006-01-02 15:04:05-07", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05-07:00:00")
	default:
		return nil
	}
}

// numeric keeps NaN and infinities, which no decimal is, as text.
func numeric(b []byte) any {
	if s := string(b); strings.Trim(s, "-0123456789.") == "" {
		return adapters.Decimal(s)
	}
	return string(b)
}

func bytea(b []byte) any {
	if digits, ok := bytes.CutPrefix(b, []byte(`\x`)); ok {
		if out, err := hex.AppendDecode(nil, digits); err == nil {
			return out
		}
	}
	return bytes.Clone(b)
}

// instant reads what ISO style writes: "2020-01-02", "2020-01-02 03:04:05.678+05:30", "0044-03-15 BC". The result is in UTC;
// infinities stay text.
func instant(layouts ...string) func([]byte) any {
	return func(b []byte) any {
		s := string(b)
		rest, bc := strings.CutSuffix(s, " BC")
		for _, layout := range layouts {
			t, err := time.Parse(layout, rest)
			if err != nil {
				continue
			}
			if bc {
				t = t.AddDate(1-2*t.Year(), 0, 0)
			}
			return t.UTC()
		}
		return s
	}
}

// types are the driver's table of the built-in ones.
var types = pgtype.NewMap()

// elementOf is the type of an array's elements, 0 if the type is no array or not built in.
func elementOf(oid uint32) uint32 {
	if t, ok := types.TypeForOID(oid); ok {
		if codec, ok := t.Codec.(*pgtype.ArrayCodec); ok {
			return codec.ElementType.OID
		}
	}
	return 0
}

// array reads the text form of an array: {1,NULL,"a \"b\"",{2}}.
func array(s string, element func([]byte) any) any {
	if i := strings.IndexByte(s, '='); i >= 0 && strings.HasPrefix(s, "[") {
		s = s[i+1:] // bounds that do not begin at 1
	}
	p := arrayParser{text: s, element: element}
	if v, ok := p.list(); ok {
		return v
	}
	return s
}

type arrayParser struct {
	text    string
	at      int
	element func([]byte) any
}

func (p *arrayParser) list() ([]any, bool) {
	if !p.skip('{') {
		return nil, false
	}
	out := []any{}
	for !p.skip('}') {
		if len(out) > 0 && !p.skip(',') || p.at >= len(p.text) {
			return nil, false
		}
		v, ok := p.item()
		if !ok {
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}

func (p *arrayParser) skip(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *arrayParser) item() (any, bool) {
	switch p.text[p.at] {
	case '{':
		return p.list()
	case '"':
		return p.quoted()
	}
	end := strings.IndexAny(p.text[p.at:], ",}")
	if end < 0 {
		return nil, false
	}
	word := p.text[p.at : p.at+end]
	p.at += end
	if word == "NULL" {
		return nil, true
	}
	return p.element([]byte(word)), true
}

func (p *arrayParser) quoted() (any, bool) {
	var b []byte
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case '"':
			p.at++
			return p.element(b), true
		case '\\':
			p.at++
			if p.at < len(p.text) {
				b = append(b, p.text[p.at])
			}
		default:
			b = append(b, c)
		}
	}
	return nil, false
}
