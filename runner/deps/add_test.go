package deps

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/project"
)

func TestAddKeepsCommentsAndReplacesTheSamePackage(t *testing.T) {
	t.Parallel()
	const before = `# ours
packages:
  - package: dbt-labs/dbt_utils # old
    version: 1.0.0
  - local: ../tools
`
	for _, tt := range []struct {
		kind       project.PackageKind
		text, want string
	}{
		{project.HubPackage, "dbt-labs/codegen@>=0.9.0,<1.0.0", before + "  - package: dbt-labs/codegen\n    version:\n      - '>=0.9.0'\n      - <1.0.0\n"},
		{project.GitPackage, "https://user@x.y/dbt-labs/dbt-utils.git@1.3.0",
			"# ours\npackages:\n  - local: ../tools\n  - git: https://user@x.y/dbt-labs/dbt-utils.git\n    revision: 1.3.0\n"},
		{project.GitPackage, "git@x.y:a/b.git", before + "  - git: git@x.y:a/b.git\n"},
		{project.LocalPackage, "../more", before + "  - local: ../more\n"},
	} {
		s := newShop(t, before)
		const file = "packages.yml"
		undo, err := Add(s.load(), ParseAddition(tt.kind, tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, s.read(file)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if err := undo(); err != nil || s.read(file) != before {
			t.Errorf("not taken back: %v", err)
		}
	}
}
