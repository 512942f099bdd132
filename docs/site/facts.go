package site

import (
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/jinja"
)

// facts are what nodes of a type have to say that others have not.
func (t *telling) facts(n *compiler.Node) [][2]string {
	var out [][2]string
	add := func(name, value string) {
		if value != "" {
			out = append(out, [2]string{name, value})
		}
	}
	switch n.Type {
	case compiler.Model, compiler.Snapshot:
		for _, key := range []string{"incremental_strategy", "strategy", "unique_key", "updated_at", "event_time", "batch_size"} {
			add(words(key), configText(n, key))
		}
		if n.Config.Materialized() == "incremental" {
			add("on schema change", configText(n, "on_schema_change"))
		}
		if n.Type == compiler.Model && n.Props != nil {
			add("deprecated", n.Props.DeprecationDate)
		}
		if n.Language() != "sql" {
			add("language", n.Language())
		}
	case compiler.Source:
		add("loader", loader(n))
		add("read from", t.Graph.Location(n))
	case compiler.Exposure:
		for _, key := range []string{"type", "maturity", "url"} {
			add(key, textOf(n.Raws.Values, key))
		}
	case compiler.Sync:
		t.syncFacts(n, add)
	case compiler.Test:
		testFacts(n, add)
	case compiler.Metric, compiler.SemanticModel, compiler.SavedQuery:
		add("type", textOf(n.What, "type"))
	}
	if at := t.Graph.Of(n); at != t.Graph {
		add("target", at.Project.Target.Name+" ("+at.Dialect.Title+")")
	}
	return out
}

func (t *telling) syncFacts(n *compiler.Node, add func(name, value string)) {
	s := n.Sync
	if s.Destination != nil {
		add("destination", s.Destination.Name+" ("+s.Destination.Type+")")
	}
	add("object", s.Object)
	add("mode", s.Mode)
	add("on delete", s.OnDelete)
	add("key", strings.Join(s.Key, ", "))
	if t.Guarantee != nil {
		add("guarantee", t.Guarantee(n))
	}
	add("schedule", s.Schedule)
	if s.PII {
		add("personal data", "may be sent")
	}
}

func testFacts(n *compiler.Node, add func(name, value string)) {
	if n.Test == nil {
		return
	}
	add("test", kindOfTest(n))
	add("column", n.Test.Column)
	for _, key := range []string{"severity", "where", "warn_if", "error_if", "limit"} {
		add(words(key), configText(n, key))
	}
}

func words(key string) string { return strings.ReplaceAll(key, "_", " ") }

// configText is a config as text: lists with commas.
func configText(n *compiler.Node, key string) string {
	if many := n.Config.Strings(key); len(many) > 0 {
		return strings.Join(many, ", ")
	}
	v, ok := n.Config.Value(key)
	if !ok {
		return ""
	}
	return jinja.Str(v)
}

func loader(n *compiler.Node) string {
	if n.Table.Table.Loader != "" {
		return n.Table.Table.Loader
	}
	return n.Table.Source.Loader
}

// freshness is how fresh a source was, and how fresh it should be.
type freshness struct {
	Status  string  `json:"status,omitempty"` // "pass", "warn", "error" or "runtime error"; "" if nobody looked
	Loaded  string  `json:"loaded,omitempty"` // when the newest row came
	Checked string  `json:"checked,omitempty"`
	Age     float64 `json:"age,omitempty"` // in seconds, when that was looked at
	Warn    string  `json:"warn,omitempty"`
	Error   string  `json:"error,omitempty"`
	Message string  `json:"message,omitempty"`
}

func (t *telling) freshness(n *compiler.Node) *freshness {
	if n.Type != compiler.Source {
		return nil
	}
	rule := n.Freshness()
	seen := t.fresh[n.ID]
	if !rule.Any() && seen == nil {
		return nil
	}
	out := &freshness{}
	if rule.WarnAfter != nil {
		out.Warn = rule.WarnAfter.String()
	}
	if rule.ErrorAfter != nil {
		out.Error = rule.ErrorAfter.String()
	}
	if seen != nil {
		out.Status, out.Age = seen.Status, seen.Age
		out.Loaded, out.Checked = stamp(seen.MaxLoadedAt.Time), stamp(seen.SnapshottedAt.Time)
		if seen.Status == artifact.RuntimeError && seen.Error != nil {
			out.Message = *seen.Error
		}
	}
	return out
}
