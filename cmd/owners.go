package cmd

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/runner/git"
)

func newCodeowners(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "codeowners",
		Short: "Write who answers for which files, as GitHub and GitLab read it",
		Long: `Write a CODEOWNERS file of the owners of the project's nodes: those that they name themselves, or their groups. Reviews of a file's owners can then
be required. An owner is a @name, a @team or an address; what is neither is a comment in the file.

  mod checks codeowners > .github/CODEOWNERS`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.compile(compileOptions{which: "parse"})
			if err != nil {
				return err
			}
			prefix := ""
			if r, err := git.Open(c.Context(), s.variables(), s.project.Dir); err == nil {
				prefix = r.Project
			}
			_, err = a.out.Write([]byte(codeowners(s.graph, prefix)))
			return err
		},
	}
}

// address is what CODEOWNERS takes for an owner: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
var address = regexp.MustCompile(`@[\w./-]+|[^\s<>@]+@[^\s<>@]+`)

// codeowners is who answers for the files that define nodes, by path from the top of the repository, where the project is in a folder.
func codeowners(g *compiler.Graph, folder string) string {
	owners := g.Owners()
	of := map[string][]string{}
	for _, n := range g.Order {
		if n.File == nil || !n.Package.IsRoot || n.Type == compiler.Test {
			continue
		}
		if owner := owners.Of(n); owner != "" && !slices.Contains(of[n.File.Source.Path], owner) {
			of[n.File.Source.Path] = append(of[n.File.Source.Path], owner)
		}
	}
	var b strings.Builder
	b.WriteString("# Made by mod checks codeowners.\n")
	for _, file := range slices.Sorted(maps.Keys(of)) {
		var known []string
		for _, owner := range of[file] {
			found := address.FindString(owner)
			if found == "" {
				fmt.Fprintf(&b, "# %s has no @name and no address, and answers for the next file too:\n", strings.Join(strings.Fields(owner), " "))
				continue
			}
			known = append(known, found)
		}
		at := strings.NewReplacer(" ", `\ `, "#", `\#`).Replace("/" + path.Join(folder, file))
		if len(known) == 0 {
			at = "# " + at
		}
		b.WriteString(strings.TrimRight(at+" "+strings.Join(known, " "), " ") + "\n")
	}
	return b.String()
}

// approvals say whose approval is needed: that of the owners of what the pull request itself changes. What it only reaches is told of in the table.
func (v *review) approvals() string {
	owners := v.graph.Owners()
	of := map[string][]string{}
	for _, m := range v.models() {
		if m.Node == nil || m.State == change.Affected {
			continue
		}
		if owner := owners.Of(m.Node); owner != "" {
			of[owner] = append(of[owner], code(m.Node.Label()))
		}
	}
	if len(of) == 0 {
		return ""
	}
	var parts []string
	for _, owner := range slices.Sorted(maps.Keys(of)) {
		names := of[owner]
		if more := len(names) - 5; more > 0 {
			names = append(names[:5], fmt.Sprintf("%d more", more))
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", cell(owner), strings.Join(names, ", ")))
	}
	return "\nApproval is needed of " + join(parts, "and") + ".\n"
}
