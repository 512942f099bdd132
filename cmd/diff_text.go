package cmd

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/runner"
)

// text tells of comparisons for people.
func (d *differ) text(found []runner.Compared) string {
	t := &diffText{paint: d.paint(), keys: true}
	for _, c := range d.alone {
		fmt.Fprintf(&t.out, "%s is new\n\n", t.strong.Render(c.Node.Label()))
	}
	same := 0
	for _, c := range found {
		switch {
		case c.Err != nil:
			fmt.Fprintf(&t.out, "%s was not compared: %v\n\n", t.strong.Render(nameOf(c)), c.Err)
		case c.Result.Same() && len(d.options.key) > 0 && c.Result.Unkeyed != "": // who names a key wants to know that it told nothing apart
			fmt.Fprintf(&t.out, "%s is the same as far as whole rows tell: %s\n\n", t.strong.Render(nameOf(c)), c.Result.Unkeyed)
		case c.Result.Same() && c.Result.Sampled > 0:
			fmt.Fprintf(&t.out, "%s is the same in a sample of about %s of the rows\n\n", t.strong.Render(nameOf(c)), percent(c.Result.Sampled))
		case c.Result.Same():
			same++
		default:
			t.result(nameOf(c), c.Result)
			t.out.WriteString("\n")
		}
	}
	if same > 0 {
		verb := map[bool]string{true: "is", false: "are"}[same == 1]
		fmt.Fprintf(&t.out, "%s %s the same\n", count(same, "relation"), verb)
	}
	return strings.TrimRight(t.out.String(), "\n") + "\n"
}

// nameOf is what was compared.
func nameOf(c runner.Compared) string {
	if c.Node != nil {
		return c.Node.Label()
	}
	return c.Spec.Base.Relation.String() + " → " + c.Spec.New.Relation.String()
}

// diffText tells of comparisons.
type diffText struct {
	paint
	out   strings.Builder
	width int  // of the words before lines
	keys  bool // who reads it can name a key
}

// line writes a line with a word before it.
func (t *diffText) line(word, format string, args ...any) {
	fmt.Fprintf(&t.out, "  %s  %s\n", padded(word, word, t.width), fmt.Sprintf(format, args...))
}

func (t *diffText) result(name string, r *diff.Result) {
	t.width = len("removed")
	for _, c := range r.Columns {
		t.width = max(t.width, min(lipgloss.Width(c.Name), 30))
	}
	t.out.WriteString(t.strong.Render(name))
	if len(r.Key) > 0 {
		t.out.WriteString(t.dim.Render(" by " + strings.Join(r.Key, ", ")))
	}
	t.out.WriteString("\n")
	if r.Unkeyed != "" {
		hint := ""
		if t.keys && r.Unkeyed == diff.NoKey {
			hint = ", and --key may"
		}
		t.line("", "%s", t.dim.Render(r.Unkeyed+hint))
	}
	t.schema(r.Schema)
	rows := grouped(r.Rows.Base)
	if r.Rows.New != r.Rows.Base {
		rows += " → " + grouped(r.Rows.New)
	}
	t.line("rows", "%s%s", rows, t.became(r))
	if r.Sampled > 0 {
		t.line("", "%s", t.dim.Render(fmt.Sprintf("of a sample: about %s of the rows, chosen by the hash of %s", percent(r.Sampled), sampledBy(r))))
	}
	if n := len(r.Trusted); n > 0 {
		names := r.Trusted
		if n > 5 {
			names = append(slices.Clone(names[:5]), fmt.Sprintf("%d more", n-5))
		}
		t.line("", "%s", t.dim.Render("not compared, since the change gives them no other values: "+strings.Join(names, ", ")))
	}
	for _, c := range r.Columns {
		t.line(c.Name, "%s", t.column(r, c))
		t.spread(c)
	}
	for _, f := range r.Focus {
		value := "'" + f.Value + "'"
		if f.Null {
			value = "null"
		}
		t.line("where", "%s of the changed rows have %s = %s, and %s of all", percent(f.Changed), f.Column, value, percent(f.All))
	}
	if r.Looked < r.Changed && len(r.Focus) > 0 {
		t.line("", "%s", t.dim.Render(fmt.Sprintf("by the first %s of the changed rows", grouped(r.Looked))))
	}
	for _, s := range r.Samples {
		t.line(string(s.Kind), "%s", sampleText(s))
	}
}

// sampledBy is what the rows of a sample are chosen by.
func sampledBy(r *diff.Result) string {
	if len(r.Key) == 0 {
		return "all that is in them"
	}
	return "the key"
}

func (t *diffText) schema(s diff.Schema) {
	for _, c := range s.Added {
		t.line("column", "%s", t.good.Render("+ "+c.Name+" "+strings.ToLower(c.Type)))
	}
	for _, c := range s.Removed {
		t.line("column", "%s", t.bad.Render("- "+c.Name+" "+strings.ToLower(c.Type)))
	}
	for _, c := range s.Retyped {
		t.line("column", "%s", t.warn.Render(fmt.Sprintf("~ %s %s → %s", c.Name, strings.ToLower(c.Base), strings.ToLower(c.New))))
	}
}

// became tells how many rows differ.
func (t *diffText) became(r *diff.Result) string {
	var parts []string
	for _, part := range []struct {
		n    int64
		word string
	}{{r.Added, "added"}, {r.Removed, "removed"}, {r.Changed, "changed"}} {
		if part.n > 0 {
			parts = append(parts, grouped(part.n)+" "+part.word)
		}
	}
	switch {
	case len(parts) > 0:
		return ": " + join(parts, "and")
	case len(r.Key)+len(r.Common()) == 0:
		return ", and no column that both have"
	}
	return ", none differs in what both have"
}

// column tells how a column differs.
func (t *diffText) column(r *diff.Result, c *diff.Column) string {
	text := grouped(c.Changed) + " changed"
	if part := float64(c.Changed) / (float64(max(r.Rows.New, 1)) * cmp.Or(r.Sampled, 1)); part >= 0.001 {
		text += " (" + percent(part) + ")"
	}
	was, is := c.Stats.Base, c.Stats.New
	switch {
	case was.Mean != nil && is.Mean != nil:
		text += ", mean " + arrow(number(*was.Mean), number(*is.Mean))
	case was.Min != nil && is.Min != nil && (*was.Min != *is.Min || *was.Max != *is.Max):
		text += fmt.Sprintf(", %s … %s → %s … %s", *was.Min, *was.Max, *is.Min, *is.Max)
	}
	if was.Nulls != is.Nulls {
		text += ", nulls " + arrow(grouped(was.Nulls), grouped(is.Nulls))
	}
	return text
}

// arrow is a value before and after.
func arrow(was, is string) string {
	if was == is {
		return was
	}
	return was + " → " + is
}

// number is a number as people read it.
func number(text string) string {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f, 'g', 6, 64)
}

// percent is a part of a whole.
func percent(part float64) string {
	if p := part * 100; p < 1 || p > 99 && p < 100 {
		return strconv.FormatFloat(math.Round(p*10)/10, 'f', -1, 64) + " %"
	}
	return fmt.Sprintf("%.0f %%", part*100)
}

// sampleText is a row that differs.
func sampleText(s diff.Sample) string {
	var parts []string
	for _, v := range s.Key {
		parts = append(parts, v.Column+" "+cmp.Or(sampleValue(v.New), sampleValue(v.Base), "null"))
	}
	var values []string
	for i, v := range s.Values {
		if i == 4 {
			values = append(values, fmt.Sprintf("and %d more", len(s.Values)-i))
			break
		}
		switch was, is := cmp.Or(sampleValue(v.Base), "null"), cmp.Or(sampleValue(v.New), "null"); s.Kind {
		case diff.Changed:
			values = append(values, v.Column+" "+was+" → "+is)
		case diff.Added:
			values = append(values, v.Column+" "+is)
		default:
			values = append(values, v.Column+" "+was)
		}
	}
	if len(parts) == 0 {
		return strings.Join(values, ", ")
	}
	return strings.Join(parts, ", ") + ": " + strings.Join(values, ", ")
}

// longest is how much of a value is shown.
const longestValue = 40

// sampleValue is a value, "" for null.
func sampleValue(v *string) string {
	switch {
	case v == nil:
		return ""
	case *v == "":
		return "''"
	}
	text := strings.ReplaceAll(*v, "\n", " ")
	if short := []rune(text); len(short) > longestValue {
		return string(short[:longestValue]) + "…"
	}
	return text
}
