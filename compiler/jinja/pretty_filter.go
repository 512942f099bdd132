package jinja

import (
	"strings"
	"unicode/utf8"
)

// filterPprint is Python's pprint.pformat.
func filterPprint(c *Call) (Value, error) {
	if err := c.onlyValue("do_pprint"); err != nil {
		return nil, err
	}
	var b strings.Builder
	pretty(&b, c.Args[0], 0, 0, 0)
	return b.String(), c.State.charge(b.Len())
}

// prettyWidth is the width of a line.
const prettyWidth = 80

// pretty prints v at a column, with room left at the end of its last line.
func pretty(b *strings.Builder, v Value, indent, room, depth int) {
	text := sortedRepr(v)
	if utf8.RuneCountInString(text) <= prettyWidth-indent-room || depth > reprDepth {
		b.WriteString(text)
		return
	}
	switch v := v.(type) {
	case *List:
		prettyItems(b, "[", v.Items, "]", indent, room, depth)
	case *Tuple:
		end := ")"
		if len(v.Items) == 1 {
			end = ",)"
		}
		prettyItems(b, "(", v.Items, end, indent, room, depth)
	case *Dict:
		prettyDict(b, v, indent, room, depth)
	default:
		b.WriteString(text)
	}
}

func prettyItems(b *strings.Builder, open string, items []Value, shut string, indent, room, depth int) {
	b.WriteString(open)
	for i, item := range items {
		if i > 0 {
			b.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
		last := 1
		if i == len(items)-1 {
			last = room + len(shut)
		}
		pretty(b, item, indent+1, last, depth+1)
	}
	b.WriteString(shut)
}

func prettyDict(b *strings.Builder, d *Dict, indent, room, depth int) {
	b.WriteByte('{')
	for i, k := range sortedKeys(d) {
		if i > 0 {
			b.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
		last := 1
		if i == d.Len()-1 {
			last = room + 1
		}
		key := Repr(k) + ": "
		b.WriteString(key)
		v, _ := d.Get(k)
		pretty(b, v, indent+1+utf8.RuneCountInString(key), last, depth+1)
	}
	b.WriteByte('}')
}

func sortedKeys(d *Dict) []Value {
	keys := d.Keys()
	sorted := d.Keys()
	if sortValues(keys, sorted, false) != nil {
		return d.Keys()
	}
	return sorted
}

// sortedRepr is repr with the keys of dicts sorted, as pprint prints.
func sortedRepr(v Value) string {
	switch v := v.(type) {
	case *Dict:
		s := NewDict()
		for _, k := range sortedKeys(v) {
			item, _ := v.Get(k)
			_ = s.Set(k, item)
		}
		return Repr(s)
	}
	return Repr(v)
}
