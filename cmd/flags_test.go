package cmd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

func TestSpreadRepeatsAFlagBeforeEachOfItsWords(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want []string }{
		"several words":             {[]string{"run", "--select", "a", "b", "--exclude", "c"}, []string{"run", "--select", "a", "--select", "b", "--exclude", "c"}},
		"short":                     {[]string{"run", "-s", "a", "b", "-x"}, []string{"run", "-s", "a", "-s", "b", "-x"}},
		"with an equals sign":       {[]string{"run", "--select=a", "b"}, []string{"run", "--select=a", "--select", "b"}},
		"another flag's value":      {[]string{"ls", "-s", "a", "--output", "name"}, []string{"ls", "-s", "a", "--output", "name"}},
		"an empty word":             {[]string{"run", "-s", ""}, []string{"run", "-s", ""}},
		"nothing after it":          {[]string{"run", "--select"}, []string{"run", "--select"}},
		"after two dashes":          {[]string{"run", "-s", "a", "--", "-s", "b", "c"}, []string{"run", "-s", "a", "--", "-s", "b", "c"}},
		"words that begin with a +": {[]string{"run", "-s", "+a", "@b"}, []string{"run", "-s", "+a", "-s", "@b"}},
	}
	for name, test := range tests {
		if d := cmp.Diff(test.want, spread(test.in)); d != "" {
			t.Errorf("%s: spread(%q) mismatch (-want +got):\n%s", name, test.in, d)
		}
	}
}

func TestToggleAndItsOpposite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args []string
		want bool
	}{
		{[]string{"--x"}, true}, {[]string{"--no-x"}, false}, {[]string{"--x", "--no-x"}, false}, {[]string{"--no-x", "--x"}, true},
		{[]string{"--x=false"}, false}, {[]string{"--no-x=false"}, true}, {nil, true},
	}
	for _, test := range tests {
		on := true
		fs := pflag.NewFlagSet("", pflag.ContinueOnError)
		toggle(fs, &on, "x", "", "")
		if err := fs.Parse(test.args); err != nil || on != test.want {
			t.Errorf("%q: got %v, %v, want %v", test.args, on, err, test.want)
		}
	}
}

func TestTruthOfEnvironmentVariables(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"1": true, "true": true, "True": true, "YES": true, "on": true, "0": false, "false": false, "no": false, "": false} {
		if got, err := truth(text); err != nil || got != want {
			t.Errorf("truth(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	if _, err := truth("maybe"); err == nil {
		t.Error(`truth("maybe") is no error`)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := join(words, "or"); got != want {
			t.Errorf("join(%q) = %q, want %q", words, got, want)
		}
	}
}

func TestProjectNameOfAFolder(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]string{"shop": "shop", "My Shop": "my_shop", "2025-sales": "project_2025_sales", "___": "project", "Käse": "k_se"} {
		if got := projectName(folder); got != want {
			t.Errorf("projectName(%q) = %q, want %q", folder, got, want)
		}
	}
}
