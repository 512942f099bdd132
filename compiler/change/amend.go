package change

import (
	"fmt"
	"maps"
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/jinja"
)

// beside is what is to be set beside the rows of a node, by what it is; nothing where the warehouse keeps none of it, or nobody says what it should be.
func (g *Graph) beside(n *compiler.Node) map[string]string {
	if !n.Stored() || n.Config == nil {
		return nil
	}
	out := map[string]string{}
	d := g.Graph.Of(n).Dialect
	if rights, _ := n.Config.Get("grants").(map[string]any); len(rights) > 0 && d.Has(dialect.Grants) {
		out["grants"] = fingerprint.Config("grants", rights, n.At).Hash.String()
	}
	if !d.Has(dialect.Comments) {
		return out
	}
	var texts []string
	if n.Config.Persists("relation") && n.Description != "" {
		texts = append(texts, n.Description)
	}
	if n.Config.Persists("columns") {
		for _, c := range n.Columns {
			texts = append(texts, c.Name, c.Description, jinja.Str(c.Quote))
		}
	}
	if len(texts) > 0 {
		out["descriptions"] = fingerprint.Of(texts...).String()
	}
	return out
}

// amended tells whether something beside the rows is to be set anew, of a node that is not built for another reason.
func (v *Verdict) amended(m *Made) bool {
	if v.Needed() || !m.Stored() {
		return false
	}
	var reasons []Reason
	for _, what := range slices.Sorted(maps.Keys(m.Beside)) {
		if v.Built.Beside[what] != m.Beside[what] {
			reasons = append(reasons, Reason{fmt.Sprintf("its %s are others", what), m.At})
		}
	}
	if len(reasons) == 0 {
		return false
	}
	v.State, v.Reasons = Amended, append(reasons, v.Reasons...)
	return true
}
