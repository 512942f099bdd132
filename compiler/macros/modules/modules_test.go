package modules

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// globals are the names of a template in the tests.
type globals map[string]jinja.Value

func (g globals) Lookup(name string) (jinja.Value, bool) {
	v, ok := g[name]
	return v, ok
}

func render(t *testing.T, text string, g globals) (string, error) {
	t.Helper()
	template, problems := jinja.Parse(&diag.Source{Path: "test", Text: text})
	if err := problems.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out, err := template.Render(t.Context(), g, jinja.Options{})
	if err != nil {
		return "", err
	}
	return out.Text, nil
}

// TestModulesAnswerAsPython renders templates whose results Python gave: Jinja2 with the modules that dbt 1.12 puts into its
// context, in a process whose time zone is UTC.
func TestModulesAnswerAsPython(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/corpus.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		In, Want string
		Error    bool
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	g := globals{"modules": New(time.Unix(1700000000, 0))}
	for _, c := range cases {
		got, err := render(t, c.In, g)
		switch {
		case c.Error && err == nil:
			t.Errorf("%s = %q, want an error", c.In, got)
		case !c.Error && err != nil:
			t.Errorf("%s: %v, want %q", c.In, err, c.Want)
		case !c.Error && got != c.Want:
			t.Errorf("%s = %q, want %q", c.In, got, c.Want)
		}
	}
}

func TestNowIsTheStartOfTheRun(t *testing.T) {
	t.Parallel()
	g := globals{"modules": New(time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC))}
	for in, want := range map[string]string{
		"{{ modules.datetime.datetime.utcnow() }}":                                              "2024-05-06 07:08:09.123456",
		"{{ modules.datetime.datetime.now(modules.pytz.utc) }}":                                 "2024-05-06 07:08:09.123456+00:00",
		"{{ modules.datetime.datetime.now(modules.pytz.timezone('America/New_York')).date() }}": "2024-05-06",
		"{{ modules.datetime.datetime.now(modules.datetime.timezone.utc).isoformat() }}":        "2024-05-06T07:08:09.123456+00:00",
	} {
		got, err := render(t, in, g)
		if err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestPatternsThatMeanNothingAreRefused(t *testing.T) {
	t.Parallel()
	g := globals{"modules": New(time.Unix(0, 0))}
	for pattern, want := range map[string]string{
		`(a)\\2`:           "refers to the group 2",
		`(?P=x)`:           `refers to the group "x"`,
		`(?P<x>a)(?P<x>b)`: `two groups "x"`,
		`a++`:              "a possessive quantifier",
		`\\k`:              "a bad escape",
	} {
		_, err := render(t, "{{ modules.re.match('"+pattern+"', 'a') }}", g)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("match %s: %v, want an error that says %s", pattern, err, want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{`(?i)[\w.-]+@\w+`, `a{,2}`, `[^]]`, `(?x) a # b`, `\u00e9`, `(?P<n>a)`, `[[:alpha:]`, `\`, `(?<=a)(b)\1(?(1)c)`} {
		f.Add(s, 64)
	}
	f.Fuzz(func(t *testing.T, pattern string, flags int) {
		// What matters is that it ends and does not panic.
		_, _ = compilePattern(pattern, flags)
	})
}

func FuzzStrptime(f *testing.F) {
	f.Add("2024-01-02", "%Y-%m-%d")
	f.Add("Mon", "%a")
	f.Fuzz(func(t *testing.T, text, layout string) {
		v, err := strptime(text, layout)
		if err == nil && v == nil {
			t.Error("neither a time nor an error")
		}
	})
}
