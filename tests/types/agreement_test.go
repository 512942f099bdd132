package types

import (
	"flag"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/types"
)

// every thins the cases out: all of them take minutes.
var every = flag.Int("every", 23, "ask the warehouses one in so many of the cases; 1 asks all, as make conformance does")

// tally counts cases of each sort and keeps the ones that differ.
type tally struct {
	cases, same map[string]int
	differ      []string
	left        int // refused for their values
	asked       int
}

func newTally() *tally { return &tally{cases: map[string]int{}, same: map[string]int{}} }

// skip tells whether the next case is left out.
func (a *tally) skip() bool {
	a.asked++
	return a.asked%*every != 0
}

// add records what both say; "" is a refusal.
func (a *tally) add(sort, expression, warehouse, ours string) {
	a.cases[sort]++
	if warehouse == ours {
		a.same[sort]++
		return
	}
	a.differ = append(a.differ, fmt.Sprintf("%s: warehouse %q, types %q: %s", sort, warehouse, ours, expression))
}

// report prints the agreement in figures and fails if it is below the share wanted.
func (a *tally) report(t *testing.T, wanted float64) {
	t.Helper()
	var sorts []string
	cases, same := 0, 0
	for s := range a.cases {
		sorts = append(sorts, s)
		cases, same = cases+a.cases[s], same+a.same[s]
	}
	sort.Strings(sorts)
	var b strings.Builder
	for _, s := range sorts {
		fmt.Fprintf(&b, "%-34s %7d of %7d  %6.2f %%\n", s, a.same[s], a.cases[s], percent(a.same[s], a.cases[s]))
	}
	fmt.Fprintf(&b, "%-34s %7d of %7d  %6.2f %%\n", "together", same, cases, percent(same, cases))
	fmt.Fprintf(&b, "left out, since the warehouse refuses them for their values and not for their types: %d\n", a.left)
	t.Logf("agreement\n%s", b.String())
	if share := percent(same, cases); share < wanted {
		t.Errorf("%.2f %% agree, %.2f %% are wanted", share, wanted)
	}
	if *differences != "" {
		writeLines(t, *differences, a.differ)
	}
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

// printed is a result as the warehouse would print it, "" for a refusal.
func printed(s *types.System, r types.Result, err *types.CallError) string {
	if err != nil {
		return ""
	}
	if r.Type.IsUnknown() {
		return "unknown"
	}
	return s.Print(s.Settle(r.Type))
}
