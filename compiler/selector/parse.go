package selector

import (
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// parse reads the values of a flag: criteria separated by spaces are united, those separated by commas intersected.
func parse(flag string, values []string, mode Indirect, l *diag.List) expression {
	src := diag.NewSource(flag, strings.Join(values, " "))
	all := &group{op: union, indirect: mode}
	for at := range fields(diag.Span{Source: src, End: len(src.Text)}, ' ') {
		if at.Text() == "" && strings.TrimSpace(src.Text) != "" {
			continue
		}
		both := &group{op: intersection, indirect: mode, expected: at}
		for part := range fields(at, ',') {
			if c := parseCriterion(part, mode, l); c != nil {
				both.parts = append(both.parts, c)
			}
		}
		all.parts = append(all.parts, both)
	}
	return all
}

// fields yields the pieces of a span between separators.
func fields(at diag.Span, separator byte) func(yield func(diag.Span) bool) {
	return func(yield func(diag.Span) bool) {
		text, start := at.Text(), at.Start
		for {
			i := strings.IndexByte(text, separator)
			if i < 0 {
				yield(diag.Span{Source: at.Source, Start: start, End: start + len(text)})
				return
			}
			if !yield(diag.Span{Source: at.Source, Start: start, End: start + i}) {
				return
			}
			text, start = text[i+1:], start+i+1
		}
	}
}

// parseCriterion reads one criterion: [@][n+][method:]value[+n]. It returns nil if it reported an error.
func parseCriterion(at diag.Span, mode Indirect, l *diag.List) *criterion {
	c := &criterion{at: at, indirect: mode}
	rest := at
	if strings.HasPrefix(rest.Text(), "@") {
		c.with.childrensParents = true
		rest.Start++
	}
	if digits, ok := countBefore(rest.Text()); ok {
		c.with.parents = distance(digits)
		rest.Start += len(digits) + 1
	}
	if digits, ok := countAfter(rest.Text()); ok {
		c.with.children = distance(digits)
		rest.End -= len(digits) + 1
	}
	if c.with.childrensParents && c.with.children != 0 {
		l.Errorf(at, InvalidSelector, "%q begins with @ and ends with +", at.Text()).Hint =
			"remove one: @ already includes all descendants"
		return nil
	}
	name, value, ok := strings.Cut(rest.Text(), ":")
	if !ok || !isMethodName(name) {
		c.method, c.value = defaultMethod(rest.Text()), rest.Text()
		return c
	}
	parts := strings.Split(name, ".")
	c.method, c.args, c.value = methodNamed(parts[0]), parts[1:], value
	methodAt := diag.Span{Source: rest.Source, Start: rest.Start, End: rest.Start + len(parts[0])}
	if c.method == nil {
		l.Errorf(methodAt, InvalidSelector, "there is no selection method %q", parts[0]).Hint = methodHint(parts[0])
		return nil
	}
	return c.checked(methodAt, l)
}

// checked returns c, or nil after reporting that its method cannot take its value.
func (c *criterion) checked(methodAt diag.Span, l *diag.List) *criterion {
	if c.method.check != nil {
		if message, hint := c.method.check(c); message != "" {
			l.Errorf(c.at, InvalidSelector, "%s", message).Hint = hint
			return nil
		}
	}
	return c
}

func methodHint(name string) string {
	if hint := diag.DidYouMean(name, Methods()); hint != "" {
		return hint
	}
	return "the methods are " + strings.Join(Methods(), ", ")
}

// countBefore finds the "2+" or "+" that a criterion begins with.
func countBefore(text string) (digits string, ok bool) {
	n := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if n < 0 || text[n] != '+' {
		return "", false
	}
	return text[:n], true
}

// countAfter finds the "+2" or "+" that a criterion ends with.
func countAfter(text string) (digits string, ok bool) {
	i := strings.LastIndexByte(text, '+')
	if i < 0 || strings.ContainsFunc(text[i+1:], func(r rune) bool { return r < '0' || r > '9' }) {
		return "", false
	}
	return text[i+1:], true
}

// distance is how far that many steps reach; without a number, and for one that no graph can have, without end.
func distance(digits string) depth {
	n, err := strconv.Atoi(digits)
	if digits == "" || err != nil {
		return anyDepth
	}
	return depth(n)
}

func isMethodName(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// defaultMethod is the method of a value that names none: a path has slashes, a file an ending that models have.
func defaultMethod(value string) *method {
	lower := strings.ToLower(value)
	switch {
	case strings.ContainsAny(value, `/\`):
		return methodNamed("path")
	case slices.ContainsFunc([]string{".sql", ".py", ".csv"}, func(end string) bool { return strings.HasSuffix(lower, end) }):
		return methodNamed("file")
	default:
		return methodNamed("fqn")
	}
}
