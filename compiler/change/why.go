package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/lineage"
)

// whyChanged tells what of the node itself changed, and what that does to its rows and columns.
func (j *judge) whyChanged(v *Verdict) []Reason {
	var out []Reason
	for _, d := range v.Impact.Differences {
		p := d.Part()
		if d.Effect < fingerprint.Storage || p.Kind == fingerprint.UpstreamPart || p.Kind == fingerprint.DriftPart {
			continue
		}
		if p.Kind == fingerprint.QueryPart && p.Name == "" {
			out = append(out, j.whyQuery(v)...)
			continue
		}
		out = append(out, Reason{Said(d), p.At})
	}
	if len(v.Impact.Because) > 0 {
		out = append(out, j.whyAffected(v)...)
	}
	return append(out, causes(v.Impact.Differences)...)
}

// causes are the macros and variables that differ: they made the query another.
func causes(differences []fingerprint.Difference) []Reason {
	var out []Reason
	for _, d := range differences {
		if p := d.Part(); d.Effect == fingerprint.Cause {
			out = append(out, Reason{Said(d), p.At})
		}
	}
	return out
}

// whyQuery tells what another query makes of rows and columns.
func (j *judge) whyQuery(v *Verdict) []Reason {
	m := j.Nodes[v.ID]
	if m.known == nil || len(m.known.Forms) == 0 {
		return []Reason{{"what its query will be is known only to the warehouse", codeAt(v.Node)}}
	}
	var out []Reason
	form := m.known.Forms[0]
	for _, c := range v.Impact.Added {
		out = append(out, Reason{"its rows are chosen by another " + c.Word, form.At(c.At)})
	}
	for _, c := range v.Impact.Removed {
		if !slices.ContainsFunc(v.Impact.Added, func(a fingerprint.Clause) bool { return a.Word == c.Word }) {
			out = append(out, Reason{"its rows are not chosen by a " + c.Word + " any more", codeAt(v.Node)})
		}
	}
	for _, c := range v.Impact.Columns {
		at := diag.Span{}
		if c.State != fingerprint.Removed {
			at = form.At(c.At)
		}
		switch {
		case c.State == fingerprint.Added:
			out = append(out, Reason{fmt.Sprintf("the column %s is new", c.Name), at})
		case c.State == fingerprint.Removed:
			out = append(out, Reason{fmt.Sprintf("the column %s is gone", c.Name), codeAt(v.Node)})
		case c.State == fingerprint.Changed && !v.Impact.Rows:
			out = append(out, Reason{fmt.Sprintf("the column %s has other values", c.Name), at})
		}
	}
	switch {
	case len(out) > 0:
	case v.Impact.Rows:
		out = append(out, Reason{"its query may give other rows", codeAt(v.Node)})
	case v.Impact.Order:
		out = append(out, Reason{"its columns or rows are in another order", codeAt(v.Node)})
	default:
		out = append(out, Reason{"its query is written in another way", codeAt(v.Node)})
	}
	return out
}

// whyAffected tells what the node uses that changed.
func (j *judge) whyAffected(v *Verdict) []Reason {
	var out []Reason
	rows := map[string]bool{} // of which all that is read may be other rows
	for _, b := range v.Impact.Because {
		rows[b.Table] = rows[b.Table] || b.Column == ""
	}
	for i, b := range v.Impact.Because {
		same := func(t fingerprint.Through) bool { return t.Input == b.Input && t.State == b.State }
		if rows[b.Table] && b.Column != "" || slices.ContainsFunc(v.Impact.Because[:i], same) {
			continue
		}
		out = append(out, Reason{j.used(b, v.Impact.Because[i:]), j.placeOf(b.Input)})
	}
	if len(out) > 0 {
		return out
	}
	for _, d := range v.Impact.Differences {
		if p := d.Part(); p.Kind == fingerprint.UpstreamPart {
			out = append(out, Reason{fmt.Sprintf("it reads %s, which changed", j.nameOf(p.Name)), v.Node.At})
		}
	}
	return out
}

// placeOf is where the code gives a column of a node, or where that code begins; the zero Span of what is not in the project.
func (g *Graph) placeOf(c lineage.Input) diag.Span {
	m := g.Nodes[c.Table]
	if m == nil {
		return diag.Span{}
	}
	if m.known != nil && len(m.known.Forms) > 0 {
		if column := m.known.Column(c.Column); column != nil {
			if at := m.known.Forms[0].At(column.At); !at.IsZero() {
				return at
			}
		}
	}
	return codeAt(m.Node)
}

// codeAt is where the code of a node begins, wherever its properties are.
func codeAt(n *compiler.Node) diag.Span {
	if n.Type == compiler.Model && n.File != nil {
		return diag.Span{Source: n.File.Source}
	}
	return n.At
}

// verbs say what a query does with a column that it reads.
var verbs = map[lineage.Kind]string{
	lineage.Copy: "copies", lineage.Rename: "copies", lineage.Transform: "computes with", lineage.Aggregate: "aggregates", lineage.Filter: "filters by",
	lineage.Join: "joins by", lineage.Group: "groups by", lineage.Order: "sorts by",
}

// used says what a node does with what changed: all that it does with the same column, as a list of such has it.
func (j *judge) used(t fingerprint.Through, all []fingerprint.Through) string {
	if t.Column == "" {
		return fmt.Sprintf("it reads the rows of %s, which may be others", j.nameOf(t.Table))
	}
	var does []string
	for _, other := range all {
		if verb := verbs[other.Kind]; other.Input == t.Input && other.State == t.State && !slices.Contains(does, verb) {
			does = append(does, verb)
		}
	}
	what := does[0]
	if last := len(does) - 1; last > 0 {
		what = strings.Join(does[:last], ", ") + " and " + does[last]
	}
	states := map[fingerprint.State]string{fingerprint.Added: "is new", fingerprint.Removed: "is gone", fingerprint.Changed: "has other values"}
	return fmt.Sprintf("it %s %s.%s, which %s", what, j.nameOf(t.Table), t.Column, states[t.State])
}

// whyKept tells what changed of what the node reads, none of which it uses.
func (j *judge) whyKept(v *Verdict) []Reason {
	var out []Reason
	for _, d := range v.Impact.Differences {
		if d.Part().Kind == fingerprint.UpstreamPart && d.Was != nil {
			out = append(out, Reason{j.proof(*d.Was, v.Impact.Differences), v.Node.At})
		}
	}
	for _, id := range j.Nodes[v.ID].Reads {
		if names := changedNames(sourceChange(id, v.Impact.Differences)); names != "" {
			out = append(out, Reason{fmt.Sprintf("it uses nothing of what changed in %s: %s", j.nameOf(id), names), v.Node.At})
		}
	}
	return out
}

// changedNames are the names of the columns that are not as they were.
func changedNames(c fingerprint.Change) string {
	var names []string
	for _, column := range c.Columns {
		if column.State != fingerprint.Kept {
			names = append(names, column.Name)
		}
	}
	return strings.Join(names, ", ")
}

// proof says what changed in a node that another reads, and that the other uses nothing of it.
func (j *judge) proof(was fingerprint.Part, differences []fingerprint.Difference) string {
	names := changedNames(j.upstream(was, differences))
	if names == "" {
		return fmt.Sprintf("%s has the same rows and columns as before", j.nameOf(was.Name))
	}
	return fmt.Sprintf("it uses nothing of what changed in %s: %s", j.nameOf(was.Name), names)
}

// Said says what differs.
func Said(d fingerprint.Difference) string {
	p := d.Part()
	what := p.Kind.String()
	if p.Kind == fingerprint.UpstreamPart {
		what = "what it reads:"
	}
	if p.Name != "" {
		what += " " + p.Name
	}
	switch {
	case p.Kind == fingerprint.QueryPart && p.Name == "":
		return "its query is another"
	case p.Kind == fingerprint.QueryPart:
		return "the query that adds rows is another"
	case p.Kind == fingerprint.SourcePart && p.Name == "file":
		return "its file has other rows"
	case d.Was == nil:
		return what + " is new" + value(": ", d.Is)
	case d.Is == nil:
		return what + " is gone" + value(", it was ", d.Was)
	case d.Was.Value != "" && d.Is.Value != "":
		return fmt.Sprintf("%s was %s and is %s", what, d.Was.Value, d.Is.Value)
	}
	return what + " is another"
}

func value(before string, p *fingerprint.Part) string {
	if p.Value == "" {
		return ""
	}
	return before + p.Value
}

// nameOf is a node's name as people say it.
func (g *Graph) nameOf(id string) string {
	if n := g.Graph.Nodes[id]; n != nil {
		return n.Label()
	}
	return id[strings.LastIndex(id, ".")+1:]
}
