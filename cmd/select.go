package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/selector"
)

// selection is the flags that pick nodes.
type selection struct {
	stateOptions
	selects, excludes   []string
	selector, indirect  string
	types, excludeTypes []string
}

func (o *selection) register(a *app, c *cobra.Command) {
	f := c.Flags()
	f.VarP(words{&o.selects}, "select", "s", "the nodes to pick: names, tag:x, path:x, +x, x+ …")
	f.VarP(words{&o.selects}, "models", "m", "")
	f.Var(words{&o.selects}, "model", "")
	f.Var(words{&o.excludes}, "exclude", "the nodes to leave out")
	f.StringVar(&o.selector, "selector", "", "the `name` of a selection in selectors.yml")
	f.StringVar(&o.indirect, "indirect-selection", "eager", "which tests come with the nodes they test: eager, cautious, buildable or empty")
	for _, name := range []string{"resource-type", "resource-types"} {
		f.Var(words{&o.types}, name, "the types of node to keep")
		f.Var(words{&o.excludeTypes}, "exclude-"+name, "the types of node to leave out")
	}
	o.stateOptions.register(f)
	hide(f, "models", "model", "resource-types", "exclude-resource-types")
	for _, name := range []string{"select", "models", "exclude"} {
		a.completes(c, name, a.completeNodes)
	}
	a.completes(c, "selector", a.completeSelectors)
	a.completes(c, "indirect-selection", cobra.FixedCompletions([]string{"eager", "cautious", "buildable", "empty"}, cobra.ShellCompDirectiveNoFileComp))
	a.completes(c, "resource-type", cobra.FixedCompletions(typeNames(), cobra.ShellCompDirectiveNoFileComp))
}

// ranTypes are the types of what a run tells of, in that order.
var ranTypes = append(slices.Clone(anyType), compiler.Copy)

// anyType are the types of node that a project can have, in the order in which they are listed to users.
var anyType = []compiler.Type{
	compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test, compiler.UnitTest, compiler.Source, compiler.Exposure, compiler.Analysis,
	compiler.Function, compiler.Metric, compiler.SemanticModel, compiler.SavedQuery, compiler.Sync,
}

func typeNames() []string {
	var names []string
	for _, t := range anyType {
		names = append(names, string(t))
	}
	return names
}

// request is the selection among nodes of those types.
func (o *selection) request(s *session, types []compiler.Type) (selector.Request, error) {
	r := selector.Request{Select: o.selects, Exclude: o.excludes, Selector: o.selector, Indirect: selector.Indirect(o.indirect), Types: types}
	kept, err := parseTypes("--resource-type", o.types, types)
	if err != nil {
		return r, err
	}
	if kept != nil {
		r.Types = kept
	}
	if r.ExcludeTypes, err = parseTypes("--exclude-resource-type", o.excludeTypes, types); err != nil {
		return r, err
	}
	s.openState(o.stateOptions)
	if h := s.earlier(); h != nil {
		r.Earlier = h
	}
	r.Columns = reaching{s}
	r.File, err = s.selectors()
	return r, err
}

func parseTypes(flag string, values []string, of []compiler.Type) ([]compiler.Type, error) {
	var out []compiler.Type
	for _, value := range values {
		for _, name := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' }) {
			switch {
			case name == "all" || name == "default":
				out = append(out, of...)
			case slices.Contains(typeNames(), name):
				out = append(out, compiler.Type(name))
			default:
				hint := diag.DidYouMean(name, typeNames())
				if hint == "" {
					hint = "use " + join(typeNames(), "or")
				}
				return nil, usagef(hint, "%s is %q", flag, name)
			}
		}
	}
	return out, nil
}

// selectors reads the project's selectors.yml; nil if there is none.
func (s *session) selectors() (*selector.File, error) {
	file, found, err := readSelectors(s.project.Dir, s.project.Evaluate)
	if err != nil {
		return nil, err
	}
	return file, s.judge(found)
}

// readSelectors reads the selectors.yml of a folder, whose templates render evaluates; all is nil if there is none.
func readSelectors(dir string, render selector.Render) (*selector.File, *diag.List, error) {
	for _, name := range []string{"selectors.yml", "selectors.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		file, found := selector.ParseFile(diag.NewSource(name, string(text)), render)
		return file, found, nil
	}
	return nil, nil, nil
}
