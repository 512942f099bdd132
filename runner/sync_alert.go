package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/syncs"
)

// SyncAlerts say who hears of how a sync's runs end. The zero value tells nobody.
type SyncAlerts struct {
	On       []string // "failure", "recovery"
	Rejected Share    // refused rows are a failure if they are more than this share of those that were tried
	To       []*project.Destination
	Object   string // at each of those
	Command  string // of a shell; it gets the alert as JSON
}

// SyncAlert is what an alert says.
type SyncAlert struct {
	Run       string `json:"run"`
	Sync      string `json:"sync"`
	Event     string `json:"event"` // "failure" or "recovery"
	State     string `json:"state"`
	Text      string `json:"text"` // for people
	Owner     string `json:"owner"`
	Delivered int64  `json:"delivered"`
	Rejected  int64  `json:"rejected"`
}

var alertNames = []string{"on", "rejected", "to", "object", "command"}

// alerts reads the sync's alerts.
func (c *syncChecker) alerts(p *project.Project) SyncAlerts {
	out := SyncAlerts{On: []string{"failure", "recovery"}}
	for k, v := range c.node.Sync.Alerts.All() {
		switch key := jinja.Str(k); key {
		case "on":
			out.On = jinja.Strs(v)
			for _, event := range out.On {
				if event != "failure" && event != "recovery" {
					c.errorf("alerts", "", "has alerts on %q: there are failure and recovery", event)
				}
			}
		case "rejected":
			share, ok := parseShare(jinja.Str(v))
			if !ok {
				c.errorf("alerts", "", "has rejected: %s, which is neither a number of rows nor a percentage", jinja.Str(v))
			}
			out.Rejected = share
		case "to":
			out.To = c.alerted(p, jinja.Strs(v))
		case "object":
			out.Object = jinja.Str(v)
		case "command":
			out.Command = jinja.Str(v)
		default:
			c.errorf("alerts", diag.DidYouMean(key, alertNames), "has a key %q in its alerts, which means nothing", key)
		}
	}
	return out
}

// alerted are the destinations of those names.
func (c *syncChecker) alerted(p *project.Project, names []string) []*project.Destination {
	var out []*project.Destination
	var known []string
	for _, d := range p.Destinations {
		known = append(known, d.Name)
	}
	for _, name := range names {
		if d := p.Destination(name); d != nil {
			out = append(out, d)
			continue
		}
		d := c.problems.Errorf(c.node.Raws.Place("alerts"), compiler.UnknownDestination, "there is no destination %q", name)
		if d.Hint = diag.DidYouMean(name, known); d.Hint == "" {
			d.Hint = `list it under "destinations:" in the project file`
		}
	}
	return out
}

// Alert is what has to be told of a result; nil for nothing.
func (a *SyncAlerts) Alert(run string, r *SyncResult) *SyncAlert {
	if len(a.To) == 0 && a.Command == "" {
		return nil
	}
	event := ""
	switch {
	case r.State != SyncDone && !a.tolerates(r):
		event = "failure"
	case r.State == SyncDone && (r.Before == SyncFailed || r.Before == SyncIncomplete):
		event = "recovery"
	}
	if !slices.Contains(a.On, event) {
		return nil
	}
	n := r.Plan.Node
	out := &SyncAlert{
		Run: run, Sync: n.Name, Event: event, State: string(r.State), Owner: n.Sync.Owner, Delivered: r.Delivered(), Rejected: r.Rejected(),
		Text: "Sync " + n.Name + " has recovered.",
	}
	if event == "failure" {
		out.Text = fmt.Sprintf("Sync %s: %s", n.Name, strings.TrimSpace(r.Err.Error()))
	}
	return out
}

// tolerates tells whether all that is wrong with a run is that it had some rows refused, no more than are expected.
func (a *SyncAlerts) tolerates(r *SyncResult) bool {
	tried := r.Rejected() + r.Delivered()
	return a.Rejected.Given && r.State == SyncFailed && r.Rejected() > 0 && a.Rejected.allows(r.Rejected(), tried)
}

// Batch is the alert as a destination gets it: a row to append.
func (a *SyncAlert) Batch(object string) *syncs.Batch {
	t := &syncs.Target{Sync: a.Sync + "_alerts", Object: object, Mode: syncs.AppendMode, Key: []string{"run"}}
	values := []any{a.Run, a.Sync, a.Event, a.State, a.Text, a.Owner, a.Delivered, a.Rejected}
	for _, name := range []string{"run", "sync", "event", "state", "text", "owner", "delivered", "rejected"} {
		t.Fields = append(t.Fields, syncs.Field{Name: name})
	}
	return &syncs.Batch{Target: t, Run: a.Run, Op: syncs.Insert, Rows: []syncs.Row{{Number: 1, Op: syncs.Insert, Values: values, Hash: a.Run}}}
}
