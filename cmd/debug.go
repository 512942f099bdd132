package cmd

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

func newDebug(a *app) *cobra.Command {
	connection := false
	c := &cobra.Command{
		Use:   "debug",
		Short: "Check the project file, the connection and the rights",
		Long: `Look for the project and its profile, connect to the warehouse, and tell what was found, line by line.

  mod debug
  mod debug --target prod`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.debug(c.Context(), connection) },
	}
	c.Flags().BoolVar(&connection, "connection", false, "tell of the connection only")
	c.Flags().Bool("config-dir", false, "")
	hide(c.Flags(), "config-dir")
	return c
}

func (a *app) debug(ctx context.Context, connection bool) error {
	r := report{app: a, paint: a.paint()}
	if connection {
		fmt.Fprintln(r.out, "Skipping steps before connection verification")
	} else {
		r.line(true, "mod", fmt.Sprintf("%s, runs projects of dbt %s, %s/%s", Version(), macros.Release, runtime.GOOS, runtime.GOARCH))
		p, err := a.load(false)
		if err != nil {
			r.line(false, "project", "cannot be read")
			return err
		}
		r.line(true, "project", p.Root.Name+" in "+p.Dir)
	}
	p, err := a.load(true)
	if err != nil {
		r.line(false, "target", "there is none to connect to")
		return r.failed(err)
	}
	t := p.Target
	if t.Default {
		r.line(true, "target", t.Name+", since there is no profile: "+t.Type)
	} else {
		where := ""
		if !t.At.IsZero() {
			where = " (" + t.At.String() + ")"
		}
		r.line(true, "target", fmt.Sprintf("%s of profile %s: %s%s", t.Name, t.ProfileName, t.Type, where))
	}
	return r.connection(ctx, p)
}

// failed says in dbt's words why there is no profile or target, for tools that read what "dbt debug" prints; the error is told after it.
func (r report) failed(err error) error {
	var problems *diag.Errors
	if !errors.As(err, &problems) {
		return err
	}
	for _, d := range problems.List.Sorted() {
		var words string
		switch profile := r.profileName(); d.Code {
		case project.CodeUnknownTarget:
			words = fmt.Sprintf("The profile '%s' does not have a target named '%s'.", profile, r.flags.target)
		case project.CodeMissingProfile:
			words = fmt.Sprintf("Could not find profile named '%s'", profile)
			if r.flags.profilesDir != "" {
				words += "\ndbt looked for a profiles.yml file in " + r.flags.profilesDir
			}
		default:
			continue
		}
		fmt.Fprintf(r.out, "Profile loading failed for the following reason:\n%s\n\n1 check failed\n", words)
		break
	}
	return err
}

// profileName is the profile that was asked for.
func (r report) profileName() string {
	if r.flags.profile != "" {
		return r.flags.profile
	}
	if p := r.secrets.project; p != nil {
		return p.Root.Profile
	}
	return ""
}

// report prints lines with a mark.
type report struct {
	*app
	paint
}

func (r report) line(ok bool, what, text string) {
	mark := r.good.Render("✓")
	if !ok {
		mark = r.bad.Render("✗")
	}
	fmt.Fprintf(r.out, "%s %s  %s\n", mark, pad(what, 10), text)
}

// connection connects and tells what the warehouse says of itself.
func (r report) connection(ctx context.Context, p *project.Project) error {
	driver := all.Named(p.Target.Type)
	if driver == nil {
		r.line(false, "adapter", "there is none for "+p.Target.Type)
		return unknownWarehouse(p.Target)
	}
	var w adapters.Warehouse
	settings, err := r.settings(ctx, p.Target)
	if err == nil {
		w, err = driver.Open(ctx, settings)
	}
	if err == nil {
		err = ping(ctx, w)
	}
	if err != nil {
		r.line(false, "connection", err.Error())
		var wire *adapters.Error
		if errors.As(err, &wire) && wire.Hint != "" {
			fmt.Fprintf(r.out, "  %s %s\n", r.dim.Render("hint:"), wire.Hint)
		}
		return outcome{status(ctx, err)}
	}
	r.line(true, "connection", "ok")
	v, ok := w.(adapters.Verifier)
	if !ok {
		return w.Close()
	}
	facts, err := v.Verify(ctx)
	if err != nil {
		r.line(false, "rights", err.Error())
		return errors.Join(outcome{exitFailed}, w.Close())
	}
	for _, f := range facts {
		fmt.Fprintf(r.out, "  %s  %s\n", pad(f.Name, 10), f.Value)
	}
	return w.Close()
}

func ping(ctx context.Context, w adapters.Warehouse) error {
	conn, err := w.Connect(ctx)
	if err != nil {
		return errors.Join(err, w.Close())
	}
	_, err = conn.Exec(ctx, "select 1")
	return errors.Join(err, conn.Close())
}
