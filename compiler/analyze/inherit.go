package analyze

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
)

// Traits are what is said about a column in properties files and stays true of its copies. The zero value is that nothing is said.
type Traits struct {
	Description *Said
	Tags        []Said
	PII         []Said // kinds of personal data: "email"; "true" where no kind is told, "false" where it is said that there are none
}

// Said is something that is said about a column, and of which column: the one that has it, or one that it is a copy of.
type Said struct {
	Text string
	Of   lineage.Input
	At   diag.Span // the column in its properties file
}

// Inherited returns what a column has from the columns that it is a copy of, under the same name or another, through any number of
// nodes. What the column says itself is not in it, and hides what it would inherit: its description and its pii, and each tag.
//
// A description is inherited where all that the column is made of is copied and has the same one: the columns of a union may be
// described differently, and then nothing is inherited. Tags and pii are united. A column with `inherit: false`, or with that in its
// meta, inherits nothing; what it says itself is passed on.
func (a *Analysis) Inherited(of lineage.Input) Traits {
	return a.inheriting().from(of)
}

// Inheritance is Inherited for many columns: what several of them have from the same one is found out once. It is not safe for
// concurrent use.
func (a *Analysis) Inheritance() func(of lineage.Input) Traits { return a.inheriting().from }

// Said returns what a column says itself.
func (a *Analysis) Said(of lineage.Input) Traits {
	c := a.properties(of)
	if c == nil {
		return Traits{}
	}
	say := func(text string) Said { return Said{Text: text, Of: of, At: c.At} }
	var out Traits
	if c.Description != "" {
		d := say(c.Description)
		out.Description = &d
	}
	for _, tag := range c.AllTags() {
		out.Tags = append(out.Tags, say(tag))
	}
	for _, kind := range personal(c) {
		out.PII = append(out.PII, say(kind))
	}
	return out
}

// properties are what the properties files say about a column, nil if nothing.
func (a *Analysis) properties(of lineage.Input) *compiler.Column {
	n := a.nodes[of.Table]
	if n == nil {
		return nil
	}
	for _, c := range n.Node.Columns {
		if strings.EqualFold(c.Name, of.Column) {
			return c
		}
	}
	return nil
}

// personal are the kinds of personal data that a column is said to hold: by `pii`, or by that in its meta.
func personal(c *compiler.Column) []string {
	v := c.PII
	if v == nil {
		v, _ = c.MetaValue("pii")
	}
	var values []jinja.Value
	switch v := v.(type) {
	case nil:
	case *jinja.List:
		values = v.Items
	default:
		values = []jinja.Value{v}
	}
	var out []string
	for _, v := range values {
		text := jinja.Str(v)
		if _, is := v.(bool); is {
			text = strings.ToLower(text)
		}
		out = append(out, text)
	}
	return out
}

// alone tells whether a column wants to inherit nothing.
func (a *Analysis) alone(of lineage.Input) bool {
	c := a.properties(of)
	if c == nil {
		return false
	}
	if c.Inherit != nil {
		return !*c.Inherit
	}
	v, given := c.MetaValue("inherit")
	return given && !jinja.Truth(v)
}

// inheriting finds what columns inherit, each once: there may be many ways to the same one.
type inheriting struct {
	*Analysis
	known map[lineage.Input]Traits // what copies of a column get from it; empty while that is being found out
}

func (a *Analysis) inheriting() *inheriting {
	return &inheriting{Analysis: a, known: map[lineage.Input]Traits{}}
}

// passed is what copies of a column get from it: what it says and what it inherits.
func (h *inheriting) passed(of lineage.Input) Traits {
	if t, ok := h.known[key(of)]; ok {
		return t
	}
	h.known[key(of)] = Traits{} // a model that reads itself has nothing of itself
	own, more := h.Said(of), h.from(of)
	if own.Description == nil {
		own.Description = more.Description
	}
	own.Tags = slices.Concat(own.Tags, more.Tags)
	if own.PII == nil {
		own.PII = more.PII
	}
	h.known[key(of)] = own
	return own
}

// from is what a column inherits.
func (h *inheriting) from(of lineage.Input) Traits {
	derived, copied := h.origins(of)
	if len(copied) == 0 || h.alone(of) {
		return Traits{}
	}
	own := h.Said(of)
	var out Traits
	same := len(derived) == len(copied)
	for i, in := range copied {
		t := h.passed(in)
		switch d := t.Description; {
		case i == 0:
			out.Description = d
		case d == nil || out.Description == nil || d.Text != out.Description.Text:
			same = false
		}
		out.Tags = united(out.Tags, t.Tags, own.Tags)
		out.PII = united(out.PII, t.PII, nil)
	}
	if !same || own.Description != nil {
		out.Description = nil
	}
	if own.PII != nil {
		out.PII = nil
	}
	if len(out.PII) > 1 { // one side of a union has personal data, and so has the union
		out.PII = slices.DeleteFunc(out.PII, func(s Said) bool { return s.Text == "false" })
	}
	return out
}

// origins are the columns that a column is made of, and those among them that it is a copy of.
func (a *Analysis) origins(of lineage.Input) (derived, copied []lineage.Input) {
	n := a.nodes[of.Table]
	if n == nil {
		return nil, nil
	}
	c := n.Column(of.Column)
	if c == nil {
		return nil, nil
	}
	for _, u := range c.Uses {
		if !u.Kind.Derives() || key(u.Input) == key(of) {
			continue
		}
		derived = append(derived, u.Input)
		if u.Kind.Carries() {
			copied = append(copied, u.Input)
		}
	}
	return derived, copied
}

// united is a list with what another says that neither it nor the third says.
func united(list, more, hidden []Said) []Said {
	for _, s := range more {
		same := func(t Said) bool { return t.Text == s.Text }
		if !slices.ContainsFunc(list, same) && !slices.ContainsFunc(hidden, same) {
			list = append(list, s)
		}
	}
	return list
}
