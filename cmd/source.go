package cmd

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/runner"
)

type sourceOptions struct {
	selection
	output string
}

func newSource(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "source",
		Short: "Look after what others load",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newFreshness(a))
	return c
}

func newFreshness(a *app) *cobra.Command {
	o := sourceOptions{}
	c := &cobra.Command{
		Use:     "freshness",
		Aliases: []string{"snapshot-freshness"},
		Short:   "See how old the newest rows of the sources are",
		Long: `Ask the warehouse for the newest row of every source that has a limit (freshness: warn_after, error_after) and a
loaded_at_field or loaded_at_query, and write the answers to target/sources.json. A source older than its error_after
fails.

  mod source freshness
  mod source freshness --select source:raw.orders`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.freshness(c.Context(), o) },
	}
	o.selection.register(a, c)
	c.Flags().StringVarP(&o.output, "output", "o", "", "the `file` to write instead of target/sources.json")
	return c
}

func (a *app) freshness(ctx context.Context, o sourceOptions) error {
	s, err := a.compile(compileOptions{which: "freshness", needTarget: true, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	picked, err := s.pick(o.selection, compiler.Source)
	if err != nil {
		return err
	}
	var sources []*compiler.Node
	for _, n := range picked {
		if n.Freshness().Any() {
			sources = append(sources, n)
		}
	}
	if len(sources) == 0 {
		s.view.note("nothing to do: no source is selected that has a freshness limit")
		return errors.Join(s.writeManifest(), s.writeSources(o, nil, &runner.Results{Started: s.started, Finished: s.Now()}))
	}
	r, err := s.reach(ctx, sources)
	if err != nil {
		return err
	}
	found, results, err := r.Freshness(ctx, sources)
	err = errors.Join(err, r.Close(), s.writeManifest(), s.writeSources(o, found, results))
	switch {
	case results.Interrupted:
		return errors.Join(outcome{exitInterrupted}, err)
	case err != nil:
		return err
	case results.Failed() || s.flags.warnError && warned(results):
		return outcome{exitFailed}
	}
	return nil
}

// writeSources writes target/sources.json.
func (s *session) writeSources(o sourceOptions, found []*runner.Freshness, results *runner.Results) error {
	out := &artifact.Sources{Metadata: s.about(), ElapsedTime: results.Finished.Sub(results.Started).Seconds()}
	for _, f := range found {
		out.Results = append(out.Results, f.Artifact())
	}
	if o.output != "" {
		return writeWhole(s.absolute(o.output), s.secrets.without(out.Write))
	}
	return s.writeArtifact("sources.json", out.Write)
}

func warned(results *runner.Results) bool {
	return slices.ContainsFunc(results.All, func(r *runner.Result) bool { return r.Status == runner.Warn })
}
