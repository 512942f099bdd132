package compiler

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// UnfilteredBatches is a microbatch model that reads nothing with an event_time: every batch reads all rows.
const UnfilteredBatches diag.Code = "unfiltered-batches"

// IdleCron is a schedule of a model that is not built in batches: it says when batches become due, and nothing else.
const IdleCron diag.Code = "idle-cron"

// IdleConcurrency is a microbatch model that asks for batches side by side on a warehouse where they cannot be.
const IdleConcurrency diag.Code = "idle-concurrency"

// Window is a stretch of event time: from Start, before End. A zero time leaves that side open.
type Window struct{ Start, End time.Time }

// IsZero tells whether the window is open on both sides.
func (w Window) IsZero() bool { return w.Start.IsZero() && w.End.IsZero() }

// within is the part of the window that is also in the other one.
func (w Window) within(other Window) Window {
	if other.Start.After(w.Start) {
		w.Start = other.Start
	}
	if !other.End.IsZero() && other.End.Before(w.End) {
		w.End = other.End
	}
	return w
}

// Batch is a stretch of event time that a microbatch model builds at once. https://docs.getdbt.com/docs/build/incremental-microbatch
type Batch struct {
	Window
	Size interval.Size
}

// Name is how people call the batch: its start, as far as the size makes a difference. It can be part of the name of a file.
func (b Batch) Name() string {
	layout := "2006-01-02"
	switch b.Size.Unit {
	case interval.Minute:
		layout = "2006-01-02T15-04"
	case interval.Hour:
		layout = "2006-01-02T15"
	case interval.Month, interval.Quarter:
		layout = "2006-01"
	case interval.Year:
		layout = "2006"
	}
	return b.Start.Format(layout)
}

// ID is the batch's id in templates: its name without hyphens.
func (b Batch) ID() string { return strings.ReplaceAll(b.Name(), "-", "") }

// Batched tells whether a model is built in batches. As in dbt, one whose project has its own macro for the strategy is not, unless
// a flag says so.
func (g *Graph) Batched(n *Node) bool {
	if n.Type != Model || n.Config.Materialized() != "incremental" || n.Config.String("incremental_strategy") != "microbatch" {
		return false
	}
	if !g.Library.Overrides("get_incremental_microbatch_sql") {
		return true
	}
	flag, _ := g.Project.Root.Flags.GetString("require_batched_execution_for_custom_microbatch_strategy")
	return jinja.Truth(flag)
}

// SideBySide tells whether batches of a microbatch model may be built at the same time, those at its ends apart: where the warehouse can do
// that, and unless the model says otherwise or, having said nothing, reads itself.
func (g *Graph) SideBySide(n *Node) bool {
	if !g.Dialect.Has(dialect.ConcurrentBatches) {
		return false
	}
	if said, ok := n.Config.Get("concurrent_batches").(bool); ok {
		return said
	}
	return n.template != nil && !n.template.Mentions("this")
}

// Batches are the batches of a model that a run builds, in order. asked is the window that the user asked for; without one they
// end with the batch that now is in, and begin some batches before that if the model is added to, or else with its beginning.
func (g *Graph) Batches(n *Node, asked Window, now time.Time, adding bool) []Batch {
	if g.options.Sample != nil {
		asked = *g.options.Sample
	}
	size := n.BatchSize()
	end := now
	if !asked.End.IsZero() {
		end = asked.End
	}
	end = size.Ceil(end)
	var start time.Time
	switch {
	case !asked.Start.IsZero():
		start = size.Floor(asked.Start)
	case adding:
		// The end is where a batch begins, which is not to count as one that is looked back at.
		start = size.Move(end, -n.Lookback()-1)
	default:
		start = size.Floor(n.Begin())
	}
	batches := []Batch{{Window: Window{start, size.Move(start, 1)}, Size: size}}
	for last := batches[0].End; last.Before(end); {
		next := size.Move(last, 1)
		batches = append(batches, Batch{Window: Window{last, next}, Size: size})
		last = next
	}
	batches[len(batches)-1].End = end
	return batches
}

// BatchSize is how long the batches of a microbatch model are; the zero Size if it says nothing that is one.
func (n *Node) BatchSize() interval.Size {
	size, _ := interval.ParseSize(n.Config.String("batch_size"))
	return size
}

// Cut are the batches of a microbatch model that a set of times is in, in order.
func (n *Node) Cut(set interval.Set) []Batch {
	size := n.BatchSize()
	var out []Batch
	for r := range interval.Batches(set, size, 1) {
		out = append(out, Batch{Window: Window{r.From, r.To}, Size: size})
	}
	return out
}

// Begin is when the first batch of a microbatch model begins, or some time in it; the zero time if it says none.
func (n *Node) Begin() time.Time {
	begin, _ := EventTime(n.Config.String("begin"))
	return begin
}

// PartialBatches tells whether a microbatch model loads a batch whose time is not over, as far as it has come. It does, unless it says otherwise.
func (n *Node) PartialBatches() bool { return n.Config.Bool("partial_batches", true) }

// Cron is when the batches of a microbatch model that have ended become due; false if they are as soon as they begin.
func (n *Node) Cron() (interval.Cron, bool) {
	c, err := interval.ParseCron(n.Config.String("cron"))
	if err != nil {
		return c, false
	}
	if zone := n.Config.String("cron_tz"); zone != "" {
		at, err := zoneNamed(zone)
		if err != nil {
			return c, false
		}
		c = c.In(at)
	}
	return c, true
}

// Due is the end of the times that a microbatch model is to have at that moment: the moment itself, or with a cron the end of the last batch that had ended when
// the schedule last came round.
func (n *Node) Due(now time.Time) time.Time {
	if c, ok := n.Cron(); ok {
		return n.BatchSize().Floor(c.Last(now))
	}
	return now
}

// Lookback is how many batches before those that are new a microbatch model loads again.
func (n *Node) Lookback() int {
	if back, ok := n.Config.Get("lookback").(int); ok {
		return back
	}
	return 1
}

// EventTime reads a date or a time in ISO 8601. As in dbt, its zone does not count: it is taken as UTC.
func EventTime(text string) (time.Time, bool) {
	text = strings.Replace(strings.TrimSpace(text), "T", " ", 1)
	for _, layout := range []string{
		"2006-01-02", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02 15", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "20060102",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), true
		}
	}
	return time.Time{}, false
}

// batchSizes says how the length of batches is written.
const batchSizes = "use hour, day, week, month, quarter or year, or several of them: 5 minutes is the shortest, a year the longest"

// zoneNamed is the time zone of a name in the list of IANA, such as Europe/Berlin.
func zoneNamed(name string) (*time.Location, error) {
	if strings.EqualFold(name, "local") { // would be the zone of whatever machine this is
		return nil, errors.New("unknown time zone " + name)
	}
	return time.LoadLocation(name)
}

// checkBatches reports what a microbatch model's config lacks.
func (b *builder) checkBatches(n *Node) {
	if !b.Batched(n) {
		b.checkIdleCron(n)
		return
	}
	bad := func(config, hint, format string, args ...any) {
		d := b.problems.Errorf(n.At, InvalidConfig, "microbatch model %q %s", n.Name, fmt.Sprintf(format, args...))
		if d.Hint = hint; hint == "" {
			d.Hint = "set " + config + " in its config"
		}
	}
	config := n.Config.Get
	switch v := config("event_time").(type) {
	case nil:
		bad("event_time", "", "has no event_time, the name of the column that tells when something happened")
	case string:
	default:
		bad("event_time", "", "has the event_time %v, which is no name of a column", v)
	}
	switch v := config("begin").(type) {
	case nil:
		bad("begin", "", "has no begin, the time from which on it is to be built")
	case string:
		if _, ok := EventTime(v); !ok {
			bad("begin", "write it as 2024-01-31 or 2024-01-31 12:00:00", "has the begin %q, which is no time", v)
		}
	default:
		bad("begin", "write it as 2024-01-31 or 2024-01-31 12:00:00", "has the begin %v, which is no time", v)
	}
	if v := config("batch_size"); v == nil {
		bad("batch_size", batchSizes, "has no batch_size")
	} else if _, err := interval.ParseSize(fmt.Sprint(v)); err != nil {
		bad("batch_size", batchSizes, "has the batch_size %q", fmt.Sprint(v))
	}
	if v := config("lookback"); v != nil {
		if _, ok := v.(int); !ok {
			bad("lookback", "use a whole number", "has the lookback %v", v)
		}
	}
	b.checkCron(n, bad)
	if v := config("concurrent_batches"); v != nil {
		said, ok := v.(bool)
		if !ok {
			bad("concurrent_batches", "use true or false", "has the concurrent_batches %v", v)
		}
		if said && !b.Dialect.Has(dialect.ConcurrentBatches) {
			b.problems.Warnf(n.At, IdleConcurrency, "microbatch model %q has concurrent_batches, but on %s its batches are built one after the other",
				n.Name, b.Dialect.Title)
		}
	}
}

// checkCron reports a schedule that is none, or that something else in the config contradicts.
func (b *builder) checkCron(n *Node, bad func(config, hint, format string, args ...any)) {
	v, zone := n.Config.Get("cron"), n.Config.Get("cron_tz")
	if v == nil {
		if zone != nil {
			bad("cron", "", "has a cron_tz, and no cron")
		}
		return
	}
	if name, isText := zone.(string); zone != nil && !isText {
		bad("cron_tz", zoneForm, "has the cron_tz %v, which is no text", zone)
	} else if _, err := zoneNamed(name); err != nil {
		bad("cron_tz", zoneForm, "has the cron_tz %q: there is no such time zone", name)
	}
	text, isText := v.(string)
	_, err := interval.ParseCron(text)
	switch {
	case !isText:
		bad("cron", cronForm, "has the cron %v, which is no text", v)
	case err != nil:
		bad("cron", cronForm, "has the cron %q: %s", text, strings.TrimPrefix(err.Error(), interval.ErrCron.Error()+": "))
	case n.Config.Bool("partial_batches", false):
		bad("cron", "leave one of them away: with a cron a batch is loaded once its time is over", "has a cron and partial_batches: true")
	}
}

// checkIdleCron warns of a schedule of what is no microbatch model.
func (b *builder) checkIdleCron(n *Node) {
	if n.Type != Model || n.Config == nil || n.Config.Get("cron") == nil {
		return
	}
	d := b.problems.Warnf(n.At, IdleCron, "model %q has a cron, which means nothing: it is not built in batches of time", n.Name)
	d.Hint = "leave it away, or make it an incremental model with incremental_strategy: microbatch"
}

// zoneForm says how a time zone is written.
const zoneForm = "write the name of a zone, such as Europe/Berlin or UTC"

// cronForm says how a schedule is written.
const cronForm = "write minute, hour, day of the month, month and day of the week, in UTC or in the zone that cron_tz names: 0 5 * * * is each day at 05:00, and there is @hourly, @daily, @weekly, @monthly, @yearly"

// checkBatchInputs warns of microbatch models whose batches all read the same rows.
func (b *builder) checkBatchInputs() {
	for _, n := range b.Order {
		if !b.Batched(n) {
			continue
		}
		filtered := slices.ContainsFunc(n.DependsOn, func(id string) bool {
			parent := b.Nodes[id]
			return parent != nil && parent.Config != nil && parent.Config.String("event_time") != ""
		})
		if !filtered {
			d := b.problems.Warnf(n.At, UnfilteredBatches, "microbatch model %q reads nothing that has an event_time: each batch reads all rows", n.Name)
			d.Hint = "set event_time in the config of what it reads"
		}
	}
}

// inBatch is a node as its templates see it while a batch is built.
func inBatch(n *Node, b *Batch) *Node {
	values := n.Config.Values.Clone()
	values.Put("__dbt_internal_microbatch_event_time_start", macros.Instant(b.Start))
	values.Put("__dbt_internal_microbatch_event_time_end", macros.Instant(b.End))
	copied := *n
	copied.Config = &Config{Values: values, Unrendered: n.Config.Unrendered}
	return &copied
}

// describeBatch is model.batch.
func describeBatch(b *Batch) *jinja.Dict {
	return jinja.DictOf("id", b.ID(), "event_time_start", macros.Instant(b.Start), "event_time_end", macros.Instant(b.End))
}

// reduced makes a relation that a node reads a part of it, as a subquery: none of it with --empty, and of what has an event_time the rows
// of the batch or of the sample.
func (g *Graph) reduced(reader *Node, s Sight, target *Node, r *macros.Relation) *macros.Relation {
	name := cmpOr(r.Text, r.Name)
	text := r.String()
	if g.options.Empty {
		text = g.subquery(text, "false limit 0", "limit", name)
	}
	if w := g.eventWindow(reader, s); target.Config != nil && !w.IsZero() && target.Config.String("event_time") != "" {
		column := g.eventColumn(target)
		var conditions []string
		if !w.Start.IsZero() {
			conditions = append(conditions, column+" >= "+g.instantLiteral(w.Start))
		}
		if !w.End.IsZero() {
			conditions = append(conditions, column+" < "+g.instantLiteral(w.End))
		}
		text = g.subquery(text, strings.Join(conditions, " and "), "et_filter", name)
	}
	if text != r.String() {
		r.Text = text
	}
	return r
}

// subquery is a part of what is read, with a name where the warehouse wants one.
func (g *Graph) subquery(from, where, namespace, name string) string {
	text := "(select * from " + from + " where " + where + ")"
	if !g.Dialect.Has(dialect.NamelessSubquery) {
		text += " _dbt_" + namespace + "_subq_" + name
	}
	return text
}

// eventWindow is what a node is to see of the event times of what it reads; zero for all.
func (g *Graph) eventWindow(reader *Node, s Sight) Window {
	if reader.Type != Model && reader.Type != Snapshot {
		return Window{}
	}
	var w Window
	if s.Batch != nil {
		w = s.Batch.Window
	}
	if sample := g.options.Sample; sample != nil {
		if s.Batch == nil {
			return *sample
		}
		w = w.within(*sample)
	}
	return w
}

// instantLiteral is a time as a value of SQL.
func (g *Graph) instantLiteral(t time.Time) string {
	text := "'" + instantText(t) + "'"
	if g.Dialect.Has(dialect.TypedLiterals) {
		return "TIMESTAMP " + text
	}
	return text
}

// instantText is a time in UTC as Python prints one, and with that dbt.
func instantText(t time.Time) string { return jinja.Str(macros.Instant(t)) }

// eventColumn is the event_time of a node, quoted if the column's properties or the source's say so.
func (g *Graph) eventColumn(n *Node) string {
	name := n.Config.String("event_time")
	quote := false
	if n.Table != nil {
		for _, d := range []*jinja.Dict{n.Table.Source.Quoting, n.Table.Table.Quoting} {
			if v := columnQuoting(d); v != nil {
				quote = jinja.Truth(v)
			}
		}
	}
	i := slices.IndexFunc(n.Columns, func(c *Column) bool { return c.Name == name })
	if i >= 0 && n.Columns[i].Quote != nil {
		quote = *n.Columns[i].Quote
	}
	if quote {
		return g.Dialect.Ident(name)
	}
	return name
}

func columnQuoting(d *jinja.Dict) jinja.Value {
	if d == nil {
		return nil
	}
	return at(d, "column")
}

// ParseSample reads what --sample asks for: a number and a size ("3 days", counted back from now), or a mapping with start and end.
func ParseSample(text string, now time.Time) (*Window, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return parseSampleWindow(text)
	}
	words := strings.Fields(text)
	if len(words) != 2 {
		return nil, fmt.Errorf("cannot read the sample window %q: write it as 3 days", text)
	}
	var n int
	if _, err := fmt.Sscanf(words[0], "%d", &n); err != nil || fmt.Sprint(n) != words[0] {
		return nil, fmt.Errorf("cannot read %q as a whole number", words[0])
	}
	now = now.UTC()
	var start time.Time
	switch strings.TrimRight(strings.ToLower(words[1]), "s") {
	case "hour":
		start = now.Add(-time.Duration(n) * time.Hour)
	case "day":
		start = now.AddDate(0, 0, -n)
	case "month":
		start = sameDay(now, 0, -n)
	case "year":
		start = sameDay(now, -n, 0)
	default:
		return nil, fmt.Errorf("there is no sample of %q: use one of hour, day, month, year", words[1])
	}
	return &Window{Start: start, End: now}, nil
}

// sameDay moves a time by years and months to the same day there, or the last one if the month is too short.
func sameDay(t time.Time, years, months int) time.Time {
	moved := t.AddDate(years, months, 0)
	if moved.Day() != t.Day() {
		moved = moved.AddDate(0, 0, -moved.Day())
	}
	return moved
}

func parseSampleWindow(text string) (*Window, error) {
	values, problems := project.ParseVars(text)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	w := &Window{}
	for key, side := range map[string]*time.Time{"start": &w.Start, "end": &w.End} {
		v, _ := values.GetString(key)
		t, ok := EventTime(jinja.Str(v))
		if !ok {
			return nil, fmt.Errorf("cannot read the sample window %q: its %s is no time", text, key)
		}
		*side = t
	}
	return w, nil
}
