package sql_test

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

var (
	splices = flag.Int("splices", 100_000, "how many queries are put together from the tokens of others")
	seed    = flag.Uint64("seed", 1, "of the random numbers")
)

// TestSplicedQueriesPrintAsTheyWereRead puts tokens of the goldens' queries into one another: a fifth of that is understood, by chance and
// unlike anything that a person would write, and has to be printed so that it is understood as the same.
func TestSplicedQueriesPrintAsTheyWereRead(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 0))
	tokens := map[*dialect.Dialect][][]string{}
	for _, d := range order {
		tokens[d] = statementTokens(t, d)
	}
	understood := 0
	for range *splices {
		d := order[r.IntN(len(order))]
		text := strings.Join(splice(r, tokens[d]), " ")
		if len(sql.Parse(text, d).Problems) == 0 {
			understood++
			checkFixpoint(t, text, d)
		}
		if t.Failed() {
			t.Fatalf("%s, -seed %d", d.Name, *seed)
		}
	}
	if understood < *splices/10 {
		t.Errorf("%d of %d were understood", understood, *splices)
	}
}

// statementTokens are the tokens of each statement of the goldens.
func statementTokens(t *testing.T, d *dialect.Dialect) [][]string {
	var out [][]string
	for _, text := range goldenQueries(t) {
		for _, s := range sql.Parse(text, d).Statements {
			statement := text[s.At().Start:s.At().End]
			var tokens []string
			for _, token := range sql.Tokens(statement, d) {
				tokens = append(tokens, statement[token.Start:token.End])
			}
			if len(tokens) > 0 && len(tokens) < 200 {
				out = append(out, tokens)
			}
		}
	}
	return out
}

// splice takes a statement and up to three times takes tokens out of it, or puts some of another in.
func splice(r *rand.Rand, statements [][]string) []string {
	pick := func() []string { return statements[r.IntN(len(statements))] }
	out := append([]string(nil), pick()...)
	for range 1 + r.IntN(3) {
		if len(out) == 0 {
			return out
		}
		at := r.IntN(len(out))
		to := at + r.IntN(min(6, len(out)-at)+1)
		other := pick()
		from := r.IntN(len(other))
		part := other[from : from+r.IntN(min(12, len(other)-from)+1)]
		out = append(out[:at:at], append(append([]string(nil), part...), out[to:]...)...)
	}
	return out
}
