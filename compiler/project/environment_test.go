package project

import (
	"strings"
	"testing"
	"time"
)

func TestEnvironmentsAreNamedAndHaveSchemasOfTheirOwn(t *testing.T) {
	t.Parallel()
	block := EnvironmentBlock{Schema: defaultEnvironmentSchema, Expires: defaultExpires, target: "dev"}
	for name, key := range map[string]string{"pr-123": "dev/pr_123", "PR_123": "dev/pr_123", "a": "dev/a", "ada_": "dev/ada_"} {
		e, err := block.EnvironmentNamed(name)
		if err != nil || e.Key != key || e.Name != name {
			t.Errorf("%s is %+v, %v", name, e, err)
		}
	}
	for _, name := range []string{"", "1", "_a", "-a", "a b", "a/b", "a.b", "ä", "a'", `a"`, "a;drop", strings.Repeat("a", longestEnvironment+1)} {
		if e, err := block.EnvironmentNamed(name); err == nil {
			t.Errorf("%q is %+v", name, e)
		}
	}
	e, _ := block.EnvironmentNamed("pr-1")
	if got := e.Schema("main", 0); got != "main__pr_1" {
		t.Errorf("its schema is %s", got)
	}
	seen := map[string]bool{}
	for _, schema := range []string{strings.Repeat("s", 60), strings.Repeat("s", 61), strings.Repeat("ü", 40), "s"} {
		got := e.Schema(schema, 63)
		if len(got) > 63 || seen[got] || strings.ToValidUTF8(got, "?") != got {
			t.Errorf("the schema for %s is %s", schema, got)
		}
		seen[got] = true
	}
}

func TestLengthsOfTimeAreHoursDaysAndWeeks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"12h": 12 * time.Hour, "7d": 168 * time.Hour, "2w": 336 * time.Hour} {
		if got, ok := Length(text); !ok || got != want {
			t.Errorf("%s is %s, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "7", "d", "0d", "-1d", "1.5d", "7 d", "999999d", "1m"} {
		if got, ok := Length(text); ok {
			t.Errorf("%q is %s", text, got)
		}
	}
}
