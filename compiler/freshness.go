package compiler

import (
	"fmt"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// FreshnessRule says how old the data of a source or a model may be; of a source also how to find out, of a model how soon it is built again. The
// zero value is that nobody minds.
// https://docs.getdbt.com/reference/resource-properties/freshness
// https://docs.getdbt.com/reference/resource-configs/freshness
type FreshnessRule struct {
	WarnAfter, ErrorAfter *AgeLimit // nil for none
	BuildAfter            *AgeLimit // newer data alone does not have the model built sooner than that after its last build; nil for no wait
	OnAll                 bool      // nor before there is newer data in all that it reads
	Filter                string    // a condition on the rows that are looked at; "" for all
	Field, Query          string    // an expression for a row's time, or a query (a template) for the newest one's; at most one is given
}

// Any tells whether there is a limit to keep.
func (r FreshnessRule) Any() bool { return r.WarnAfter.set() || r.ErrorAfter.set() }

// AgeLimit is an age: so many minutes, hours or days.
type AgeLimit struct {
	Count  int
	Period string // "minute", "hour", "day"; "" is no limit
}

func (l *AgeLimit) set() bool { return l != nil && l.seconds() > 0 }

// Span is the age as a duration, 0 without a limit.
func (l *AgeLimit) Span() time.Duration {
	if !l.set() {
		return 0
	}
	return time.Duration(l.Count) * time.Duration(l.seconds()) * time.Second
}

// Exceeded tells whether an age in seconds is beyond the limit; nothing is beyond none.
func (l *AgeLimit) Exceeded(age float64) bool {
	return l != nil && l.seconds() > 0 && age > float64(l.Count)*l.seconds()
}

// seconds is how long a period is, 0 without one.
func (l *AgeLimit) seconds() float64 {
	return map[string]float64{"minute": 60, "hour": 60 * 60, "day": 24 * 60 * 60}[l.Period]
}

// String is the limit in words: "12 hours".
func (l *AgeLimit) String() string {
	if l.Count == 1 {
		return "1 " + l.Period
	}
	return fmt.Sprintf("%d %ss", l.Count, l.Period)
}

// Freshness is the rule for a source or a model; the zero rule for other nodes.
func (n *Node) Freshness() FreshnessRule {
	r := FreshnessRule{}
	if n.Type != Source && n.Type != Model {
		return r
	}
	if n.Type == Source {
		r.Field, r.Query = n.Config.String("loaded_at_field"), n.Config.String("loaded_at_query")
	}
	v, _ := n.Config.Value("freshness")
	d, ok := v.(*jinja.Dict)
	if !ok {
		return r
	}
	r.WarnAfter, r.ErrorAfter = ageLimit(d, "warn_after"), ageLimit(d, "error_after")
	if after, ok := at(d, "build_after").(*jinja.Dict); ok && n.Type == Model {
		r.BuildAfter, r.OnAll = ageLimit(d, "build_after"), at(after, "updates_on") == "all"
	}
	if filter, _ := d.GetString("filter"); filter != nil {
		r.Filter = jinja.Str(filter)
	}
	return r
}

// checkFreshness complains of a limit of a model that says nothing. Projects of dbt may write there what they like.
func (b *builder) checkFreshness(n *Node) {
	v, ok := n.Config.Value("freshness")
	if !ok || v == nil || n.Type != Model || !b.project.Native() {
		return
	}
	d, ok := v.(*jinja.Dict)
	if !ok {
		b.problems.Errorf(n.At, InvalidConfig, "%s %q has the config freshness: %s, which is no mapping", n.Type, n.Name, jinja.Str(v)).Hint = freshnessHint
		return
	}
	for _, key := range []string{"warn_after", "error_after", "build_after"} {
		given, mapping := at(d, key).(*jinja.Dict)
		alone := key == "build_after" && mapping && at(given, "count") == nil // of what it waits for, and not how long
		if at(d, key) != nil && !ageLimit(d, key).set() && !alone {
			b.problems.Errorf(n.At, InvalidConfig, "%s %q has a freshness whose %s is %s, which is no age", n.Type, n.Name, key, jinja.Repr(at(d, key))).Hint = freshnessHint
		}
	}
}

const freshnessHint = "write warn_after: {count: 6, period: hour}, and the same for error_after and build_after; the periods are minute, hour and day"

func ageLimit(d *jinja.Dict, key string) *AgeLimit {
	v, _ := d.GetString(key)
	limit, ok := v.(*jinja.Dict)
	if !ok {
		return nil
	}
	count, _ := limit.GetString("count")
	period, _ := limit.GetString("period")
	n, ok := count.(int)
	if !ok || period == nil {
		return nil
	}
	return &AgeLimit{Count: n, Period: jinja.Str(period)}
}

// sourceLayer is what properties say of a table of a source: the source's configs, the table's over them, and what may stand beside
// config. As in dbt, it is rendered also where it is kept as written.
func sourceLayer(s *project.Source, t *project.SourceTable) *project.Layer {
	values := mergeDicts(s.Config.Values, t.Config.Values)
	if rule, given := freshnessGiven(s, t); given {
		values.Put("freshness", rule)
	}
	field, query := s.LoadedAtField, s.LoadedAtQuery
	if t.HasLoadedAt || t.LoadedAtQuery != "" {
		field, query = t.LoadedAtField, t.LoadedAtQuery
	}
	values.Put("loaded_at_field", text(field))
	values.Put("loaded_at_query", text(query))
	values.Put("meta", mergeDicts(s.Meta, dictOf(s.Config.Values, "meta"), t.Meta, dictOf(t.Config.Values, "meta")))
	tags := append(append(append([]string(nil), s.Tags...), t.Tags...), append(textsAt(s.Config.Values, "tags"), textsAt(t.Config.Values, "tags")...)...)
	values.Put("tags", textList(unique(sorted(tags))))
	unrendered := values.Clone()
	if field == "" && query == "" && !t.HasLoadedAt {
		// What the project file says of it stays.
		values.Delete("loaded_at_field")
		values.Delete("loaded_at_query")
	}
	return &project.Layer{Values: values, Unrendered: unrendered}
}

// freshnessGiven is the rule that properties give: the table's over its source's. None says that there is no rule.
func freshnessGiven(s *project.Source, t *project.SourceTable) (rule jinja.Value, given bool) {
	base := fullFreshness(s.Freshness)
	switch {
	case t.HasFreshness && s.HasFreshness && base != nil && t.Freshness != nil:
		return mergeFreshness(base, fullFreshness(t.Freshness)), true
	case t.HasFreshness:
		if d := fullFreshness(t.Freshness); d != nil {
			return d, true
		}
		return nil, true
	case s.HasFreshness && base != nil:
		return base, true
	default:
		return nil, s.HasFreshness
	}
}

// mergeFreshness is one rule over another, limit by limit. A limit that is given as null is none.
func mergeFreshness(base, over *jinja.Dict) *jinja.Dict {
	out := jinja.NewDict()
	for _, key := range []string{"warn_after", "error_after"} {
		switch limit := at(over, key).(type) {
		case *jinja.Dict:
			out.Put(key, limit)
			if at(limit, "count") == nil || at(limit, "period") == nil {
				out.Put(key, at(base, key))
			}
		default:
			out.Put(key, nil)
		}
	}
	out.Put("filter", at(over, "filter"))
	if at(over, "filter") == nil {
		out.Put("filter", at(base, "filter"))
	}
	return out
}

// fullFreshness is a rule with every key that dbt writes; nil for None.
func fullFreshness(v jinja.Value) *jinja.Dict {
	d, ok := v.(*jinja.Dict)
	if !ok {
		return nil
	}
	out := jinja.NewDict()
	for _, key := range []string{"warn_after", "error_after"} {
		given, written := d.GetString(key)
		limit, ok := given.(*jinja.Dict)
		switch {
		case ok:
			out.Put(key, jinja.DictOf("count", at(limit, "count"), "period", at(limit, "period")))
		case written:
			out.Put(key, nil)
		default:
			out.Put(key, jinja.DictOf("count", nil, "period", nil))
		}
	}
	out.Put("filter", at(d, "filter"))
	return out
}

func at(d *jinja.Dict, key string) jinja.Value {
	v, _ := d.GetString(key)
	return v
}
