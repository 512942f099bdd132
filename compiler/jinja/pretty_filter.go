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
	p := prettyPrinter{state: c.State}
	v, err := p.sorted(c.Args[0], 0)
	if err != nil {
		return nil, err
	}
	if err := p.value(v, 0, 0, 0); err != nil {
		return nil, err
	}
	return p.String(), nil
}

// prettyWidth is the width of a line.
const prettyWidth = 80

type prettyPrinter struct {
	strings.Builder
	state *State
}

// value prints v from a column on, with room left at the end of its last line.
func (p *prettyPrinter) value(v Value, indent, room, depth int) error {
	text, err := p.state.repr(v)
	if err != nil {
		return err
	}
	if err := p.state.charge(len(text)); err != nil {
		return err
	}
	if utf8.RuneCountInString(text) <= prettyWidth-indent-room || depth > reprDepth {
		p.WriteString(text)
		return nil
	}
	switch v := v.(type) {
	case *List:
		return p.items("[", v.Items, "]", indent, room, depth)
	case *Tuple:
		if len(v.Items) == 1 {
			return p.items("(", v.Items, ",)", indent, room, depth)
		}
		return p.items("(", v.Items, ")", indent, room, depth)
	case *Dict:
		return p.dict(v, indent, room, depth)
	}
	p.WriteString(text)
	return nil
}

func (p *prettyPrinter) items(open string, items []Value, shut string, indent, room, depth int) error {
	p.WriteString(open)
	for i, item := range items {
		if i > 0 {
			p.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
		last := 1
		if i == len(items)-1 {
			last = room + len(shut)
		}
		if err := p.value(item, indent+1, last, depth+1); err != nil {
			return err
		}
	}
	p.WriteString(shut)
	return nil
}

func (p *prettyPrinter) dict(d *Dict, indent, room, depth int) error {
	p.WriteByte('{')
	for i, k := range d.Keys() {
		if i > 0 {
			p.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
		last := 1
		if i == d.Len()-1 {
			last = room + 1
		}
		key := Repr(k) + ": "
		p.WriteString(key)
		v, _ := d.Get(k)
		if err := p.value(v, indent+1+utf8.RuneCountInString(key), last, depth+1); err != nil {
			return err
		}
	}
	p.WriteByte('}')
	return nil
}

// keys are the keys of a dict in order, where they have one.
func (p *prettyPrinter) keys(d *Dict) []Value {
	sorted := d.Keys()
	if sortValues(p.state, d.Keys(), sorted, false) != nil {
		return d.Keys()
	}
	return sorted
}

// sorted is v with the keys of all dicts in it in order.
func (p *prettyPrinter) sorted(v Value, depth int) (Value, error) {
	if err := p.state.step(); err != nil || depth > reprDepth {
		return v, err
	}
	var err error
	switch v := v.(type) {
	case *List:
		items, err := p.sortedItems(v.Items, depth)
		return &List{Items: items}, err
	case *Tuple:
		items, err := p.sortedItems(v.Items, depth)
		return &Tuple{Items: items}, err
	case *Dict:
		s := NewDict()
		for _, k := range p.keys(v) {
			item, _ := v.Get(k)
			if item, err = p.sorted(item, depth+1); err != nil {
				return nil, err
			}
			_ = s.Set(k, item) // a key of a dict is hashable
		}
		return s, nil
	}
	return v, nil
}

func (p *prettyPrinter) sortedItems(items []Value, depth int) ([]Value, error) {
	out := make([]Value, len(items))
	for i, item := range items {
		var err error
		if out[i], err = p.sorted(item, depth+1); err != nil {
			return nil, err
		}
	}
	return out, nil
}
