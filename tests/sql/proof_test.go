package sql_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
)

// chooser writes a query by choices: with one of them changed it writes one that differs in little.
type chooser struct {
	choices []int
	at      int
	aliases int
	ctes    []string
}

func (c *chooser) n(n int) int {
	i := c.choices[c.at%len(c.choices)] % n
	c.at++
	return i
}

func (c *chooser) of(list ...string) string { return list[c.n(len(list))] }

func (c *chooser) column(tables []string) string { return c.of(tables...) + "." + c.of("a", "b", "id") }

func (c *chooser) value(tables []string) string {
	x := c.column(tables)
	switch c.n(9) {
	case 0:
		return x + " + 1"
	case 1:
		return "coalesce(" + x + ", " + c.column(tables) + ")"
	case 2:
		return "case when " + x + " > 1 then " + c.column(tables) + " end"
	case 3:
		return "row_number() over (partition by " + x + " order by " + strings.Join(everything(tables), ", ") + ")"
	case 4:
		return "sum(" + c.column(tables) + ") over (partition by " + x + ")"
	case 5:
		return "(select max(i.a) from t as i where i.id = " + x + ")"
	}
	return x
}

// everything is all columns of tables: an order by them has no ties but of rows that are the same.
func everything(tables []string) (out []string) {
	for _, t := range tables {
		out = append(out, t+".id", t+".a", t+".b")
	}
	return out
}

func (c *chooser) condition(tables []string) string {
	switch c.n(4) {
	case 0:
		return c.column(tables) + " is not null and " + c.column(tables) + " < 3"
	case 1:
		return "exists (select 1 from u as i where i." + c.of("a", "b", "id") + " = " + c.column(tables) + ")"
	case 2:
		return c.column(tables) + " in (select " + c.of("a", "b", "id") + " from " + c.of("t", "u") + ")"
	}
	return c.column(tables) + c.of(" > ", " <= ", " = ") + c.of("1", "2")
}

func (c *chooser) table(depth int) (text, alias string) {
	c.aliases++
	alias = fmt.Sprintf("x%d", c.aliases)
	switch {
	case depth > 0 && c.n(3) == 0:
		return "(" + c.query(depth-1) + ") as " + alias, alias
	case len(c.ctes) > 0 && c.n(2) == 0:
		return c.of(c.ctes...) + " as " + alias, alias
	}
	return c.of("t", "u") + " as " + alias, alias
}

func (c *chooser) query(depth int) string {
	if depth > 0 && c.n(6) == 0 {
		return "(" + c.query(depth-1) + ") " + c.of("union all", "union", "except", "intersect", "union all by name") + " (" + c.query(depth-1) + ")"
	}
	from, alias := c.table(depth)
	tables := []string{alias}
	for range c.n(3) / 2 {
		text, other := c.table(depth)
		tables = append(tables, other)
		if kind := c.of("join", "left join", "full join", "semi join", "using"); kind == "using" {
			from += " join " + text + " using (id)"
		} else {
			from += " " + kind + " " + text + " on " + c.column(tables) + " = " + c.column(tables)
		}
	}
	where := ""
	if c.n(3) == 0 {
		where = " where " + c.condition(tables)
	}
	id, a, b := c.column(tables), c.value(tables), c.value(tables)
	switch c.n(8) {
	case 0:
		return "select " + id + " as id, sum(" + c.column(tables) + ") as a, count(*) as b from " + from + where + " group by " + c.of("1", "all", id)
	case 1:
		return "select distinct " + id + " as id, " + a + " as a, " + b + " as b from " + from + where
	case 2:
		if len(tables) == 1 {
			return "select * " + c.of("", "exclude (b)", "replace (a + 1 as a)") + " from " + from + where
		}
	case 3:
		return "select " + id + " as id, " + a + " as a, " + b + " as b from " + from + where + " order by all limit " + c.of("2", "5")
	case 4:
		return "select " + id + " as id, " + a + " as a, " + c.of("a", "id") + " + 1 as b from (select " + id + " as id, 7 as a from " + from + ")" + ""
	case 5:
		return "select max(" + id + ") as id, min(" + c.column(tables) + ") as a, 1 as b from " + from + where
	}
	extra := ""
	if c.n(4) == 0 {
		extra = ", " + c.value(tables) + " as extra"
	}
	return "select " + id + " as id, " + a + " as a, " + b + " as b" + extra + " from " + from + where
}

func (c *chooser) model() string {
	var with []string
	for i := range c.n(3) {
		with = append(with, fmt.Sprintf("c%d as (%s)", i, c.query(1)))
		c.ctes = append(c.ctes, fmt.Sprintf("c%d", i))
	}
	body := c.query(2)
	if len(with) == 0 {
		return body
	}
	return "with " + strings.Join(with, ", ") + " " + body
}

// claim is what is proved of a change.
type claim struct {
	Before, After string
	Rows          bool     // nothing is said of the rows, and with that of the columns
	Kept          []string // columns with the same values
	All           bool     // there are no others, and they are in the same order
}

func claimOf(before, after string) (claim, bool) {
	tables := func(name []sql.Ident) *lineage.Table {
		t := &lineage.Table{ID: name[len(name)-1].Name}
		for _, c := range []string{"id", "a", "b"} {
			t.Columns = append(t.Columns, lineage.Column{Name: c})
		}
		return t
	}
	old, now := sql.Parse(before, dialect.DuckDB), sql.Parse(after, dialect.DuckDB)
	if len(old.Problems)+len(now.Problems) > 0 {
		return claim{}, false
	}
	change := fingerprint.Read(now, tables).Since(fingerprint.Read(old, tables))
	out := claim{Before: before, After: after, Rows: change.Rows, All: change.Class == fingerprint.Unchanged}
	for _, c := range change.Columns {
		if c.State == fingerprint.Kept {
			out.Kept = append(out.Kept, c.Name)
		}
	}
	return out, true
}

//go:embed testdata/proof.py
var proof string

// TestWhatIsProvedHoldsInDuckDB writes queries, changes one choice of each, and has DuckDB run both over small tables: where rows are said to be
// the same, the rows of the columns that are said to be kept are.
func TestWhatIsProvedHoldsInDuckDB(t *testing.T) {
	python := os.Getenv("MOD_PYTHON")
	if python == "" {
		t.Skip("MOD_PYTHON is not set")
	}
	r := rand.New(rand.NewPCG(1, 1))
	var claims bytes.Buffer
	out := json.NewEncoder(&claims)
	counts := map[string]int{}
	for range 8_000 {
		choices := make([]int, 80)
		for i := range choices {
			choices[i] = r.IntN(1 << 20)
		}
		before := (&chooser{choices: choices}).model()
		changed := slices.Clone(choices)
		changed[r.IntN(40)] = r.IntN(1 << 20)
		after := (&chooser{choices: changed}).model()
		c, ok := claimOf(before, after)
		if !ok {
			t.Fatalf("not understood:\n%s\n%s", before, after)
		}
		if before == after || c.Rows {
			counts["the same text, or nothing said"]++
			continue
		}
		counts["rows the same"]++
		if err := out.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", proof)
	cmd.Stdin = &claims
	said, err := cmd.CombinedOutput()
	t.Logf("%v; %s", counts, said)
	if err != nil {
		t.Error(err)
	}
	if counts["rows the same"] < 600 {
		t.Errorf("too little is proved: %v", counts)
	}
}
