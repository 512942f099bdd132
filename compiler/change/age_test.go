package change_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/change"
)

// hour is a time of the day that the tests are about.
func hour(h int) time.Time { return time.Date(2024, 3, 1, h, 0, 0, 0, time.UTC) }

func TestAgesTellWhereADelayBegan(t *testing.T) {
	t.Parallel()
	const day = `
models:
  - name: orders
    config: {freshness: {warn_after: {count: 2, period: hour}, error_after: {count: 6, period: hour}}}
`
	built := func(h int) change.Built { return change.Built{Began: hour(h), Ended: hour(h)} }
	const stg, orders = "model.shop.stg_orders", "model.shop.orders"
	for name, c := range map[string]struct {
		limit string // of the source, in hours; "" for none
		came  int    // the hour of the source's newest row
		seen  int    // that row, when stg_orders was built
		built map[string]change.Built
		want  string // of orders
	}{
		"all is there": {"", 5, 5, map[string]change.Built{stg: built(6), orders: built(7)}, "complete up to 12"},
		"nothing newer came, and there should have been": {"4", 5, 5, map[string]change.Built{stg: built(6), orders: built(7)},
			"complete up to 5, failed since 11: orders has had no new row since 2024-03-01 05:00 UTC"},
		"newer rows came after the build of what reads them": {"", 9, 5, map[string]change.Built{stg: built(6), orders: built(7)},
			"complete up to 6, behind, late since 8: stg_orders was last built on 2024-03-01 06:00 UTC, and there is newer data for it"},
		"what reads it was built after its own children": {"", 9, 9, map[string]change.Built{stg: built(10), orders: built(9)},
			"complete up to 9, behind, late since 11: orders was last built on 2024-03-01 09:00 UTC, and there is newer data for it"},
		"one of them was never built": {"", 5, 5, map[string]change.Built{stg: built(6)}, "not known, behind, failed: orders was never built"},
		"within the limit":            {"", 11, 9, map[string]change.Built{stg: built(10), orders: built(11)}, "complete up to 10, behind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			source := "{loaded_at_field: at}"
			if c.limit != "" {
				source = "{loaded_at_field: at, freshness: {warn_after: {count: " + c.limit + ", period: hour}}}"
			}
			w.files["models/sources.yml"] = "sources: [{name: raw, schema: raw, config: " + source + ", tables: [{name: orders}]}]\n"
			w.files["models/limits.yml"] = day
			g := w.compiled()
			h := change.History{Now: hour(12), Built: c.built, Looks: map[string]change.Look{"source.shop.raw.orders": {Loaded: hour(c.came), At: hour(12)}}}
			if b, ok := h.Built[stg]; ok {
				b.Seen = map[string]time.Time{"source.shop.raw.orders": hour(c.seen)}
				h.Built[stg] = b
			}
			if diff := cmp.Diff(c.want, told(change.Ages(g.Graph, h), orders)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// told is an age in words.
func told(ages []*change.Age, id string) string {
	for _, a := range ages {
		if a.ID != id {
			continue
		}
		text := "not known"
		if a.Known {
			text = fmt.Sprintf("complete up to %d", a.AsOf.Hour())
		}
		if a.Behind {
			text += ", behind"
		}
		if a.Limit != nil {
			text += map[bool]string{true: ", failed", false: ", late"}[a.Failed]
			if a.Known {
				text += fmt.Sprintf(" since %d", a.Late().Hour())
			}
			text += fmt.Sprintf(": %s %s", a.Cause.Name, a.Cause.Text)
		}
		return text
	}
	return "left out"
}
