package reference

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/policy"
)

func TestEveryTableOfChecksIsDocumented(t *testing.T) {
	t.Parallel()
	current(t, "checks.md", checksPage())
}

// checksPage is made of compiler/policy: its tables, and the checks that come with mod.
func checksPage() string {
	var b strings.Builder
	b.WriteString(generated("compiler/policy") + "# Checks\n\nA [check](../guides/checks.md) is a query over the tables below, in DuckDB's SQL. Each row that it gives is something that is not as it " +
		"should be: in column `node` what it is about, an ID or a name; in `column_name` which column of that; in `message` what is wrong.\n\n## Tables\n")
	for _, table := range policy.Tables() {
		fmt.Fprintf(&b, "\n### %s\n%s\n\n| column | type | |\n|---|---|---|\n", table.Name, table.Doc)
		for _, c := range table.Columns {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, c.Type, c.Doc)
		}
	}
	b.WriteString("\n## Checks that come with mod\nThey are off until `checks:` in the project file says how bad it is what they find.\n")
	for _, c := range policy.Starter() {
		fmt.Fprintf(&b, "\n### %s\n%s\n\n```sql\n%s```\n", c.Name, c.Description, c.Source.Text)
	}
	return b.String()
}
