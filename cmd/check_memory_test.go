package cmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWhatIsRememberedIsWhatTheBinderSays edits queries and the relations that they read at random, and after each edit compares what a check says
// that knows of earlier ones with what it says when it is not to.
func TestWhatIsRememberedIsWhatTheBinderSays(t *testing.T) {
	edits := 60
	if testing.Short() {
		edits = 10
	}
	e := newEdited(t, 11)
	if err := os.MkdirAll(e.path("target"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 6; i++ {
		e.query(i)
	}
	var done []string
	remembered, told := 0, map[string]bool{}
	for range edits {
		done = append(done, e.editQueries())
		args := []string{"check", "--format", "json"}
		if e.r.IntN(4) == 0 {
			args = append(args, "--select", e.pick("m1", "m2+", "+m5", "m6"))
		}
		want := e.run(append(args, "--no-partial-parse")...)
		for range 2 { // one may ask, the next remembers
			if diff := cmp.Diff(want, e.run(args...)); diff != "" {
				t.Fatalf("mod %s after\n%s\n-asked +remembered\n%s", strings.Join(args, " "), strings.Join(done, "\n"), diff)
			}
		}
		told[want] = true
		if text, err := os.ReadFile(filepath.Join(e.dir, "target", verdictsFile)); err == nil && len(text) > 100 {
			remembered++
		}
	}
	if remembered < edits/2 || len(told) < edits/4 {
		t.Errorf("after %d edits there was something to remember %d times, and %d different things to be said", edits, remembered, len(told))
	}
}

// query writes model i, which reads seeds and models before it, by all the ways in which a query may name them.
func (e *edited) query(i int) string {
	from := e.pick("{{ ref('s1') }}", "{{ ref('s 2') }}")
	if i > 1 && e.r.IntN(4) > 0 {
		from = fmt.Sprintf("{{ ref('m%d') }}", 1+e.r.IntN(i-1))
	}
	column := e.pick("id", "name", "id", "price")
	text := e.pick(
		"select "+column+" as id, 'x' as name from "+from,
		"select "+column+" + 1 as id, "+e.pick("1", "'a'", "date '2020-01-01'")+" as name from "+from,
		"select * from "+from+" where "+column+" > 1",
		"select *, upper(name) as price from "+from,
		"with m1 as (select "+column+" as id from "+from+") select id, id as name from m1",
		"select id, nosuch("+column+") as name from "+from,
		"select id, name from query_table('m"+fmt.Sprint(1+e.r.IntN(6))+"')",
		"select id, 1 as name from query('select "+column+" as id from m' || '"+fmt.Sprint(1+e.r.IntN(6))+"')",
		"select id, name from nowhere",
		"select id, name from gone.main.s1",
		"select id name from from "+from,
	)
	e.write(fmt.Sprintf("models/%s/m%d.sql", []string{"a", "b"}[i%2], i), e.pick("", "{{ config(materialized='table') }} ", "{{ config(materialized='ephemeral') }} ",
		"{{ config(alias='M"+fmt.Sprint(i)+"') }} ", "{{ config(alias='an alias') }} ", "{{ config(schema='s1') }} ")+text+"\n")
	return fmt.Sprintf("m%d: %s", i, text)
}

// editQueries changes a query, the columns of a seed, or where everything is.
func (e *edited) editQueries() string {
	switch e.r.IntN(8) {
	case 0:
		columns := e.pick("id,name\n1,a\n", "id,name\na,1\n", "id,price\n1,2.5\n", "name,id\na,1\n")
		e.write(e.pick("seeds/s1.csv", "seeds/s 2.csv"), columns)
		return "seed: " + columns
	case 1:
		e.args = strings.Fields(e.pick("", "--target b", "--target a"))
		return "call with " + strings.Join(e.args, " ")
	}
	return e.query(1 + e.r.IntN(6))
}

// TestDamagedVerdictsAreNone breaks the file in every way that is cheap to try: mod must say the same as without it.
func TestDamagedVerdictsAreNone(t *testing.T) {
	e := newEdited(t, 5)
	if err := os.MkdirAll(e.path("target"), 0o755); err != nil {
		t.Fatal(err)
	}
	e.write("models/a/m2.sql", "select nosuch(id) as id from {{ ref('s1') }}")
	want := e.run("check")
	whole, err := os.ReadFile(e.path("target/" + verdictsFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		damaged := bytes.Clone(whole)
		if i%2 == 0 {
			damaged = damaged[:e.r.IntN(len(damaged))]
		} else {
			damaged[e.r.IntN(len(damaged))] ^= byte(1 + e.r.IntN(255))
		}
		if err := os.WriteFile(e.path("target/"+verdictsFile), damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.run("check")); diff != "" {
			t.Fatal(diff)
		}
	}
}
