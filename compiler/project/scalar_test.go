package project

import (
	"testing"

	"github.com/modsql/mod/compiler/jinja"
)

// The values are PyYAML's.
func TestScalarsAreThoseOfYAML11(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"yes", "True"}, {"No", "False"}, {"ON", "True"}, {"off", "False"}, {"y", "'y'"}, {"n", "'n'"}, {"tRue", "'tRue'"},
		{"~", "None"}, {"null", "None"}, {"", "None"}, {"nil", "'nil'"}, {"NULL", "None"},
		{"1", "1"}, {"-2", "-2"}, {"+3", "3"}, {"1_000", "1000"}, {"010", "8"}, {"0x1F", "31"}, {"0b11", "3"}, {"0o17", "'0o17'"},
		{"08", "'08'"}, {"0", "0"}, {"-0", "0"}, {"0_7", "7"}, {"_1", "'_1'"}, {"1_", "1"}, {"-", "'-'"}, {"+", "'+'"}, {"--1", "'--1'"}, {"1a", "'1a'"},
		{"12345678901234567890123", "12345678901234567890123"},
		{"1.5", "1.5"}, {".5", "0.5"}, {"-.5", "'-.5'"}, {"-1.5e+3", "-1500.0"}, {"1e3", "'1e3'"}, {"1.5e3", "'1.5e3'"}, {"1.", "1.0"}, {".", "'.'"},
		{".inf", "inf"}, {"-.INF", "-inf"}, {".nan", "nan"}, {"-.nan", "'-.nan'"}, {"1_0.5", "10.5"}, {"1.2.3", "'1.2.3'"}, {"._5", "'._5'"},
		{"1:30", "90"}, {"12:30:45", "45045"}, {"1:30.5", "90.5"}, {"09:30", "'09:30'"}, {"1:60", "'1:60'"}, {"-1:30", "-90"}, {"0:30", "'0:30'"},
		{"0:30.5", "30.5"},
		{"2024-01-01", "'2024-01-01'"}, {"2024-1-1", "'2024-1-1'"}, {"2024-01-01 10:00:00", "'2024-01-01 10:00:00'"},
		{"2024-01-01T10:00:00", "'2024-01-01 10:00:00'"}, {"2024-01-01T10:00:00.5Z", "'2024-01-01 10:00:00.500000+00:00'"},
		{"2024-13-01", "'2024-13-01'"}, {"a b", "'a b'"}, {"=", "'='"},
	}
	for _, test := range tests {
		got := resolveText(test.in)
		if repr := jinja.Repr(got); repr != test.want {
			t.Errorf("%q is %s, want %s", test.in, repr, test.want)
		}
	}
}

func TestIgnorePatternsAreThoseOfGitignore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, path string
		want          bool
	}{
		{"a.sql", "models/a.sql", true}, {"/a.sql", "models/a.sql", false}, {"/models/a.sql", "models/a.sql", true},
		{"models/a.sql", "models/a.sql", true}, {"a.sql", "a.sql/b.sql", true}, {"*.sql", "models/x/a.sql", true},
		{"models/*", "models/a.sql", true}, {"models/*", "models/x/a.sql", true}, {"models/*.sql", "models/x/a.sql", false},
		{"models/**/a.sql", "models/a.sql", true}, {"models/**/a.sql", "models/x/y/a.sql", true}, {"**/a.sql", "x/a.sql", true},
		{"models/**", "models/x/a.sql", true}, {"x/", "models/x/a.sql", true}, {"x/", "models/x", false}, {"?.sql", "a.sql", true},
		{"[ab].sql", "a.sql", true}, {"[!ab].sql", "a.sql", false}, {`\*.sql`, "a.sql", false}, {"# a", "# a", false}, {"", "a", false},
		{"a.sql  ", "a.sql", true}, {"[a.sql", "[a.sql", true}, {"*\n!a.sql", "a.sql", false}, {"!a.sql\n*", "a.sql", true},
	}
	for _, test := range tests {
		if got := newIgnore(test.pattern).matches(test.path); got != test.want {
			t.Errorf("%q matches %q: %v, want %v", test.pattern, test.path, got, test.want)
		}
	}
}
