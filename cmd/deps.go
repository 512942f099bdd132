package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner/deps"
)

// depsOptions are the flags of deps.
type depsOptions struct {
	lock, upgrade bool
	add, source   string
	hub           string
}

func newDeps(a *app) *cobra.Command {
	var o depsOptions
	c := &cobra.Command{
		Use:   "deps",
		Short: "Install the packages of the project",
		Long: `Install the packages that packages.yml or dependencies.yml lists: from the package hub, from git, from archives, from local
folders. package-lock.yml keeps which versions they are; it is followed until the list changes.

  mod deps
  mod deps --upgrade                                     take the latest versions that the list allows
  mod deps --add-package dbt-labs/dbt_utils@1.3.0
  mod deps --add-package ../tools --source local`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.deps(c.Context(), &o) },
	}
	c.Flags().BoolVar(&o.lock, "lock", false, "only write package-lock.yml")
	c.Flags().BoolVar(&o.upgrade, "upgrade", false, "settle the versions anew, whatever package-lock.yml says")
	c.Flags().StringVar(&o.add, "add-package", "", "add a package to the list first, as `name@version`")
	c.Flags().StringVar(&o.source, "source", "hub", "where an added package is from: hub, git or local")
	c.Flags().StringVar(&o.hub, "package-hub-url", "", "the base `URL` of the package hub, if it is not the public one")
	return c
}

// sources are the values of --source.
var sources = map[string]project.PackageKind{"hub": project.HubPackage, "git": project.GitPackage, "local": project.LocalPackage}

func (a *app) deps(ctx context.Context, o *depsOptions) (err error) {
	if sources[o.source] == "" {
		return usagef("use hub, git or local", "--source is %q", o.source)
	}
	p, err := a.loadLeniently()
	if err != nil {
		return err
	}
	a.heed(p.Root.Flags)
	if o.add != "" {
		undo, failure := a.addPackage(p, o)
		if failure != nil {
			return failure
		}
		defer func() {
			if err != nil { // a list that cannot be installed is no gain
				err = errors.Join(err, undo())
			}
		}()
	}
	return a.install(ctx, p, o)
}

// addPackage adds the package of --add-package to the list.
func (a *app) addPackage(p *project.Project, o *depsOptions) (undo func() error, err error) {
	added := deps.ParseAddition(sources[o.source], o.add)
	if added.Kind == project.HubPackage && added.Version == "" {
		return nil, usagef("write --add-package "+added.Source+`@1.0.0, or a range: "`+added.Source+`@>=1.0.0,<2.0.0"`, "%q names no version", o.add)
	}
	return deps.Add(p, added)
}

func (a *app) install(ctx context.Context, p *project.Project, o *depsOptions) error {
	env := make([]string, 0, len(a.Env))
	for _, name := range slices.Sorted(maps.Keys(a.Env)) {
		env = append(env, name+"="+a.Env[name])
	}
	done, err := deps.Install(ctx, deps.Options{
		Project: p, Hub: o.hub, Env: env, Upgrade: o.upgrade, LockOnly: o.lock, NoVersionCheck: !a.flags.versionCheck,
		Installed: func(d deps.Package) { a.view.note(packageLine(d)) },
	})
	if err != nil {
		return err
	}
	if err := a.judge(done.Warnings); err != nil {
		return err
	}
	a.tellDeps(done, o)
	return nil
}

// packageLine is the line about an installed package.
func packageLine(d deps.Package) string {
	text := "✓ " + d.Name
	switch {
	case d.Kind == project.LocalPackage:
		text += " (local " + d.Version + ")"
	case d.Version != "":
		text += " " + d.Version
	}
	if d.Latest != "" {
		text += ", " + d.Latest + " is available"
	}
	return text
}

// tellDeps says what there is to say when the packages are in place.
func (a *app) tellDeps(done *deps.Result, o *depsOptions) {
	if len(done.Packages) == 0 {
		a.view.note("the project has no packages")
		return
	}
	if o.add != "" {
		a.view.note("added " + o.add)
	}
	for _, name := range done.Removed {
		a.view.note("removed " + name)
	}
	if done.Stale && o.add == "" {
		a.view.note("package-lock.yml was of another list of packages: it is written anew")
	} else if done.Locked && o.lock {
		a.view.note(fmt.Sprintf("package-lock.yml has %s", count(len(done.Packages), "package")))
	}
	var old []string
	for _, d := range done.Packages {
		if d.Latest != "" {
			old = append(old, d.Name)
		}
	}
	if len(old) > 0 {
		a.view.note(`updates available: ` + strings.Join(old, ", ") + ` (allow them in the list of packages, then run "mod deps --upgrade")`)
	}
}

// loadLeniently reads the project file for commands that care for packages and folders only: other mistakes are not in their way.
func (a *app) loadLeniently() (*project.Project, error) {
	vars, problems := project.ParseVars(a.flags.vars)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	p, found := project.Load(project.Options{
		Dir: a.projectDir(), ProfilesDir: a.absolute(a.flags.profilesDir), Profile: a.flags.profile, Vars: vars, Env: a.Env,
		RootOnly: true, NoVersionCheck: !a.flags.versionCheck,
	})
	if p == nil {
		return nil, found.Err()
	}
	a.secrets.project = p
	missing := &diag.List{}
	for _, d := range found.Sorted() {
		if d.Code == project.CodeRequiredVersion && a.command.Name() == "deps" {
			missing.Add(d)
		}
	}
	return p, missing.Err()
}
