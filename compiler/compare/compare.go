// Package compare tells what changed in a project since an earlier state of it, by dbt's rules: it answers the selection methods state, result and
// source_status. https://docs.getdbt.com/reference/node-selection/state-comparison-caveats
package compare

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/macros"
)

// The codes of the problems of a comparison.
const (
	// NoArtifact is a comparison with an artifact that is not there.
	NoArtifact diag.Code = "no-artifact"
	// BrokenContract is a change of a model that breaks the contract which others rely on: a column was removed, or has another type.
	BrokenContract diag.Code = "broken-contract"
)

// History is a graph beside an earlier state of its project. Its functions are called when what they read is first needed, and give
// nil for an artifact that is not there. It implements selector.Earlier, and is safe for concurrent use.
type History struct {
	Graph    *compiler.Graph
	Manifest func() (*artifact.State, error)
	Results  func() (*artifact.RunResults, error)
	// Sources and SourcesNow are how fresh sources were in the earlier state, and are now.
	Sources, SourcesNow func() (*artifact.Sources, error)
	// Report is told of changes that are no errors, and should be known; nil drops them.
	Report func(*diag.Diagnostic)

	mu      sync.Mutex
	macros  map[string]*macros.Macro // by ID; nil until they were compared
	changed map[string]bool          // those that are not what they were
	judged  map[string]verdict
}

// verdict is the comparison of a node's contract, which is made once.
type verdict struct {
	same bool
	err  error
}

// State implements selector.Earlier.
func (h *History) State(change string, n *compiler.Node) (bool, error) {
	state, err := load(h.Manifest, "manifest.json")
	if err != nil {
		return false, err
	}
	old := state.Nodes[n.ID]
	switch change {
	case "new":
		return old == nil, nil
	case "old":
		return old != nil, nil
	case "modified.macros":
		return h.macrosChanged(state, n), nil
	}
	if old == nil {
		return isChange(change, n), nil
	}
	now, err := artifact.Values(h.Graph.Describe(n))
	if err != nil {
		return false, err
	}
	p := pair{old: old.Values(), now: now, node: n}
	switch change {
	case "modified":
		return h.modified(state, p)
	case "unmodified":
		modified, err := h.modified(state, p)
		return !modified, err
	case "modified.body":
		return hasCode(n) && !p.sameBody(), nil
	case "modified.configs":
		return !p.sameConfig(), nil
	case "modified.persisted_descriptions":
		return hasCode(n) && !p.sameDescriptions(), nil
	case "modified.relation":
		return !p.samePlace(), nil
	case "modified.contract":
		same, err := h.sameContract(p)
		return !same, err
	}
	return false, nil
}

// isChange tells whether a node that is new counts as changed in that way.
func isChange(change string, n *compiler.Node) bool {
	switch change {
	case "modified":
		// As in dbt, sources and exposures that are new are no change.
		return n.Type != compiler.Source && n.Type != compiler.Exposure
	case "unmodified":
		return n.Type == compiler.Source || n.Type == compiler.Exposure
	case "modified.body", "modified.persisted_descriptions", "modified.contract":
		return hasCode(n)
	case "modified.relation", "modified.configs":
		return n.Type != compiler.UnitTest
	default:
		return true
	}
}

// hasCode tells whether a node is one of those that have code, or are seeds.
func hasCode(n *compiler.Node) bool {
	return n.Type != compiler.Source && n.Type != compiler.Exposure && n.Type != compiler.UnitTest
}

func (h *History) modified(state *artifact.State, p pair) (bool, error) {
	same := p.same()
	if p.node.Type == compiler.Model {
		contract, err := h.sameContract(p)
		if err != nil {
			return false, err
		}
		same = same && contract
	}
	return !same || h.macrosChanged(state, p.node), nil
}

// sameContract compares contracts once for each node, so that a change is reported once.
func (h *History) sameContract(p pair) (bool, error) {
	if p.node.Type != compiler.Model {
		return true, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if v, ok := h.judged[p.node.ID]; ok {
		return v.same, v.err
	}
	same, broken := p.contract()
	v := verdict{same: same}
	if broken != nil && broken.Severity == diag.Error {
		v.err = broken
	} else if broken != nil && h.Report != nil {
		h.Report(broken)
	}
	if h.judged == nil {
		h.judged = map[string]verdict{}
	}
	h.judged[p.node.ID] = v
	return v.same, v.err
}

// macrosChanged tells whether a macro that a node calls, itself or through others, is not what it was.
func (h *History) macrosChanged(state *artifact.State, n *compiler.Node) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.macros == nil {
		h.compareMacros(state)
	}
	if len(h.changed) == 0 {
		return false
	}
	seen := map[string]bool{}
	next := slices.Clone(n.Macros)
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		if seen[id] {
			continue
		}
		seen[id] = true
		if h.changed[id] {
			return true
		}
		if m := h.macros[id]; m != nil {
			next = append(next, h.Graph.Library.Calls(m)...)
		}
	}
	return false
}

// compareMacros finds the macros that are not what they were, are new or are gone. Those that come with the program are its own
// business: a manifest of another program, or of another version, has others.
func (h *History) compareMacros(state *artifact.State) {
	h.macros, h.changed = map[string]*macros.Macro{}, map[string]bool{}
	for _, m := range h.Graph.Library.All() {
		h.macros[m.ID] = m
		if old := state.Macros[m.ID]; !m.Builtin() && (old == nil || !equal(old.SQL, m.Source())) {
			h.changed[m.ID] = true
		}
	}
	for id := range state.Macros {
		if pkg, _, _ := strings.Cut(strings.TrimPrefix(id, "macro."), "."); h.macros[id] == nil && h.Graph.Project.Package(pkg) != nil {
			h.changed[id] = true
		}
	}
}

// Result implements selector.Earlier.
func (h *History) Result(status string, n *compiler.Node) (bool, error) {
	results, err := load(h.Results, "run_results.json")
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(results.Results, func(r artifact.RunResult) bool {
		return r.UniqueID == n.ID && r.Status == status
	}), nil
}

// SourceStatus implements selector.Earlier: a source is fresher if its newest row is newer than it was, or if nobody looked then.
func (h *History) SourceStatus(_ string, n *compiler.Node) (bool, error) {
	before, err := load(h.Sources, "sources.json")
	if err != nil {
		return false, err
	}
	after, err := load(h.SourcesNow, "sources.json of the target folder")
	if err != nil {
		return false, err
	}
	now := loaded(after)[n.ID]
	was, looked := loaded(before)[n.ID]
	return now != nil && (!looked || was != nil && now.MaxLoadedAt.After(was.MaxLoadedAt.Time)), nil
}

// loaded are the sources that were looked at; nil for those where that failed.
func loaded(s *artifact.Sources) map[string]*artifact.SourceResult {
	out := map[string]*artifact.SourceResult{}
	for i, r := range s.Results {
		out[r.UniqueID] = nil
		if r.Status != artifact.RuntimeError {
			out[r.UniqueID] = &s.Results[i]
		}
	}
	return out
}

// load reads an artifact that must be there.
func load[T any](read func() (*T, error), name string) (*T, error) {
	if read != nil {
		if v, err := read(); v != nil || err != nil {
			return v, err
		}
	}
	return nil, &diag.Diagnostic{Code: NoArtifact, Message: "the earlier state has no " + name, Hint: "name the folder of its artifacts with --state"}
}

// keysOf are the keys of both, each once, in order.
func keysOf(a, b map[string]any) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
