package runner

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/syncs"
)

// SyncLimits are how much a sync may send, at once and in all.
type SyncLimits struct {
	syncs.Limits
	MaxDelete Share // of the rows that the destination has, those that may be removed in one run
	MaxChange Share // the same for all changes
}

// SyncRules are what a sync says about its runs.
type SyncRules struct {
	Limits SyncLimits
	Alerts SyncAlerts
}

// Share is a number of rows, or a part of them all. The zero value is no bound.
type Share struct {
	Rows    int64
	Percent float64
	Given   bool
}

// String is the share as it is written: "5%", "1000".
func (s Share) String() string {
	if s.Percent > 0 {
		return strconv.FormatFloat(s.Percent, 'f', -1, 64) + "%"
	}
	return strconv.FormatInt(s.Rows, 10)
}

// allows tells whether n of all rows are within the share.
func (s Share) allows(n, all int64) bool {
	switch {
	case !s.Given:
		return true
	case s.Percent > 0:
		return float64(n) <= s.Percent/100*float64(all)
	default:
		return n <= s.Rows
	}
}

// usualMaxDelete is how much a run may remove if the sync does not say: more is rather a mistake in the model.
var usualMaxDelete = Share{Percent: 20, Given: true}

// guard tells why a plan must not be carried out.
func (l SyncLimits) guard(p *SyncPlan) error {
	if !l.MaxDelete.allows(p.Removals, p.Known) {
		return fmt.Errorf("it would %s %d of %d records, more than max_delete: %s", p.RemovalOp, p.Removals, p.Known, l.MaxDelete)
	}
	if p.Known > 0 && !l.MaxChange.allows(p.Changes(), p.Known) {
		return fmt.Errorf("it would change %d records while there are %d, more than max_change: %s", p.Changes(), p.Known, l.MaxChange)
	}
	return nil
}

// CheckSync tells what is wrong with a sync as its destination sees it: a mode that it does not have, limits that make no sense. kind is
// nil if there is none of the destination's type; known are the names of those there are.
func CheckSync(p *project.Project, n *compiler.Node, kind *syncs.Kind, known []string) (SyncRules, *diag.List) {
	problems := &diag.List{}
	s := n.Sync
	if s.Destination == nil {
		return SyncRules{}, problems // told when the project was compiled
	}
	if kind == nil {
		d := problems.Errorf(s.Destination.Place("type"), compiler.UnknownDestination, "there is no kind of destination %q", s.Destination.Type)
		if d.Hint = diag.DidYouMean(s.Destination.Type, known); d.Hint == "" {
			d.Hint = "set type to one of " + strings.Join(known, ", ")
		}
		return SyncRules{}, problems
	}
	problems.Append(s.Destination.Problems)
	for _, p := range kind.Check(s.Destination.Config) {
		problems.Errorf(s.Destination.Place(p.Setting), compiler.InvalidSync, "%s", p.Message)
	}
	c := &syncChecker{node: n, kind: kind, problems: problems}
	c.words()
	return SyncRules{Limits: c.limits(), Alerts: c.alerts(p)}, problems
}

type syncChecker struct {
	node     *compiler.Node
	kind     *syncs.Kind
	problems *diag.List
}

func (c *syncChecker) errorf(key, hint, format string, args ...any) {
	c.problems.Errorf(c.node.Raws.Place(key), compiler.InvalidSync, "sync %q %s", c.node.Name, fmt.Sprintf(format, args...)).Hint = hint
}

// words checks the mode and what becomes of rows that are gone.
func (c *syncChecker) words() {
	s := c.node.Sync
	var modes []string
	for _, m := range c.kind.Modes {
		modes = append(modes, string(m))
	}
	if !slices.Contains(modes, s.Mode) {
		c.errorf("mode", diag.DidYouMean(s.Mode, modes), "has mode %q: a destination of type %s has %s", s.Mode, c.kind.Name, strings.Join(modes, ", "))
	}
	removals := []string{"ignore"}
	for _, r := range c.kind.Removals {
		removals = append(removals, string(r))
	}
	if s.OnDelete != "" && !slices.Contains(removals, s.OnDelete) {
		c.errorf("on_delete", diag.DidYouMean(s.OnDelete, removals), "has on_delete: %s: a destination of type %s has %s", s.OnDelete, c.kind.Name, strings.Join(removals, ", "))
	}
	if len(c.node.Relation.Name) > 48 {
		c.errorf("name", "", "has a name that is too long for the tables that remember it: 43 letters are the most")
	}
}

var limitNames = []string{"batch", "bytes", "concurrency", "rate", "max_delete", "max_change"}

// limits reads the sync's limits, within the destination's own.
func (c *syncChecker) limits() SyncLimits {
	out := SyncLimits{Limits: c.kind.Limits, MaxDelete: usualMaxDelete}
	for k, v := range c.node.Sync.Limits.All() {
		key, text := jinja.Str(k), jinja.Str(v)
		number, err := strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64)
		switch key {
		case "max_delete", "max_change":
			share, ok := parseShare(text)
			if !ok {
				c.errorf("limits", "", "has %s: %s, which is neither a number of rows nor a percentage", key, text)
			}
			if key == "max_delete" {
				out.MaxDelete = share
			} else {
				out.MaxChange = share
			}
			continue
		case "batch", "bytes", "concurrency", "rate":
		default:
			c.errorf("limits", diag.DidYouMean(key, limitNames), "has a limit %q, which means nothing", key)
			continue
		}
		if err != nil || number <= 0 {
			c.errorf("limits", "", "has %s: %s, which is not a number above 0", key, text)
			continue
		}
		switch key {
		case "batch":
			out.Batch = within(number, out.Batch)
		case "bytes":
			out.Bytes = within(number, out.Bytes)
		case "concurrency":
			out.Concurrency = int(number)
		case "rate":
			out.Rate = number
		}
	}
	return out
}

func within(given float64, most int) int {
	if most > 0 {
		return min(int(given), most)
	}
	return int(given)
}

func parseShare(text string) (Share, bool) {
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		n, err := strconv.ParseFloat(strings.TrimSpace(percent), 64)
		return Share{Percent: n, Given: true}, err == nil && n >= 0 && n <= 100
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return Share{Rows: n, Given: true}, err == nil && n >= 0
}
