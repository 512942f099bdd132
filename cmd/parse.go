package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
)

func newParse(a *app) *cobra.Command {
	explain := false
	c := &cobra.Command{
		Use:   "parse",
		Short: "Check the project and write its manifest, without a warehouse",
		Long: `Read the project, resolve everything that it refers to, report every mistake, and write target/manifest.json.

  mod parse`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if explain {
				return a.doctor(c.Context(), "text")
			}
			return a.parse()
		},
	}
	c.Flags().BoolVar(&explain, "explain", false, `tell whether the project will run on mod: the same as "mod doctor"`)
	return c
}

func (a *app) parse() error {
	o := compileOptions{which: "parse"}
	s, err := a.recall(o, needsManifest)
	if err == nil && s == nil {
		if s, err = a.compile(o); err == nil {
			err = s.writeManifest()
			s.keepWithManifest()
		}
	}
	if err != nil {
		return err
	}
	if !a.flags.quiet {
		_, err = fmt.Fprintf(a.out, "%s: %s\n", s.project.Root.Name, s.census())
	}
	return err
}

// census is how many nodes of each type there are: "12 models, 3 seeds and 34 tests".
func (s *session) census() string {
	counts := map[compiler.Type]int{}
	for _, n := range s.graph.Nodes {
		counts[n.Type]++
	}
	return censusOf(counts)
}

func censusOf(counts map[compiler.Type]int) string {
	var parts []string
	for _, t := range anyType {
		if counts[t] > 0 {
			parts = append(parts, count(counts[t], typeWord(t)))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return join(parts, "and")
}
