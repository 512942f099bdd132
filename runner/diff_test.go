package runner

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/relation"
)

// few is a row of few values: a key and two others, each of which may be null.
type few [3]*int

func drawRows(r *rapid.T, label string) []few {
	value := rapid.Custom(func(r *rapid.T) *int {
		if rapid.IntRange(0, 5).Draw(r, "null") == 0 {
			return nil
		}
		n := rapid.IntRange(0, 6).Draw(r, "value")
		return &n
	})
	unique := rapid.Bool().Draw(r, label+" has a key")
	var out []few
	for i := range rapid.IntRange(0, 12).Draw(r, label+" rows") {
		row := few{value.Draw(r, "key"), value.Draw(r, "x"), value.Draw(r, "y")}
		if unique {
			key := i * rapid.IntRange(1, 2).Draw(r, "step")
			row[0] = &key
		}
		out = append(out, row)
	}
	return out
}

func spelledInt(v *int) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprint(*v)
}

func (f few) String() string {
	return spelledInt(f[0]) + "," + spelledInt(f[1]) + "," + spelledInt(f[2])
}

// naive compares rows one by one.
func naive(base, is []few) string {
	for _, side := range [][]few{base, is} {
		seen := map[int]bool{}
		for _, row := range side {
			if row[0] != nil && seen[*row[0]] {
				return naiveUnkeyed(base, is)
			}
			if row[0] != nil {
				seen[*row[0]] = true
			}
		}
	}
	at := map[int]few{}
	added, removed, changed, x, y := len(is), 0, 0, 0, 0
	for _, row := range is {
		if row[0] != nil {
			at[*row[0]] = row
		}
	}
	for _, was := range base {
		if was[0] == nil {
			removed++
			continue
		}
		row, there := at[*was[0]]
		if !there {
			removed++
			continue
		}
		added--
		dx, dy := spelledInt(was[1]) != spelledInt(row[1]), spelledInt(was[2]) != spelledInt(row[2])
		if dx {
			x++
		}
		if dy {
			y++
		}
		if dx || dy {
			changed++
		}
	}
	return fmt.Sprintf("%d added, %d removed, %d changed, x %d, y %d", added, removed, changed, x, y)
}

func naiveUnkeyed(base, is []few) string {
	count := map[string]int{}
	for _, row := range is {
		count[row.String()]++
	}
	for _, row := range base {
		count[row.String()]--
	}
	added, removed := 0, 0
	for _, n := range count {
		added, removed = added+max(n, 0), removed+max(-n, 0)
	}
	return fmt.Sprintf("%d added, %d removed, no key", added, removed)
}

func saidOf(r *diff.Result) string {
	if r.Unkeyed != "" {
		return fmt.Sprintf("%d added, %d removed, no key", r.Added, r.Removed)
	}
	of := map[string]int64{}
	for _, c := range r.Columns {
		of[c.Name] = c.Changed
	}
	return fmt.Sprintf("%d added, %d removed, %d changed, x %d, y %d", r.Added, r.Removed, r.Changed, of["x"], of["y"])
}

func TestADiffIsWhatComparingRowByRowSays(t *testing.T) {
	t.Parallel()
	t.Run("duckdb", func(t *testing.T) {
		t.Parallel()
		diffProperty(t, oneModel, openDuck(t, ":memory:"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		project, w := onPostgres(t, oneModel)
		diffProperty(t, project, w)
	})
}

const oneModel = `
-- dbt_project.yml --
name: shop
profile: shop
-- profiles.yml --
shop: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:', schema: main}}}
-- models/one.sql --
select 1 as id
`

func diffProperty(t *testing.T, project string, w adapters.Warehouse) {
	ctx := t.Context()
	g := compiled(t, t.TempDir(), project)
	r := &Runner{Graph: g, Warehouse: w}
	conn, err := w.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a failure shows in what follows
	schema := g.Project.Target.Schema
	if _, err := conn.Exec(ctx, "create schema if not exists "+schema); err != nil {
		t.Fatal(err)
	}
	at := func(name string) relation.Relation {
		return relation.Relation{Database: g.Project.Target.Database, Schema: g.Project.Target.Schema, Name: name}
	}
	rapid.Check(t, func(rt *rapid.T) {
		base, is := drawRows(rt, "base"), drawRows(rt, "new")
		for name, rows := range map[string][]few{"was": base, "present": is} {
			name = schema + "." + name
			sql := fmt.Sprintf("drop table if exists %s; create table %s (k integer, x integer, y integer)", name, name)
			if len(rows) > 0 {
				var values []string
				for _, row := range rows {
					values = append(values, "("+row.String()+")")
				}
				sql += "; insert into " + name + " values " + strings.Join(values, ", ")
			}
			if _, err := conn.Exec(ctx, sql); err != nil {
				rt.Fatal(err)
			}
		}
		found, err := r.Find(ctx, r.Graph, at("was"), at("present"))
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := r.Observe(ctx, nil); err != nil {
			rt.Fatal(err)
		}
		out, err := r.Diff(ctx, []Comparison{{Spec: diff.Spec{Base: *found[0], New: *found[1], Key: []string{"K"}}}})
		if err != nil || out[0].Err != nil {
			rt.Fatal(err, out[0].Err)
		}
		if diff := cmp.Diff(naive(base, is), saidOf(out[0].Result)); diff != "" {
			rt.Errorf("base %v, new %v (-want +got):\n%s", base, is, diff)
		}
	})
}
