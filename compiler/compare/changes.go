package compare

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
)

// Change is how a node differs from what it was in the earlier state: Old is nil for one that is new, Node for one that is gone.
type Change struct {
	Node *compiler.Node
	Old  *artifact.Entry
	// How are the methods state:modified.X that tell it changed: "body", "configs", "relation", "persisted_descriptions", "contract", "macros"; and
	// by their names the other properties that count as a change ("access", "freshness").
	How     []string
	Configs []ConfigChange
	Broken  string // what others relied on of its contract, as a clause
}

// ConfigChange is a config with another value than it had, as it is written; nil where it is not.
type ConfigChange struct {
	Key     string
	Was, Is any
}

// compared are the types of nodes that a manifest tells enough of.
var compared = []compiler.Type{
	compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Analysis, compiler.Test, compiler.Source, compiler.Exposure, compiler.UnitTest,
}

// Changes are the nodes that are new, changed or gone, those of the graph in its order, then those that are gone by their IDs. It is an error if
// there is no earlier manifest.
func (h *History) Changes() ([]Change, error) {
	state, err := load(h.Manifest, "manifest.json")
	if err != nil {
		return nil, err
	}
	var out []Change
	for _, n := range h.Graph.Order {
		if !slices.Contains(compared, n.Type) {
			continue
		}
		old := state.Nodes[n.ID]
		if old == nil {
			out = append(out, Change{Node: n})
			continue
		}
		now, err := artifact.Values(h.Graph.Describe(n))
		if err != nil {
			return nil, err
		}
		c := Change{Node: n, Old: old}
		if c.take(h, state, pair{old: old.Values(), now: now, node: n}); len(c.How) > 0 {
			out = append(out, c)
		}
	}
	var gone []Change
	for id, old := range state.Nodes {
		if h.Graph.Nodes[id] == nil && slices.Contains(compared, old.Type) {
			gone = append(gone, Change{Old: old})
		}
	}
	slices.SortFunc(gone, func(a, b Change) int { return strings.Compare(a.Old.ID, b.Old.ID) })
	return append(out, gone...), nil
}

// take finds out how a node has changed.
func (c *Change) take(h *History, state *artifact.State, p pair) {
	add := func(how string, changed bool) {
		if changed {
			c.How = append(c.How, how)
		}
	}
	code := hasCode(p.node)
	add("body", code && !p.sameBody() && (p.node.Type != compiler.Test || p.now["test_metadata"] == nil))
	add("configs", p.node.Type != compiler.UnitTest && !p.sameConfig())
	add("relation", !p.samePlace())
	add("persisted_descriptions", code && !p.sameDescriptions())
	if p.node.Type == compiler.Model {
		same, broken := p.contract()
		add("contract", !same)
		if broken != nil {
			c.Broken = broken.Message
		}
	}
	for _, key := range p.properties() {
		add(strings.ReplaceAll(key, "_", " "), !p.equal(key))
	}
	add("dependencies", p.node.Type == compiler.Exposure && !p.sameDependencies())
	add("macros", h.macrosChanged(state, p.node))
	if slices.Contains(c.How, "configs") || slices.Contains(c.How, "relation") {
		c.Configs = p.configs()
	}
}

// properties are what counts as a change of a node beside its code, its configs and where it is stored.
func (p pair) properties() []string {
	switch p.node.Type {
	case compiler.Source:
		return []string{"fqn", "quoting", "freshness", "loaded_at_field", "external"}
	case compiler.Exposure:
		return []string{"fqn", "type", "owner", "maturity", "url", "description", "label"}
	case compiler.UnitTest:
		return []string{"checksum"}
	case compiler.Model:
		return []string{"fqn", "latest_version", "access", "deprecation_date"}
	default:
		return []string{"fqn"}
	}
}

// configs are those that are written otherwise.
func (p pair) configs() []ConfigChange {
	var out []ConfigChange
	old, now := mapAt(p.old, "unrendered_config"), mapAt(p.now, "unrendered_config")
	for _, key := range keysOf(old, now) {
		if p.node.Type == compiler.Test && !slices.Contains(ofTests, key) || sameWritten(old[key], now[key]) {
			continue
		}
		out = append(out, ConfigChange{key, old[key], now[key]})
	}
	return out
}
