package reference

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/modsql/mod/runner/state"
)

// The part of the page that is made from the code stands between these lines.
const (
	stateBegin = "<!-- Made from runner/state by `make docs`. -->\n"
	stateEnd   = "<!-- To here. -->\n"
)

func TestEveryTableOfTheStateIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("state.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(page), stateBegin)
	_, after, ends := strings.Cut(rest, stateEnd)
	if !begins || !ends {
		t.Fatalf("the page has no part between %q and %q", stateBegin, stateEnd)
	}
	current(t, "state.md", before+stateBegin+stateTables()+stateEnd+after)
}

// stateTables are the tables of the state with their columns.
func stateTables() string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "The tables have version %d. ", state.Version)
	b.WriteString("A mod that knows an older version leaves them alone and says so; one that knows a newer one adds what is missing.\n")
	for _, l := range state.Layouts() {
		_, _ = fmt.Fprintf(&b, "\n### `%s`\n%s\n\n| column | type | is |\n|---|---|---|\n", l.Name, l.About)
		for _, c := range l.Columns {
			_, _ = fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, stateTypes[c.Type], c.About)
		}
	}
	return b.String() + "\n"
}

var stateTypes = map[state.Type]string{state.Text: "text", state.Count: "whole number", state.Number: "number", state.Time: "time, in UTC"}
