package change

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
)

// Built is the last build of a node that is known of.
type Built struct {
	Version
	Own          fingerprint.Hash
	Began, Ended time.Time
	Data         time.Time // since when the relation has the data that it has; the zero time is Ended
	// Seen is when the newest rows of the sources that it reads, itself or through views, had come when it was built, by their IDs; of those that
	// nobody looked at, nothing.
	Seen        map[string]time.Time
	Beside      map[string]string // what was set beside its rows, as Made has it
	Rows, Bytes *int64            // that it has, and that building it read; nil where it is not known
	Back        time.Time         // when it was rolled back to this build; the zero time if it is the last one
	Unsure      bool              // it may be another one that is there: a run that was to replace it ended before it could be noted
	Until       time.Time         // of one that it was rolled back to: when another one had taken its place
	Run         string
	Claims      interval.Claims // what of a microbatch model is loaded; At is since when the data is what it is
}

// DataAt is since when the relation has the data that it has.
func (b Built) DataAt() time.Time {
	if b.Data.IsZero() {
		return b.Ended
	}
	return b.Data
}

// History is what is known of builds.
type History struct {
	Built map[string]Built // by the IDs of nodes
	// Code is the code of that key, nil if it is not known. It may be asked often for the same one.
	Code func(fingerprint.Hash) *Code
	// Existing is the relation that a node has now, nil if it has none.
	Existing func(*compiler.Node) *relation.Table
	// Looks are what was seen of the newest rows of sources, by their IDs; of those that do not tell it, nothing.
	Looks map[string]Look
	// Refresh tells of which nodes the data counts as old, whatever is known; nil means of none.
	Refresh func(*compiler.Node) bool
	// Now is when it is asked, and up to when microbatch models have something to load. With the zero time those are judged as other models are, and what
	// waits some time after its last build waits for ever.
	Now time.Time
	// Planned tells which nodes are built if something is to be done for them; nil means all.
	Planned func(*compiler.Node) bool
	// Restate is what of microbatch models is to be loaded again, by their IDs.
	Restate map[string]interval.Set
	// Exact tells that of those models nothing else is loaded.
	Exact bool
	// Anytime tells that nothing waits for its cron.
	Anytime bool
	// Forward tells of which changed incremental models what is there stays; nil means of those that are never to be built anew.
	Forward func(*compiler.Node) bool

	elsewhere    func(id string) bool // tells what stays as it was built, whatever the project has; nil means nothing
	replacesNone bool                 // tells that nothing is put in the place of what others read
}

// Look is what was seen of the newest row of a source.
type Look struct {
	Loaded, At time.Time // when the row came, and when that was asked
}

// State is how a node stands to its last build.
type State string

// The states. All but Current and Kept ask for something to be done.
const (
	Current    State = "current"    // it is as it was built
	Kept       State = "kept"       // something that it reads changed, and nothing that it uses of it
	New        State = "new"        // it was never built
	Unrecorded State = "unrecorded" // there is a relation, and it is not known how it was built
	Missing    State = "missing"    // it was built, and its relation is gone
	Drifted    State = "drifted"    // its relation is not as it was built
	Changed    State = "changed"    // what it is made of changed
	Affected   State = "affected"   // something that it uses changed
	Stale      State = "stale"      // there is newer data
	Behind     State = "behind"     // times are missing that there is data of
	Amended    State = "amended"    // something beside its rows changed: rights, stored descriptions
	Replaced   State = "replaced"   // the build before is kept, and wanted
	Removed    State = "removed"    // it was built, and is in the project no more
)

// Reason says why a node is in its state.
type Reason struct {
	Text string    // a clause for people: "amount has other values"
	At   diag.Span // the zero Span if it is nowhere in the project
}

// Verdict is what there is to know about a node before it is built.
type Verdict struct {
	Node    *compiler.Node // nil for one that is removed
	ID      string
	State   State
	Newer   bool    // there is newer data for it, whatever its state is
	Impact  *Impact // since the last build; nil if that is not known
	Reasons []Reason
	Built   *Built // nil if it never was
	// Elsewhere says that it is read where another environment has it ([Graph.Beside]).
	Elsewhere bool
	// Forward tells that what is there of a changed model stays.
	Forward bool
	// Intervals are the batches of a microbatch model that are to be loaded, and Until is the end of what they can have.
	Intervals interval.Set
	Until     time.Time
	// Again are those of them that count as not loaded from the moment on that they begin to be.
	Again interval.Set
	// Next is what is due next of a microbatch model with a cron, and when; nil if it has none, or is loaded whatever it says.
	Next *Due
	// To is the build before, of one that is Replaced.
	To *Built
	// Unbuilt says that it was never built here, and that the rest is told of what another environment has.
	Unbuilt bool
}

// Due is a range that becomes due at some time.
type Due struct {
	interval.Range
	At time.Time
}

// String is a clause for people.
func (d Due) String() string {
	return fmt.Sprintf("next due on %s UTC: %s", d.At.UTC().Format(minute), d.Range)
}

// Needed tells whether something is to be done.
func (v *Verdict) Needed() bool { return v.State != Current && v.State != Kept }

// Rebuild tells whether adding rows to what there is would not do.
func (v *Verdict) Rebuild() bool {
	if v.Forward {
		return false
	}
	switch v.State {
	case Changed, Affected, Drifted, Unrecorded:
		return true
	}
	return false
}

// Columns are the columns that are not as they were.
func (v *Verdict) Columns() []fingerprint.ColumnChange {
	if v.Impact == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Impact.Columns), func(c fingerprint.ColumnChange) bool { return c.State == fingerprint.Kept })
}

// Since says how the nodes of the graph stand to their last builds, in the graph's order, and then what was built and is in the graph no more.
// Unknown are keys of which History.Code knew nothing.
func (g *Graph) Since(h History) (verdicts []*Verdict, unknown []fingerprint.Hash) {
	c := &comparison{Graph: g, code: h.Code, impacts: map[version]*Impact{}, tables: map[version]*lineage.Table{}, asked: map[fingerprint.Hash]bool{}}
	j := &judge{comparison: c, History: h, verdicts: map[string]*Verdict{}}
	for _, n := range g.Order {
		m := g.Nodes[n.ID]
		if m == nil || n.Ephemeral() || n.Blank() {
			continue
		}
		v := j.verdict(m)
		j.load(v, m)
		j.verdicts[n.ID] = v
		verdicts = append(verdicts, v)
	}
	for id, b := range h.Built {
		if g.Graph.Nodes[id] == nil {
			verdicts = append(verdicts, &Verdict{ID: id, State: Removed, Built: &b, Reasons: []Reason{{Text: "it is in the project no more"}}})
		}
	}
	slices.SortStableFunc(verdicts[len(j.verdicts):], func(a, b *Verdict) int { return strings.Compare(a.ID, b.ID) })
	for hash := range c.asked {
		unknown = append(unknown, hash)
	}
	slices.SortFunc(unknown, func(a, b fingerprint.Hash) int { return strings.Compare(a.String(), b.String()) })
	return verdicts, unknown
}

// judge finds out how nodes stand, parents first.
type judge struct {
	*comparison
	History
	verdicts map[string]*Verdict
}

func (j *judge) verdict(m *Made) *Verdict {
	v := &Verdict{Node: m.Node, ID: m.ID, State: Current}
	table := j.Existing(m.Node)
	built, known := j.Built[m.ID]
	if known {
		v.Built = &built
	}
	if j.elsewhere != nil && j.elsewhere(m.ID) {
		v.Elsewhere = true
		return v
	}
	switch {
	case !known && table != nil && m.Stored():
		return v.because(Unrecorded, "it is not known how its relation was built")
	case !known && isTest(m.Node):
		return v.because(New, "it has not passed yet")
	case !known:
		return v.because(New, "it does not exist yet")
	case table == nil && m.Stored():
		return v.because(Missing, "its relation is gone, though it was built on "+said(built.Ended))
	}
	if built.Unsure && m.Stored() {
		v.Newer = true // what reads it may have read either
		return v.because(Drifted, "a run that was to replace it did not end well, and it is not known whether it did")
	}
	v.Impact = j.since(version{m.ID, built.Version})
	news := j.news(m, &built)
	v.Newer = len(news) > 0
	switch {
	case j.changed(v):
	case m.Stored() && j.drifted(v, table):
	case v.Newer && j.waits(v, len(news)):
	case v.Newer:
		v.State, v.Reasons = Stale, news
	case j.lost(v, m):
	case m.Hash != built.Hash:
		v.State = Kept
		v.Reasons = j.whyKept(v)
	}
	v.amended(m)
	if !built.Back.IsZero() {
		v.Reasons = append(v.Reasons, Reason{Text: fmt.Sprintf("on %s it was rolled back to what was built on %s", said(built.Back), said(built.Ended))})
	}
	return v
}

// said is a time as reasons tell it.
func said(at time.Time) string { return at.UTC().Format(minute + " MST") }

func isTest(n *compiler.Node) bool { return n.Type == compiler.Test || n.Type == compiler.UnitTest }

// planned tells whether a node is built if something is to be done for it.
func (h History) planned(m *Made) bool { return h.Planned == nil || h.Planned(m.Node) }

func (v *Verdict) because(s State, text string) *Verdict {
	v.State = s
	v.Reasons = append(v.Reasons, Reason{Text: text})
	return v
}

// changed tells whether a node is to be built for what it is made of.
func (j *judge) changed(v *Verdict) bool {
	own := false
	for _, d := range v.Impact.Differences {
		p := d.Part()
		own = own || d.Effect >= fingerprint.Storage && p.Kind != fingerprint.UpstreamPart && p.Kind != fingerprint.DriftPart
	}
	switch {
	case v.Impact.Unknown:
		v.because(Changed, "it is not known any more what it was built from")
	case own && (v.Impact.Class > fingerprint.Unchanged || j.stored(v.Impact.Differences)):
		v.State, v.Reasons = Changed, j.whyChanged(v)
	case v.Impact.Class > fingerprint.Unchanged:
		v.State, v.Reasons = Affected, j.whyAffected(v)
	default:
		return false
	}
	return true
}

// stored tells whether the relation is to be made anew although what is in it stays.
func (j *judge) stored(differences []fingerprint.Difference) bool {
	return slices.ContainsFunc(differences, func(d fingerprint.Difference) bool {
		return d.Effect == fingerprint.Storage || keepsContent(d.Part())
	})
}

// drifted tells whether the relation is another than was built.
func (j *judge) drifted(v *Verdict, table *relation.Table) bool {
	view := table.Kind == relation.View
	if wants := v.Node.Config.Materialized() == "view"; v.Node.Type == compiler.Model && wants != view && plain(v.Node) {
		v.because(Drifted, fmt.Sprintf("it was built as a %s, and there is a %s of its name", v.Node.Config.Materialized(), table.Kind))
		return true
	}
	n := j.analysis.Node(v.ID)
	if n == nil || n.Open || len(table.Columns) == 0 || v.Node.Config.Materialized() == "incremental" {
		return false
	}
	has := map[string]bool{}
	for _, c := range table.Columns {
		has[strings.ToLower(c.Name)] = true
	}
	for _, c := range n.Columns {
		if !has[strings.ToLower(c.Name)] {
			v.because(Drifted, fmt.Sprintf("its relation lacks the column %s, which was built", c.Name))
			return true
		}
		delete(has, strings.ToLower(c.Name))
	}
	for _, c := range table.Columns {
		if has[strings.ToLower(c.Name)] {
			v.because(Drifted, fmt.Sprintf("its relation has a column %s, which was not built", c.Name))
			return true
		}
	}
	return false
}

// plain tells whether a model is materialized in one of the ways whose relations are known.
func plain(n *compiler.Node) bool {
	return slices.Contains([]string{"table", "view", "incremental"}, n.Config.Materialized())
}

// lost tells whether a view goes with something under it that is replaced, as it does where what is dropped takes along all views of it.
func (j *judge) lost(v *Verdict, m *Made) bool {
	if j.replacesNone || !j.Graph.Of(m.Node).Dialect.Has(dialect.CascadeDrop) || m.Type != compiler.Model || m.Config.Materialized() != "view" {
		return false
	}
	for _, id := range m.Reads {
		if under := j.verdicts[id]; under != nil && under.Needed() && under.replaces() {
			v.because(Affected, fmt.Sprintf("its view is dropped with %s, which is replaced", j.nameOf(id)))
			return true
		}
	}
	return false
}

// replaces tells whether building the node puts another relation in the place of its own.
func (v *Verdict) replaces() bool {
	if v.State == Amended {
		return false
	}
	if v.Node.Type == compiler.Model && v.Node.Config.Materialized() != "incremental" {
		return true
	}
	return v.Rebuild() && v.Node.Type != compiler.Snapshot
}
