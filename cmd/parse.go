package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
)

func newParse(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "parse",
		Short: "Check the project and write its manifest, without a warehouse",
		Long: `Read the project, resolve everything that it refers to, report every mistake, and write target/manifest.json.

  mod parse`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.parse() },
	}
}

func (a *app) parse() error {
	s, err := a.compile(compileOptions{which: "parse"})
	if err != nil {
		return err
	}
	if err := s.writeManifest(); err != nil {
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
