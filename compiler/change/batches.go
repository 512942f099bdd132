package change

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/interval"
)

// inBatches tells whether it is known of a node which times are loaded.
func (j *judge) inBatches(m *Made) bool {
	return !j.Now.IsZero() && j.Graph.Of(m.Node).Batched(m.Node)
}

// load finds out what a microbatch model is to load. What is missing, or what it was loaded from has newer data of, makes it one that something is to be
// done for.
func (j *judge) load(v *Verdict, m *Made) {
	v.Forward = v.Rebuild() && v.State != Unrecorded && j.forward(m.Node)
	if v.Forward {
		v.Newer = true
		v.Reasons = append(v.Reasons, Reason{Text: "what is there stays: what comes is made by its new version"})
	}
	if !j.inBatches(m) || v.Elsewhere || v.State == Kept && v.Newer { // which waits
		return
	}
	l := &loading{judge: j, m: m, size: m.BatchSize(), end: j.Now, partial: m.PartialBatches()}
	v.Next = l.schedule()
	l.look()
	v.Until = l.end
	if v.Rebuild() || v.State == New || v.State == Missing {
		v.Intervals = l.without(l.missing(nil, 0))
		return
	}
	claims := v.Built.Claims
	known := claims.Loaded()
	rests := j.rests(m.Node, v.Built)
	if v.Newer && !rests {
		known = known.Minus(interval.Of(l.last()))
	}
	again := l.planned
	for _, p := range l.parents {
		again = again.Union(j.Built[p.ID].Claims.After(claims))
	}
	l.never = l.without(l.missing(l.begun(known), 0))
	l.newer = l.without(l.missing(l.begun(claims.Loaded().Minus(again)), 0)).Minus(l.never)
	if rests {
		l.newer = nil
	}
	v.Again = l.without(l.missing(interval.Of(interval.Range{From: l.from(), To: l.end}).Minus(j.Restate[m.ID]), 0))
	v.Intervals = l.without(l.missing(l.begun(known), m.Lookback())).Union(l.newer).Union(v.Again)
	if j.Exact && len(j.Restate[m.ID]) > 0 {
		l.never, l.newer, v.Intervals = nil, nil, v.Again
	}
	if v.Forward {
		v.Reasons[len(v.Reasons)-1].Text = "what is there stays, and its new version loads " + v.Intervals.String()
		return
	}
	v.Newer = len(v.Intervals) > 0
	switch {
	case !v.Newer && v.State == Stale:
		v.State, v.Reasons = Current, nil // what is new is of times that it does not look back at
	case v.Newer && j.waits(v, len(m.Reads)):
		v.Intervals, v.Again = nil, nil
	case v.Newer:
		l.say(v)
	}
}

// schedule makes the times that there is something to load of end where the model's cron has them end, and says what is due next. What was asked for is loaded
// whatever a cron says.
func (l *loading) schedule() *Due {
	if l.Anytime {
		return nil
	}
	next := nextDue(l.m.Node, l.Now)
	if next == nil {
		return nil
	}
	asked := l.Restate[l.m.ID].Bounds().To
	switch {
	case !asked.After(next.From):
		l.end, l.partial = next.From, false
	case asked.Before(l.Now):
		l.end = asked
	}
	return next
}

// nextDue is what is due next of a microbatch model, and when; nil if it has no cron.
func nextDue(n *compiler.Node, now time.Time) *Due {
	cron, ok := n.Cron()
	if !ok {
		return nil
	}
	size, from := n.BatchSize(), n.Due(now)
	if begin := size.Floor(n.Begin()); from.Before(begin) {
		from = begin
	}
	next := interval.Range{From: from, To: size.Move(from, 1)}
	if ended := next.To.Add(-time.Nanosecond); ended.After(now) {
		now = ended
	}
	return &Due{next, cron.Next(now)}
}

// rests tells whether newer data of a microbatch model waits for the next time that its cron comes round, as the model was built since the last one.
func (h *History) rests(n *compiler.Node, built *Built) bool {
	cron, ok := n.Cron()
	if !ok || h.Anytime || h.Refresh != nil && h.Refresh(n) {
		return false
	}
	return !built.Began.Before(cron.Last(h.Now))
}

// forward tells whether what is there of a model stays when its code changes.
func (j *judge) forward(n *compiler.Node) bool {
	if n.Type != compiler.Model || n.Config.Materialized() != "incremental" {
		return false
	}
	return !n.Config.Bool("full_refresh", true) || j.Forward != nil && j.Forward(n)
}

// loading is what there is to know of a microbatch model before it loads something.
type loading struct {
	*judge
	m       *Made
	size    interval.Size
	parents []*Made      // the microbatch models that it reads, through views too
	end     time.Time    // nothing is to be read from then on
	partial bool         // the batch that the end is in is loaded as far as that
	lacking interval.Set // what some of them do not have
	planned interval.Set // what they are going to load, with other data than before
	never   interval.Set // what is not loaded, or only in part
	newer   interval.Set // what the parents have newer data of
}

// look finds out what the parents have, and will have.
func (l *loading) look() {
	l.collect(l.m.Reads)
	var have []interval.Set
	for _, p := range l.parents {
		loaded := l.Built[p.ID].Claims.Loaded()
		if v := l.verdicts[p.ID]; v != nil && l.History.planned(p) {
			if v.Rebuild() || v.State == New || v.State == Missing {
				loaded = nil
			}
			will := v.Intervals.Intersect(interval.Of(interval.Range{From: l.from(), To: v.Until}))
			loaded = loaded.Union(will)
			l.planned = l.planned.Union(l.newerIn(will, v))
		}
		have = append(have, loaded)
		if to := loaded.Bounds().To; to.Before(l.end) {
			l.end = to
		}
	}
	for _, h := range have {
		for _, r := range l.window().Minus(h) {
			l.lacking = l.lacking.Union(interval.Of(l.size.Align(r)))
		}
	}
}

// newerIn is what of the times that a parent is going to load has newer data afterwards. One that is made anew for a change alone has data as new as
// all of it was.
func (l *loading) newerIn(will interval.Set, v *Verdict) interval.Set {
	if v.NewData() {
		return will
	}
	if v.Built == nil {
		return nil
	}
	var claims interval.Claims
	for _, r := range will {
		claims = append(claims, interval.Claim{Range: r, At: v.Built.DataAt()})
	}
	return claims.After(l.Built[l.m.ID].Claims)
}

// NewData tells whether what is built has other data than before, and not only other code.
func (v *Verdict) NewData() bool {
	return v.Newer || v.State == New || v.State == Unrecorded
}

// collect finds the microbatch models among nodes, and under their views.
func (l *loading) collect(ids []string) {
	for _, id := range ids {
		m := l.Nodes[id]
		switch {
		case m == nil || slices.Contains(l.parents, m):
		case l.inBatches(m):
			l.parents = append(l.parents, m)
		case live(m.Node):
			l.collect(m.Reads)
		}
	}
}

// from is when the first batch begins.
func (l *loading) from() time.Time { return l.size.Floor(l.m.Begin()) }

// window is the time of which there is something to be read.
func (l *loading) window() interval.Set {
	return interval.Of(interval.Range{From: l.from(), To: l.end})
}

// missing are the batches that are not loaded, and so many before each of them.
func (l *loading) missing(loaded interval.Set, lookback int) interval.Set {
	if !l.from().Before(l.end) {
		return nil
	}
	out, err := interval.Plan(interval.Request{
		Begin: l.m.Begin(), End: l.end, Size: l.size, Loaded: loaded, Lookback: max(lookback, 0), Partial: l.partial,
	})
	if err != nil {
		return nil // the compiler refuses a model whose configs are no such request
	}
	return out
}

// without leaves away the batches that some parent does not have yet.
func (l *loading) without(set interval.Set) interval.Set { return set.Minus(l.lacking) }

// begun takes the rest of the batch whose time is not over as loaded if there is something of it: without news it would be missing again every moment.
func (l *loading) begun(set interval.Set) interval.Set {
	to := l.Built[l.m.ID].Claims.Loaded().Bounds().To
	if !to.After(l.size.Floor(l.end)) {
		return set
	}
	return set.Union(interval.Of(interval.Range{From: to, To: l.end}))
}

// last is the last batch that there is something of to be read.
func (l *loading) last() interval.Range {
	end := l.end
	if !l.partial {
		end = l.size.Floor(end)
	}
	return interval.Range{From: l.size.Floor(end.Add(-time.Nanosecond)), To: l.size.Ceil(end)}
}

// say gives the verdict its state and its reasons.
func (l *loading) say(v *Verdict) {
	reasons := v.Reasons
	v.Reasons = nil
	if v.State == Kept {
		reasons = nil
	}
	v.State = Stale
	missing := l.without(l.missing(l.begun(v.Built.Claims.Loaded()), 0))
	if missing = missing.Intersect(l.never); len(missing) > 0 {
		v.because(Behind, l.counted(missing, "is missing", "are missing"))
	}
	if len(v.Again) > 0 {
		v.Reasons = append(v.Reasons, Reason{Text: l.counted(v.Again, "is to be loaded again", "are to be loaded again")})
	}
	v.Reasons = append(v.Reasons, reasons...)
	if len(l.newer) > 0 {
		v.Reasons = append(v.Reasons, Reason{Text: fmt.Sprintf("%s has newer data of %s", l.sources(), l.newer)})
	}
	if rest := v.Intervals.Minus(l.never).Minus(l.newer).Minus(v.Again); len(rest) > 0 {
		v.Reasons = append(v.Reasons, Reason{Text: "it looks back at " + rest.String()})
	}
}

// sources are the microbatch models that it reads, by their names.
func (l *loading) sources() string {
	var names []string
	for _, p := range l.parents {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// counted says how many batches a set is, and which.
func (l *loading) counted(set interval.Set, one, more string) string {
	n, unit := l.size.Count(set), l.size.Unit.String()
	many := diag.Grouped(int64(n))
	count := many + " " + unit + "s"
	switch {
	case l.size.N > 1:
		count = many + " batches of " + l.size.String()
		if n == 1 {
			count = "a batch of " + l.size.String()
		}
	case n == 1:
		count = "1 " + unit
	}
	verb := more
	if n == 1 {
		verb = one
	}
	return fmt.Sprintf("%s %s: %s", count, verb, set)
}
