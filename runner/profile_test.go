package runner

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
)

// sales is a project that reads tables which others write.
const sales = shop + `
-- models/sources.yml --
sources: [{name: raw, schema: SCHEMA, tables: [{name: sales}, {name: nobody}, {name: lost}, {name: seen}]}]
`

// salesRows makes the tables. Both warehouses understand it.
const salesRows = `
create table SCHEMA.sales (
  id integer, price numeric(9, 2), ratio double precision, day date, happened timestamp, note text, paid boolean, gone integer,
  "a""b' -- {{ x }}" text, parts integer[], mail text, big bigint
);
insert into SCHEMA.sales values
  (1, 10.50, 1.5, '2026-01-01', '2026-01-01 12:00:00', 'short', true, null, 'q', array[1, 2], 'ada@example.com', 9223372036854775807),
  (2, 20.00, 'NaN', '2026-01-03', '2026-01-01 18:00:00', repeat('ä', 5000), false, null, 'q', array[1, 2], 'bob@example.com', -9223372036854775807),
  (3, 30.00, 'Infinity', 'infinity', null, '', true, null, '''; --', null, 'ada@example.com', 0),
  (5, null, 2.5, '2026-01-01', '2026-01-02 12:00:00', null, true, null, null, array[3], null, 1);
create table SCHEMA.nobody (id integer, name text);
create view SCHEMA.seen as select id, mail from SCHEMA.sales
`

// wantSales is what is found out, in the words of [profileLines].
var wantSales = []string{
	"sales: 4 rows",
	"id: 0 null, 4 distinct, from 1 to 5, 1+1: 1 1 1 0 1",
	"price: 1 null, 3 distinct, from 10.50 to 30.00, 10.5+0.975: 1 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 1",
	"ratio: 0 null, 4 distinct, 2 not finite, from 1.5 to 2.5, 1.5+0.05: 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1",
	"day: 0 null, 3 distinct, 1 not finite, from 2026-01-01 to 2026-01-03, 1767225600+86400: 2 0 1",
	"happened: 1 null, 3 distinct, from 2026-01-01 12:00:00 to 2026-01-02 12:00:00, 1767268800+4320: 1 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 1",
	"note: 1 null, 3 distinct, from  to " + strings.Repeat("ä", 100) + "…, 1 , 1 short, 1 " + strings.Repeat("ä", 100) + "…",
	"paid: 0 null, 2 distinct, 3 true, 1 false",
	"gone: 4 null, 0 distinct",
	`a"b' -- {{ x }}: 1 null, 2 distinct, from '; -- to q, 2 q, 1 '; --`,
	"parts: 1 null, 2 distinct",
	"mail: 1 null, 2 distinct, personal",
	"big: 0 null, 4 distinct, from -9223372036854775807 to 9223372036854775807, " +
		"-9.223372036854776e+18+9.223372036854776e+17: 1 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0 0 1",
	"nobody: 0 rows",
	"id: 0 null, 0 distinct",
	"name: 0 null, 0 distinct",
	"seen: 4 rows",
	"id: 0 null, 4 distinct, from 1 to 5, 1+1: 1 1 1 0 1",
	"mail: 1 null, 2 distinct, personal",
}

func TestAProfileTellsWhatRelationsHold(t *testing.T) {
	t.Parallel()
	for _, on := range warehouses {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			r, sent := salesOn(t, on.open, salesRows)
			found, err := r.Profile(t.Context(), r.Graph.Order, ProfileOptions{Personal: isMail})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wantSales, profileLines(t, found)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, sql := range sent() {
				bare := strings.NewReplacer(`count("mail")`, "", `count(distinct cast("mail" as TEXT))`, "").Replace(sql)
				if strings.Contains(bare, `"mail"`) {
					t.Errorf("asked of a personal column:\n%s", sql)
				}
			}
			if text := written(t, found); strings.Contains(text, "example.com") {
				t.Errorf("personal data in the file:\n%s", text)
			}
		})
	}
}

func TestAProfileTakesColumnsOfEveryType(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		rows string
		want []string
	}{
		"duckdb": {
			`create table SCHEMA.sales as select {'a': 1} as s, map {'a': 1} as m, [1, 2] as l, cast('b' as enum ('b', 'a')) as e,
			  cast(5 as hugeint) as h, cast('2026-01-01 00:00:00.5' as timestamp_ns) as ns, timestamptz 'infinity' as tz,
			  cast('2026-01-01' as timestamp_s) as sec, time '12:00' as clock, interval '1 day' as span, 'x'::blob as bytes, uuid() as u,
			  cast('Infinity' as float) as endless, '101'::bit as bits, union_value(num := 1) as either, null as nothing, 1e308 as most
			  union all by name select -1e308 as most`,
			[]string{
				"sales: 2 rows", "s: 1 null, 1 distinct", "m: 1 null, 1 distinct", "l: 1 null, 1 distinct", "e: 1 null, 1 distinct, from b to b, 1 b",
				"h: 1 null, 1 distinct, from 5 to 5, 5+1: 1",
				"ns: 1 null, 1 distinct, from 2026-01-01 00:00:00.5 to 2026-01-01 00:00:00.5, 1767225600.5+1: 1",
				"tz: 1 null, 1 distinct, 1 not finite",
				"sec: 1 null, 1 distinct, from 2026-01-01 00:00:00 to 2026-01-01 00:00:00, 1767225600+1: 1",
				"clock: 1 null, 1 distinct", "span: 1 null, 1 distinct", "bytes: 1 null, 1 distinct", "u: 1 null, 1 distinct",
				"endless: 1 null, 1 distinct, 1 not finite", "bits: 1 null, 1 distinct", "either: 1 null, 1 distinct", "nothing: 2 null, 0 distinct",
				"most: 0 null, 2 distinct, from -1e+308 to 1e+308",
			},
		},
		"postgres": {
			`create type SCHEMA.mood as enum ('b', 'a'); create type SCHEMA.pair as (a int, b text);
			create table SCHEMA.sales as select row(1, 'a')::SCHEMA.pair as s, '{"a": 1}'::json as j, '{"a": 1}'::jsonb as jb, '<a/>'::xml as x,
			  'a'::SCHEMA.mood as e, point(1, 2) as p, '1 day'::interval as span, '\x00'::bytea as bytes, gen_random_uuid() as u, 'ab '::char(3) as c,
			  'NaN'::numeric as nan, 1e40::numeric as great, 12.5::money as money, '-infinity'::timestamptz as tz, '101'::bit(3) as bits,
			  '{1,2}'::int[] as l, 'x'::name as n, '12:00'::time as clock, '10.0.0.1'::inet as host, 1.5::real as r`,
			[]string{
				"sales: 1 rows", "s: 0 null, 1 distinct", "j: 0 null, 1 distinct", "jb: 0 null, 1 distinct", "x: 0 null, 1 distinct", "e: 0 null, 1 distinct",
				"p: 0 null, 1 distinct", "span: 0 null, 1 distinct", "bytes: 0 null, 1 distinct", "u: 0 null, 1 distinct",
				"c: 0 null, 1 distinct, from ab to ab, 1 ab", "nan: 0 null, 1 distinct, 1 not finite",
				"great: 0 null, 1 distinct, from 10000000000000000000000000000000000000000 to 10000000000000000000000000000000000000000, 1e+40+1: 1",
				"money: 0 null, 1 distinct", "tz: 0 null, 1 distinct, 1 not finite", "bits: 0 null, 1 distinct", "l: 0 null, 1 distinct",
				"n: 0 null, 1 distinct", "clock: 0 null, 1 distinct", "host: 0 null, 1 distinct", "r: 0 null, 1 distinct, from 1.5 to 1.5, 1.5+1: 1",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, on := range warehouses {
				if on.name != name {
					continue
				}
				r, _ := salesOn(t, on.open, x.rows)
				found, err := r.Profile(t.Context(), r.Graph.Order, ProfileOptions{Personal: isMail})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(x.want, profileLines(t, found)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestAProfileOfALargeRelationIsOfASample(t *testing.T) {
	t.Parallel()
	const rows = `
create table SCHEMA.sales as select i as id from generate_series(1, 20000) as t (i);
create view SCHEMA.seen as select * from SCHEMA.sales
`
	for _, on := range warehouses {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			r, _ := salesOn(t, on.open, rows)
			found, err := r.Profile(t.Context(), r.Graph.Order, ProfileOptions{Rows: 1000, Personal: isMail})
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != 2 {
				t.Fatalf("%d relations, want a table and a view", len(found))
			}
			for _, p := range found {
				if p.Err != nil {
					t.Fatalf("%s: %v", p.Node.Name, p.Err)
				}
				id := p.Profile.Columns[0]
				if p.Profile.Rows != 20000 || p.Profile.Sampled == nil || *p.Profile.Sampled < 500 || *p.Profile.Sampled > 1500 {
					t.Errorf("%s: %d rows, %v of them read", p.Node.Name, p.Profile.Rows, p.Profile.Sampled)
				} else if id.Distinct != *p.Profile.Sampled || len(id.Histogram.Counts) != mostBuckets {
					t.Errorf("%s: %d values of %d rows, %v", p.Node.Name, id.Distinct, *p.Profile.Sampled, id.Histogram)
				}
			}
		})
	}
}

func TestARelationThatCannotBeReadStopsNoOther(t *testing.T) {
	t.Parallel()
	for _, on := range warehouses {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			r, _ := salesOn(t, on.open, salesRows+`;
create table SCHEMA.words as select 'x' as word;
create view SCHEMA.lost as select cast(word as integer) as number from SCHEMA.words`)
			r.Threads = 1
			found, err := r.Profile(t.Context(), r.Graph.Order, ProfileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var ended []string
			for _, p := range found {
				ended = append(ended, fmt.Sprint(p.Node.Name, " ", p.Err == nil, " ", p.Profile != nil))
				if p.Profile == nil {
					continue
				}
				for _, c := range p.Profile.Columns {
					if !c.Personal || c.Min != nil || c.Values != nil {
						t.Errorf("nobody said that values of %s.%s may be read", p.Node.Name, c.Name)
					}
				}
			}
			if diff := cmp.Diff([]string{"lost false false", "nobody true true", "sales true true", "seen true true"}, sorted(ended)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// warehouses are those that there are, each with a way to open a new one.
var warehouses = []struct {
	name string
	open func(t *testing.T, project string) (string, adapters.Warehouse)
}{
	{"duckdb", func(t *testing.T, project string) (string, adapters.Warehouse) {
		return project, openDuck(t, ":memory:")
	}},
	{"postgres", onPostgres},
}

// salesOn is a runner of the project, with its tables, and what it sends.
func salesOn(t *testing.T, open func(*testing.T, string) (string, adapters.Warehouse), rows string) (*Runner, func() []string) {
	t.Helper()
	const schema = "raw_data"
	project, w := open(t, strings.ReplaceAll(sales, "SCHEMA", schema))
	conn, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "create schema "+schema+";"+strings.ReplaceAll(rows, "SCHEMA", schema)); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var sent []string
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 3, Report: func(e Event) {
		if s, is := e.(Statement); is {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, s.SQL)
		}
	}}
	return r, func() []string { return sent }
}

func isMail(_ *compiler.Node, column string) bool { return column == "mail" }

// profileLines are profiles as text, a line for each relation and each column.
func profileLines(t *testing.T, found []Profiled) []string {
	t.Helper()
	var out []string
	for _, p := range found {
		if p.Err != nil {
			t.Errorf("%s: %v", p.Node.Name, p.Err)
		}
		if p.Profile == nil {
			continue
		}
		out = append(out, fmt.Sprintf("%s: %d rows", p.Node.Name, p.Profile.Rows))
		for _, c := range p.Profile.Columns {
			out = append(out, profileLine(c))
		}
	}
	return out
}

func profileLine(c artifact.ColumnProfile) string {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s: %d null, %d distinct", c.Name, c.Nulls, c.Distinct)
	if c.Approximate {
		b.WriteString(" about")
	}
	if c.Personal {
		b.WriteString(", personal")
	}
	if c.NotFinite > 0 {
		fmt.Fprintf(b, ", %d not finite", c.NotFinite)
	}
	if c.Min != nil {
		fmt.Fprintf(b, ", from %s to %s", *c.Min, *c.Max)
	}
	if h := c.Histogram; h != nil {
		fmt.Fprintf(b, ", %.16g+%.16g: %s", h.Start, h.Width, strings.Trim(fmt.Sprint(h.Counts), "[]"))
	}
	for _, v := range c.Values {
		fmt.Fprintf(b, ", %d %s", v.Rows, v.Value)
	}
	return b.String()
}

// written is the file that is made of profiles.
func written(t *testing.T, found []Profiled) string {
	t.Helper()
	p := &artifact.Profile{Relations: map[string]*artifact.RelationProfile{}}
	for _, f := range found {
		p.Relations[f.Node.ID] = f.Profile
	}
	b := &bytes.Buffer{}
	if err := p.Write(b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestManyValuesAreCountedAboutWhereThatIsQuicker(t *testing.T) {
	t.Parallel()
	r, sent := salesOn(t, warehouses[0].open, "create table SCHEMA.sales as select i % 3 as id, null as mail from range(2100000) as t (i)")
	for _, x := range []struct {
		rows int64
		want string
	}{
		{0, "id: 0 null, 3 distinct about, from 0 to 2, 0+1: 700000 700000 700000"},
		{1000, "id: 0 null, 3 distinct"},
	} {
		found, err := r.Profile(t.Context(), r.Graph.Order, ProfileOptions{Rows: x.rows, Personal: isMail})
		if err != nil {
			t.Fatal(err)
		}
		if got := profileLines(t, found)[1]; !strings.HasPrefix(got, x.want) || strings.Contains(got, "about") != strings.Contains(x.want, "about") {
			t.Errorf("of %d rows: %q, want %q", x.rows, got, x.want)
		}
	}
	if n := strings.Count(strings.Join(sent(), "\n"), "approx_count_distinct"); n != 2 {
		t.Errorf("asked for estimates of %d columns, want 2", n)
	}
}
