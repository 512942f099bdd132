package cmd

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

func newDeps(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "deps",
		Short: "Check that the packages of the project are there",
		Long: `Look whether every package of packages.yml or dependencies.yml is installed. Local packages are used where they are.
Packages from elsewhere are not downloaded yet: put each in a folder of dbt_packages.

  mod deps`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.deps() },
	}
	for _, name := range []string{"lock", "upgrade"} {
		c.Flags().Bool(name, false, "")
		hide(c.Flags(), name)
	}
	for _, name := range []string{"add-package", "source"} {
		c.Flags().String(name, "", "")
		hide(c.Flags(), name)
	}
	return c
}

func (a *app) deps() error {
	p, err := a.loadLeniently()
	if err != nil {
		return err
	}
	if a.command.Flags().Changed("add-package") {
		return usagef("add it to packages.yml", "--add-package is not supported yet")
	}
	if len(p.Packages) == 1 {
		a.view.note("the project has no packages")
		return nil
	}
	for _, pkg := range p.Packages[1:] {
		text := pkg.Name
		if pkg.Version != "" {
			text += " " + pkg.Version
		}
		a.view.note("✓ " + text)
	}
	return nil
}

// loadLeniently reads the project for commands that care for its packages and folders only: other mistakes are not in their way.
func (a *app) loadLeniently() (*project.Project, error) {
	p, found := project.Load(project.Options{
		Dir: a.projectDir(), ProfilesDir: a.absolute(a.flags.profilesDir), Profile: a.flags.profile, Env: a.Env,
	})
	if p == nil {
		return nil, found.Err()
	}
	a.secrets.project = p
	missing := &diag.List{}
	for _, d := range found.Sorted() {
		if !slices.Contains([]diag.Code{project.CodeMissingPackage, project.CodeInvalidPackages, project.CodeDuplicatePackage}, d.Code) {
			continue
		}
		if a.command.Name() != "deps" {
			continue
		}
		if d.Code == project.CodeMissingPackage && d.Hint == `run "mod deps"` {
			d.Hint = fmt.Sprintf("mod does not download packages yet: put it in a folder of %s", p.Root.Paths.Packages)
		}
		missing.Add(d)
	}
	return p, missing.Err()
}
