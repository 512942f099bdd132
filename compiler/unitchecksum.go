package compiler

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// identity is what a unit test is told by whether it changed: everything but its description, in the form that dbt hashes, so that
// the checksums of a manifest of dbt's and of ours are the same. https://docs.getdbt.com/reference/node-selection/state-comparison-caveats
func (u *unitReader) identity(c *UnitCase) string {
	given := make([]string, len(c.Given))
	files := ""
	for i, f := range c.Given {
		given[i] = fmt.Sprintf("UnitTestInputFixture(input=%s, %s)", jinja.Repr(f.Input), f.identity())
		if f.File != "" {
			files += "-" + f.rows(jinja.Str)
		}
	}
	versions, overrides := "None", "None"
	if d := asDict(u.value("versions")); d != nil {
		versions = fmt.Sprintf("UnitTestNodeVersions(include=%s, exclude=%s)", jinja.Repr(at(d, "include")), jinja.Repr(at(d, "exclude")))
	}
	if asDict(u.value("overrides")) != nil {
		overrides = fmt.Sprintf("UnitTestOverrides(macros=%s, vars=%s, env_vars=%s)", jinja.Repr(c.Macros), jinja.Repr(c.Vars), jinja.Repr(c.Env))
	}
	expected := "None"
	if c.Expected != nil {
		expected = "UnitTestOutputFixture(" + c.Expected.identity() + ")"
	}
	return strings.Join([]string{c.Model, versions, "[" + strings.Join(given, ", ") + "]", expected, overrides}, "-") + files
}

// identity is what a fixture says in the checksum of its test.
func (f *Fixture) identity() string {
	format := map[string]string{formatDict: "Dict", formatCSV: "CSV", formatSQL: "SQL"}[f.Format]
	file := "None"
	if f.File != "" {
		file = jinja.Repr(f.File)
	}
	return fmt.Sprintf("rows=%s, format=<UnitTestFormat.%s: %s>, fixture=%s", f.rows(jinja.Repr), format, jinja.Repr(f.Format), file)
}

// rows are the fixture's rows as text: of a query, the query in that spelling.
func (f *Fixture) rows(spell func(jinja.Value) string) string {
	if f.Format == formatSQL {
		return spell(f.SQL)
	}
	list := jinja.NewList()
	for _, row := range f.Rows {
		list.Append(row)
	}
	return jinja.Repr(list)
}
