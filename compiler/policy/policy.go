// Package policy is what a project wants of itself, as queries: each asks tables of what is known of the project, and every row that it gives is something
// that is not as it should be. It runs none of them.
package policy

import (
	"embed"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

const (
	// FailedCheck is something that a check of the project finds: a query in checks/, or one that comes with mod.
	FailedCheck diag.Code = "failed-check"
	// BadCheck is a check that cannot be run: its query is wrong, or what the project says of it.
	BadCheck diag.Code = "bad-check"
)

// Check is a query each of whose rows is something that is not as it should be.
type Check struct {
	Name        string
	Description string // one line; "" without one
	Hint        string // how to mend what it finds; "" without one
	Severity    diag.Severity
	Source      *diag.Source
	Starter     bool // it comes with mod
}

//go:embed starter/*.sql
var starter embed.FS

// Starter are the checks that come with mod, by name. They are off until a project says how bad it is what they find.
func Starter() (list []*Check) {
	names, _ := fs.Glob(starter, "starter/*.sql") // the pattern is right
	for _, name := range names {
		text, _ := starter.ReadFile(name) // it is there
		c, _ := read(diag.NewSource("mod/"+path.Base(name), string(text)))
		c.Starter, c.Severity = true, diag.Off
		list = append(list, c)
	}
	return list
}

// Checks are the checks of a project, by name: its own, those that come with mod, and how bad the project says it is what they find. A file with
// the name of a check that comes with mod takes its place.
func Checks(p *project.Project, files []*diag.Source) ([]*Check, *diag.List) {
	problems := &diag.List{}
	var list []*Check
	for _, src := range files {
		c, wrong := read(src)
		problems.Append(wrong)
		list = append(list, c)
	}
	for _, c := range Starter() {
		if !slices.ContainsFunc(list, named(c.Name)) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b *Check) int { return strings.Compare(a.Name, b.Name) })
	var names []string
	for i, c := range list {
		if i > 0 && list[i-1].Name == c.Name {
			problems.Errorf(diag.Span{Source: c.Source}, BadCheck, "there are two checks %q: the other is %s", c.Name, list[i-1].Source.Path).Hint = "rename one of the files"
		}
		names = append(names, c.Name)
	}
	for _, s := range p.Checks {
		i := slices.IndexFunc(list, named(s.Name))
		if i < 0 {
			d := problems.Errorf(s.At, BadCheck, "there is no check %q", s.Name)
			if near := diag.Suggest(s.Name, names); near != "" {
				d.Hint = `did you mean "` + near + `"?`
			}
			continue
		}
		list[i].Severity = s.Severity
	}
	return list, problems
}

// named finds a check by its name.
func named(name string) func(*Check) bool { return func(c *Check) bool { return c.Name == name } }

// read reads a check: comments at the top of a query, of which the first says what is wanted, and "severity: warning" and "hint: …" more of it.
func read(src *diag.Source) (*Check, *diag.List) {
	problems := &diag.List{}
	c := &Check{Name: strings.TrimSuffix(path.Base(src.Path), ".sql"), Severity: diag.Error, Source: src}
	offset := 0
	for line := range strings.Lines(src.Text) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "--")
		if !ok {
			break
		}
		text = strings.TrimSpace(text)
		key, value, _ := strings.Cut(text, ":")
		switch value = strings.TrimSpace(value); key {
		case "severity":
			severity, ok := project.SeverityOf(value)
			if c.Severity = severity; !ok {
				at := offset + strings.LastIndex(line, value)
				problems.Errorf(diag.Span{Source: src, Start: at, End: at + len(value)}, BadCheck, "%q is not a severity", value).Hint = "use error, warning, info or off"
				c.Severity = diag.Error
			}
		case "hint":
			c.Hint = value
		default:
			if c.Description == "" {
				c.Description = text
			}
		}
		offset += len(line)
	}
	if strings.TrimSpace(src.Text[offset:]) == "" {
		problems.Errorf(diag.Span{Source: src}, BadCheck, "the check %q has no query", c.Name).Hint = "write a query whose rows are what is not as it should be"
	}
	return c, problems
}

// Asks are the tables that the query of a check reads, in the order of the documentation.
func (c *Check) Asks() []Table {
	return slices.DeleteFunc(Tables(), func(t Table) bool {
		return !regexp.MustCompile(`(?i)(\bfrom|\bjoin|,)\s+` + t.Name + `\b`).MatchString(c.Source.Text)
	})
}
