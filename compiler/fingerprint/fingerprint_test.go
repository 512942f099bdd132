package fingerprint_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/sql"
)

func query(text string) fingerprint.Part {
	return fingerprint.Query("", sql.Parse(text, dialect.DuckDB), nodes, diag.Span{})
}

// told is a difference in short.
type told struct{ Kind, Name, Was, Is, Effect string }

func tell(list []fingerprint.Difference) []told {
	var out []told
	for _, d := range list {
		l := told{Kind: d.Part().Kind.String(), Name: d.Part().Name, Effect: d.Effect.String()}
		if d.Was != nil {
			l.Was = d.Was.Value
		}
		if d.Is != nil {
			l.Is = d.Is.Value
		}
		out = append(out, l)
	}
	return out
}

// TestEachInputThatDiffersIsTold compares a model with what it was.
func TestEachInputThatDiffersIsTold(t *testing.T) {
	t.Parallel()
	none := diag.Span{}
	upstream := fingerprint.Of("orders")
	before := fingerprint.New(
		query("select amount / 100 as amount from orders"),
		fingerprint.Config("unique-key", "id", none), fingerprint.Config("materialized", "incremental", none),
		fingerprint.Config("tags", []any{"daily"}, none), fingerprint.Config("indexes", nil, none),
		fingerprint.Config("meta", map[string]any{"b": 1, "a": []any{true}}, none),
		fingerprint.Macro("macro.shop.cents", "{{ x }} / 100", none), fingerprint.Var("rate", 1.19, none),
		fingerprint.Env("REGION", "eu", none), fingerprint.Env("DBT_ENV_SECRET_KEY", "hunter2", none),
		fingerprint.Upstream("model.shop.orders", upstream), fingerprint.Drift("raw.payments", "amount", "INTEGER"),
		fingerprint.Column("amount", "integer not null", none),
	)
	after := fingerprint.New(
		query("select amount / 1000 as amount from orders"),
		fingerprint.Config("unique_key", []any{"id", "day"}, none), fingerprint.Config("materialized", "incremental", none),
		fingerprint.Config("tags", nil, none), fingerprint.Config("indexes", []any{"id"}, none),
		fingerprint.Config("meta", map[string]any{"a": []any{true}, "b": 1}, none),
		fingerprint.Macro("macro.shop.cents", "{{ x }} / 1000", none), fingerprint.Var("rate", 1.16, none),
		fingerprint.Env("REGION", "us", none), fingerprint.Env("DBT_ENV_SECRET_KEY", "hunter3", none),
		fingerprint.Upstream("model.shop.orders", fingerprint.Of("other")), fingerprint.Drift("raw.payments", "amount", "BIGINT"),
		fingerprint.Hook("pre_hook 1", sql.Parse("vacuum", dialect.DuckDB), nil, none),
	)
	want := []told{
		{"query", "", "", "", "data"},
		{"hook", "pre_hook 1", "", "", "data"},
		{"config", "unique_key", `"id"`, `["id","day"]`, "data"},
		{"column", "amount", "integer not null", "", "data"},
		{"upstream", "model.shop.orders", "", "", "data"},
		{"upstream column", "raw.payments.amount", "INTEGER", "BIGINT", "data"},
		{"config", "indexes", "null", `["id"]`, "storage"},
		{"config", "tags", `["daily"]`, "null", "metadata"},
		{"macro", "macro.shop.cents", "", "", "cause"},
		{"var", "rate", "1.19", "1.16", "cause"},
		{"env var", "REGION", "", "", "cause"},
	}
	list := after.Since(before)
	if diff := cmp.Diff(want, tell(list)); diff != "" {
		t.Error(diff)
	}
	if got := fingerprint.Strongest(list); got != fingerprint.Data {
		t.Errorf("the strongest effect is %s", got)
	}
	if before.Hash == after.Hash || before.Own == after.Own {
		t.Error("the fingerprints are the same")
	}
	data, err := json.Marshal(after)
	if err != nil || strings.Contains(string(data), "hunter") {
		t.Errorf("%s, %v", data, err)
	}
	var read fingerprint.Fingerprint
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(after, read); diff != "" {
		t.Error(diff)
	}
}

// TestWhatDoesNotCountLeavesTheHash changes each part of a node by itself.
func TestWhatDoesNotCountLeavesTheHash(t *testing.T) {
	t.Parallel()
	none := diag.Span{}
	parts := func(value, upstream string) map[string]fingerprint.Part {
		out := map[string]fingerprint.Part{
			"query":    query("select '" + value + "' as x"),
			"source":   fingerprint.Source("m.py", value, none),
			"seed":     fingerprint.Checksum("s.csv", value, none),
			"hook":     fingerprint.Hook("post_hook 1", sql.Parse("analyze "+value, dialect.DuckDB), nil, none),
			"column":   fingerprint.Column("x", value, none),
			"upstream": fingerprint.Upstream("model.shop.orders", fingerprint.Of(value)),
			"drift":    fingerprint.Drift("raw.orders", "x", value),
			"macro":    fingerprint.Macro("macro.shop.x", value, none),
			"var":      fingerprint.Var("x", value, none),
			"env":      fingerprint.Env("X", value, none),
			"project":  fingerprint.Config("read_by_a_macro", value, none),
		}
		for _, r := range fingerprint.Rules() {
			out[r.Config] = fingerprint.Config(r.Config, value, none)
		}
		return out
	}
	a, b := parts("a", ""), parts("b", "")
	all := func(m map[string]fingerprint.Part) []fingerprint.Part {
		var out []fingerprint.Part
		for _, p := range m {
			out = append(out, p) // in any order
		}
		return out
	}
	before := fingerprint.New(all(a)...)
	for name, p := range b {
		was := a[name]
		a[name] = p
		after := fingerprint.New(all(a)...)
		counts := p.Effect() >= fingerprint.Storage
		if changed := after.Hash != before.Hash; changed != counts {
			t.Errorf("%s (%s): changed is %v", name, p.Effect(), changed)
		}
		if changed := after.Own != before.Own; changed != (counts && name != "upstream" && name != "drift") {
			t.Errorf("%s: own changed is %v", name, changed)
		}
		if list := after.Since(before); len(list) != 1 || list[0].Part().Kind != p.Kind || list[0].Part().Name != p.Name {
			t.Errorf("%s: told is %v", name, tell(list))
		}
		a[name] = was
	}
}

func TestEveryRuleHasAReason(t *testing.T) {
	t.Parallel()
	rules := fingerprint.Rules()
	if !slices.IsSortedFunc(rules, func(a, b fingerprint.Rule) int { return strings.Compare(a.Config, b.Config) }) {
		t.Error("the rules are not sorted")
	}
	for _, r := range rules {
		if r.Why == "" || fingerprint.EffectOf(r.Config) != r.Effect || r.Effect == fingerprint.Cause {
			t.Errorf("%+v", r)
		}
	}
	if fingerprint.EffectOf("of_the_project") != fingerprint.Data || fingerprint.EffectOf("persist-docs") != fingerprint.Metadata {
		t.Error("what is not known must count, whatever the hyphens")
	}
}

func TestHashesReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.String()).Draw(t, "texts")
		h := fingerprint.Of(texts...)
		if read, err := fingerprint.Parse(h.String()); err != nil || read != h || h.IsZero() {
			t.Fatalf("%s reads as %s (%v)", h, read, err)
		}
		if len(texts) > 1 && fingerprint.Of(append([]string{texts[0] + texts[1]}, texts[2:]...)...) == h {
			t.Fatalf("%q has the hash of another list", texts)
		}
	})
	for text, want := range map[string]string{
		"12":                    `fingerprint "12" has 2 digits, not 32`,
		strings.Repeat("x", 32): `fingerprint "` + strings.Repeat("x", 32) + `": encoding/hex: invalid byte: U+0078 'x'`,
	} {
		if _, err := fingerprint.Parse(text); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
