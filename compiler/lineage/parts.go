package lineage

import (
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/sql"
)

// part is a field of a struct that the query itself puts together: what that field alone is made of.
type part struct {
	name       string // "" for one that goes by its number
	uses       uses
	parts      []part // if it is such a struct too
	aggregated bool
}

// partOf is a value as a field of that name.
func partOf(name string, v value) part {
	return part{name: name, uses: v.uses, parts: v.parts, aggregated: v.aggregated}
}

// packed are the fields of a struct that a call makes, nil for other calls.
func packed(x *sql.Call, values []value) []part {
	switch calledName(x) {
	case "struct_pack":
		var out []part
		for _, v := range values {
			out = append(out, partOf(v.name, v))
		}
		return out
	case "row":
		return rowParts(values)
	}
	return nil
}

// extracted is the field that a call takes out of such a struct, nil for other calls.
func extracted(x *sql.Call, values []value) *part {
	switch calledName(x) {
	case "struct_extract", "struct_extract_at":
		if len(values) == 2 && values[1].literal {
			return values[0].part(values[1].text)
		}
	}
	return nil
}

// calledName is the name of a function as it is compared.
func calledName(x *sql.Call) string {
	if len(x.Name) != 1 {
		return ""
	}
	return lower(x.Name[0].Name)
}

// rowParts are the fields of a struct whose fields have no names.
func rowParts(values []value) []part {
	out := make([]part, len(values))
	for i, v := range values {
		out[i] = partOf("", v)
	}
	return out
}

// part returns the field of that name or, from 1, that number, if the value is a struct that the query puts together; otherwise nil.
func (v value) part(name string) *part {
	for i := range v.parts {
		if strings.EqualFold(v.parts[i].name, name) {
			return &v.parts[i]
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(v.parts) {
		return &v.parts[n-1]
	}
	return nil
}

// taken is the field of that name of a value: made of what the field is made of, or if that is not known of all that the struct is.
func (v value) taken(name string) value {
	p := v.part(name)
	if p == nil {
		return made(v.typ, v)
	}
	return value{uses: p.uses, parts: p.parts, aggregated: p.aggregated}
}

// inPart is described at uses.inPart.
func inPart(parts []part) []part {
	out := make([]part, len(parts))
	for i, p := range parts {
		p.uses, p.parts = p.uses.inPart(), inPart(p.parts)
		out[i] = p
	}
	return out
}

// pad notes that there are rows in which the column has no value, or one from elsewhere.
func (c *column) pad() {
	c.uses = c.uses.inPart()
	if c.parts != nil {
		c.parts = inPart(c.parts)
	}
}
