package project

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// decoder takes YAML apart and reports what does not fit.
type decoder struct {
	list     *diag.List
	strict   bool
	dated    bool // old spellings are reported
	renderer *renderer
}

// loose reports what dbt would pass over: a warning, with strict an error.
func (d *decoder) loose(n *node, code diag.Code, message, hint string) *diag.Diagnostic {
	severity := diag.Warning
	if d.strict {
		severity = diag.Error
	}
	return d.list.Add(&diag.Diagnostic{Severity: severity, Code: code, Span: n.at, Message: message, Hint: hint})
}

// old reports a spelling that dbt v2 refuses, if that is asked for. Fix writes it as it should be; it may be missing.
func (d *decoder) old(n *node, message, hint string, fix ...diag.Edit) {
	if d.dated {
		d.list.Add(&diag.Diagnostic{Severity: diag.Info, Code: CodeDated, Span: n.at, Message: message, Hint: hint, Fix: fix})
	}
}

// respell is the fix that writes a key otherwise; none for a key in quotes.
func respell(k *node, as string) []diag.Edit {
	if k.at.Text() != k.text {
		return nil
	}
	return diag.Replace(k.at, as)
}

// moved reports keys of a mapping that belong under its config now.
func (d *decoder) moved(n *node, keys ...string) {
	for _, key := range keys {
		if k, _ := n.pair(key); k != nil {
			d.old(k, `"`+key+`" beside config`, `put it under "config:"`)
		}
	}
}

// wrongType reports a value that should be something else.
func (d *decoder) wrongType(n *node, key, want string) {
	e := d.list.Errorf(n.at, CodeInvalidProperty, "%q must be %s, not %s", key, want, describe(n))
	if want == "a list" {
		e.Hint = `begin each entry with "- "`
	}
}

// describe says what n is, for a message that says what it should be.
func describe(n *node) string {
	if n.kind != scalar {
		return "a " + n.kind.String()
	}
	switch resolveScalar(n).(type) {
	case nil:
		return "empty"
	case string:
		return "text"
	case bool:
		return n.text
	default:
		return "the number " + n.text
	}
}

// checkKeys reports the keys of a mapping that are not known; older ones are passed over.
func (d *decoder) checkKeys(n *node, what string, known, older []string) {
	for i := 0; i+1 < len(n.items); i += 2 {
		k := n.items[i]
		if !slices.Contains(known, k.text) && !slices.Contains(older, k.text) {
			d.unknownKey(n, k, what, known)
		}
	}
}

// unknownKey reports a key of a mapping that is not one of those known. If there is no doubt about what was meant, it can be mended.
func (d *decoder) unknownKey(n, k *node, what string, known []string) {
	e := d.loose(k, CodeUnknownKey, `"`+k.text+`" is not `+what, diag.DidYouMean(k.text, known))
	if meant := diag.Meant(k.text, known); meant != "" && n.get(meant) == nil {
		e.Fix = respell(k, meant)
	}
}

// texts reads a list of text, or a single text, from n's value.
func (d *decoder) texts(n *node, v jinja.Value, key string) []string {
	items := listed(v)
	out := make([]string, 0, len(items))
	for i, item := range items {
		switch item.(type) {
		case string, int, float64, bool:
			out = append(out, jinja.Str(item))
		default:
			at := n
			if n.kind == sequence && i < len(n.items) {
				at = n.items[i]
			}
			d.wrongType(at, key, "text or a list of text")
		}
	}
	return out
}

// text is n's text: rendered or, where dbt leaves it for later, as written. Numbers and truth values are taken as text.
func (d *decoder) text(n *node, v jinja.Value, key string) string {
	if n.isNull() || v == nil {
		return ""
	}
	switch v.(type) {
	case *jinja.List, *jinja.Dict:
		d.wrongType(n, key, "text")
		return ""
	}
	return jinja.Str(v)
}

// mappingOr is n if it is a mapping; anything else but null is reported.
func (d *decoder) mappingOr(n *node, key string) *node {
	if n.isNull() {
		return nil
	}
	if n.kind != mapping {
		d.wrongType(n, key, "a mapping")
		return nil
	}
	return n
}

// itemsOf are the items of a list; anything else but null is reported.
func (d *decoder) itemsOf(n *node, key string) []*node {
	if n.isNull() {
		return nil
	}
	if n.kind != sequence {
		d.wrongType(n, key, "a list")
		return nil
	}
	return n.items
}
