package project

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
)

// shape is what a mapping in properties may hold.
type shape struct {
	what   string // "a metric"
	fields []field
}

// field is one key of a shape.
type field struct {
	name     string
	rule     rule
	required bool
}

// rule reports what is wrong with the value of a key. It is not called for null.
type rule func(r *propertiesReader, n *node, key string)

// check reports what does not fit the shape.
func (s *shape) check(r *propertiesReader, n *node) {
	if n.kind != mapping {
		r.list.Errorf(n.at, CodeInvalidProperty, "%s must be a mapping, not %s", s.what, describe(n))
		return
	}
	known := make([]string, len(s.fields))
	for i, f := range s.fields {
		known[i] = f.name
		v := n.get(f.name)
		switch {
		case !v.isNull():
			f.rule(r, v, f.name)
		case f.required:
			r.list.Errorf(startOf(n), CodeInvalidProperty, "%s without %q", s.what, f.name).Hint = `add "` + f.name + `:"`
		}
	}
	r.checkKeys(n, "a property of "+s.what, known, nil)
}

// startOf is where a mapping is pointed at: its name, or its first key.
func startOf(n *node) diag.Span {
	if name := n.get("name"); !name.isNull() {
		return name.at
	}
	if len(n.items) > 0 {
		return n.items[0].at
	}
	return n.at
}

func isText(r *propertiesReader, n *node, key string) {
	if n.kind != scalar {
		r.wrongType(n, key, "text")
	}
}

func isNumber(r *propertiesReader, n *node, key string) {
	switch resolveScalar(n).(type) {
	case int, float64:
	default:
		r.wrongType(n, key, "a number")
	}
}

func isTruth(r *propertiesReader, n *node, key string) {
	if _, ok := resolveScalar(n).(bool); !ok && !hasTemplates(n) {
		r.wrongType(n, key, "true or false")
	}
}

func isDict(r *propertiesReader, n *node, key string) { r.mappingOr(n, key) }

// isTexts is for a list of text, or a single text.
func isTexts(r *propertiesReader, n *node, key string) {
	if n.kind == sequence {
		eachOf(isText)(r, n, key)
	} else {
		isText(r, n, key)
	}
}

func among(what string, values ...string) rule {
	return func(r *propertiesReader, n *node, key string) {
		if n.kind != scalar {
			r.wrongType(n, key, "text")
			return
		}
		r.oneOf(n, what, values)
	}
}

func eachOf(each rule) rule {
	return func(r *propertiesReader, n *node, key string) {
		for _, item := range r.itemsOf(n, key) {
			each(r, item, key)
		}
	}
}

func object(s *shape) rule {
	return func(r *propertiesReader, n *node, _ string) { s.check(r, n) }
}

// nameOr is for a thing that is given by its name, or as a mapping with more.
func nameOr(s *shape) rule {
	return func(r *propertiesReader, n *node, _ string) {
		if n.kind != scalar {
			s.check(r, n)
		}
	}
}

// oneOf checks that a value is one of those, if nothing is rendered in it.
func (r *propertiesReader) oneOf(n *node, what string, values []string) {
	if n.isNull() || hasTemplates(n) || slices.Contains(values, n.text) {
		return
	}
	r.list.Errorf(n.at, CodeInvalidProperty, "%q is not %s: it is %s", n.text, what, orList(values)).Hint = diag.DidYouMean(n.text, values)
}

// orList is "a, b or c".
func orList(values []string) string {
	out := ""
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			out += " or "
		default:
			out += ", "
		}
		out += v
	}
	return out
}
