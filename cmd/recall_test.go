package cmd

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// edited is a project that somebody edits, and how mod is called on it.
type edited struct {
	t    *testing.T
	r    *rand.Rand
	dir  string
	env  map[string]string
	args []string
}

// TestWhatIsRecalledIsWhatACompilationFinds edits a project at random, and after each edit compares what mod says with what it says
// when it is not to recall anything.
func TestWhatIsRecalledIsWhatACompilationFinds(t *testing.T) {
	seeds, edits := 4, 40
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := newEdited(t, uint64(seed))
			var done []string
			recalled := 0
			for range edits {
				done = append(done, e.edit())
				for _, command := range []string{"ls", "ls --resource-type test source", "ls --output path --select +m1+ tag:hot", "parse"} {
					args := strings.Fields(command)
					want := e.run(append(args, "--no-partial-parse", "--target-path", "fresh")...)
					for range 2 { // one may compile, the next recalls
						if diff := cmp.Diff(want, e.run(args...)); diff != "" {
							t.Fatalf("mod %s after\n%s\n-compiled +recalled\n%s", command, strings.Join(done, "\n"), diff)
						}
					}
				}
				e.checkManifest(done)
				if _, err := os.Stat(filepath.Join(e.dir, "target", cacheFile)); err == nil {
					recalled++
				}
			}
			if recalled < edits/5 {
				t.Errorf("there was something to recall after %d of %d edits only", recalled, edits)
			}
		})
	}
}

// perCall is what another call says otherwise in the manifest; the tag is the beginning of an invocation's ID.
var perCall = regexp.MustCompile(`"(generated_at|invocation_id|invocation_started_at|run_started_at|created_at)": ("[^"]*"|[0-9.e+]+)|\["[0-9a-f]"\]`)

// checkManifest compares the manifest that is there after mod parse, which may have found that it need not write one, with one that is
// made from nothing.
func (e *edited) checkManifest(done []string) {
	e.t.Helper()
	manifest := func(folder string) string {
		text, err := os.ReadFile(e.path(folder + "/manifest.json"))
		if err != nil && !os.IsNotExist(err) {
			e.t.Fatal(err)
		}
		return perCall.ReplaceAllString(string(text), "$1")
	}
	if !strings.HasPrefix(e.run("parse"), "status 0") {
		return // what is there tells of the project before
	}
	e.run("parse", "--no-partial-parse", "--target-path", "fresh")
	if want, got := manifest("fresh"), manifest("target"); want == "" || want != got {
		e.t.Fatalf("the manifest after\n%s\n-compiled +recalled\n%s", strings.Join(done, "\n"), cmp.Diff(strings.Split(want, ", "), strings.Split(got, ", ")))
	}
}

func newEdited(t *testing.T, seed uint64) *edited {
	e := &edited{t: t, r: rand.New(rand.NewPCG(seed, 7)), dir: t.TempDir(), env: map[string]string{"HOME": t.TempDir()}}
	e.write("dbt_project.yml", "name: shop\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n")
	e.write("profiles.yml", "shop: {target: a, outputs: {a: {type: duckdb, path: a.duckdb, schema: main}, b: {type: duckdb, path: b.duckdb, schema: other}}}\n")
	e.write("macros/names.sql", "{% macro tagged() %}hot{% endmacro %}")
	e.write("seeds/s1.csv", "id,name\n1,a\n")
	e.write("models/props.yml", "models: [{name: m1, description: first, columns: [{name: id, tests: [not_null]}]}]\nsources: [{name: raw, tables: [{name: t1}]}]\n")
	for i := 1; i <= 6; i++ {
		e.model(i)
	}
	return e
}

func (e *edited) path(name string) string { return filepath.Join(e.dir, filepath.FromSlash(name)) }

func (e *edited) write(name, text string) {
	e.t.Helper()
	if err := os.MkdirAll(filepath.Dir(e.path(name)), 0o755); err != nil {
		e.t.Fatal(err)
	}
	if err := os.WriteFile(e.path(name), []byte(text), 0o644); err != nil {
		e.t.Fatal(err)
	}
}

func (e *edited) pick(from ...string) string { return from[e.r.IntN(len(from))] }

// model writes model i: it refers to models before it, so that there is no cycle.
func (e *edited) model(i int) {
	from := "{{ ref('s1') }}"
	switch n := e.r.IntN(30); {
	case n == 0:
		from = e.pick("{{ ref('p1') }}", "{{ ref('gone') }}")
	case n < 5:
		from = e.pick("{{ source('raw', 't1') }}", "{{ this }}")
	case i > 1 && n < 20:
		from = fmt.Sprintf("{{ ref('m%d') }}", 1+e.r.IntN(min(i-1, 3)))
	}
	head := e.pick("", "", "{{ config(tags=['hot']) }}", "{{ config(tags=tagged()) }}", "{{ config(tags=env_var('TAG', 'cold')) }}", "{{ config(tags=var('tag', 'cold')) }}",
		"{{ config(tags=target.schema) }}", "{{ config(materialized='table', alias='t"+fmt.Sprint(i)+"') }}",
		"{{ config(tags='hot' if flags.FULL_REFRESH else 'cold') }}", "{{ config(tags=invocation_id[:1]) }}")
	if strings.Contains(head, "invocation_id") && e.r.IntN(8) > 0 {
		head = ""
	}
	e.write(fmt.Sprintf("models/%s/m%d.sql", []string{"a", "b"}[i%2], i), head+" select "+fmt.Sprint(e.r.IntN(10))+" as id from "+from+"\n")
}

// edit changes something, and says what.
func (e *edited) edit() string {
	i := 1 + e.r.IntN(8)
	file := fmt.Sprintf("models/%s/m%d.sql", []string{"a", "b"}[i%2], i)
	switch e.r.IntN(23) {
	default:
		e.model(i)
		return "write " + file
	case 17, 18, 19, 20, 21:
		return e.properties()
	case 4:
		if i > 3 {
			_ = os.Remove(e.path(file))
		}
		return "remove " + file
	case 5:
		if i <= 3 {
			return "nothing"
		}
		_ = os.Rename(e.path(file), e.path(fmt.Sprintf("models/%s/m%d.sql", []string{"a", "b"}[i%2], i+2)))
		return "rename " + file
	case 6:
		past := time.Now().Add(-time.Duration(e.r.IntN(1000)) * time.Hour)
		_ = os.Chtimes(e.path(file), past, past)
		return "touch " + file
	case 7:
		return e.swap(file)
	case 8:
		e.write("models/props.yml", "models: [{name: m1, description: "+e.pick("x", "y", "'{{ doc(\"d\") }}'")+", config: {tags: "+e.pick("hot", "cold")+"}, columns: [{name: id, tests: ["+e.pick("not_null", "unique", "not_null, unique", "{accepted_values: {values: [1]}}")+"]}]}]\nsources: [{name: raw, tables: [{name: "+e.pick("t1", "t1", "t2")+"}]}]\n")
		return "write models/props.yml"
	case 9:
		e.write("macros/names.sql", "{% macro tagged() %}"+e.pick("hot", "cold")+"{% endmacro %}"+e.pick("", "{% macro generate_alias_name(custom_alias_name=none, node=none) %}x_{{ node.name }}{% endmacro %}"))
		return "write macros/names.sql"
	case 10:
		e.env["TAG"] = e.pick("hot", "cold")
		return "set TAG"
	case 11:
		e.args = strings.Fields(e.pick("", "--vars {tag: hot}", "--vars {tag: cold}", "--target b"))
		if len(e.args) > 2 {
			e.args = []string{"--vars", strings.Join(e.args[1:], " ")}
		}
		return "call with " + strings.Join(e.args, " ")
	case 12:
		e.write("dbt_packages/pack/dbt_project.yml", "name: "+e.pick("pack", "pack", "pack2")+"\n")
		e.write("dbt_packages/pack/models/p1.sql", "{{ config(tags='"+e.pick("hot", "cold")+"') }} select 1 as id")
		return "install a package"
	case 13:
		_ = os.RemoveAll(e.path("dbt_packages"))
		return "remove the package"
	case 14:
		e.write(".dbtignore", e.pick("", "m3.sql\n", "models/a/\n"))
		return "write .dbtignore"
	case 15:
		e.write("dbt_project.yml", "name: shop\nprofile: shop\nmodels: {shop: {+tags: "+e.pick("hot", "cold", "[]")+"}}\n")
		return "write dbt_project.yml"
	case 16:
		e.write("models/docs.md", e.pick("", "{% docs d %}text{% enddocs %}"))
		e.write(".env", e.pick("", "TAG=hot\n", "TAG=warm\n"))
		return "write docs and .env"
	}
}

// properties writes a file that describes a few models, and hardly anything else.
func (e *edited) properties() string {
	file := e.pick("models/a/a.yml", "models/a/a.yml", "models/b/b.yml")
	text := "models:\n"
	for i := 2 - len(file)%2; i <= 6; i += 1 + e.r.IntN(3) {
		test := e.pick("", "not_null", "not_null, unique", "{unique: {name: own_"+fmt.Sprint(i)+"}}", "{accepted_values: {arguments: {values: [1, 2]}}}",
			"{relationships: {arguments: {to: ref('m"+fmt.Sprint(1+e.r.IntN(6))+"'), field: id}, config: {tags: [hot]}}}", "{not_null: {config: {where: id > 1, severity: warn}}}")
		if e.r.IntN(15) == 0 {
			test = e.pick("gone", "{not_null: {config: {enabled: false}}}", "{relationships: {arguments: {to: ref('gone'), field: id}}}", "not_null, not_null")
		}
		text += fmt.Sprintf("  - {name: m%d, description: %s, config: {%s}, columns: [{name: id, tags: [%s], data_tests: [%s]}]}\n", i,
			e.pick("x", "y", "'{{ var(\"tag\", \"z\") }}'"), e.pick("", "", "tags: [hot]", "tags: \"{{ env_var('TAG', 'cold') }}\"", "meta: {a: 1}", "materialized: table"), e.pick("", "hot"), test)
	}
	if e.r.IntN(8) == 0 {
		text = e.pick("", "models: []", "models: [{name: m1}]\n", text+"  - {name: gone}\n", text+"  - {name: m2\n", text+"seeds: [{name: s1, columns: [{name: id, tests: [unique]}]}]\n",
			text+"sources: [{name: more, tables: [{name: t3}]}]\n", text+"exposures: [{name: e, type: ml, owner: {name: o}, depends_on: [ref('m1')]}]\n",
			text+"macros: [{name: tagged, description: d}]\n", text+"  - {name: m2, deprecation_date: 2000-01-01}\n", text+"groups: [{name: g, owner: {name: o}}]\n")
	}
	e.write(file, text)
	return "write " + file + ": " + text
}

// swap changes a file without changing its size or its time.
func (e *edited) swap(file string) string {
	info, err := os.Stat(e.path(file))
	if err != nil {
		return "nothing"
	}
	text, _ := os.ReadFile(e.path(file))
	other := bytes.ReplaceAll(bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("hot"), []byte("tip")), []byte("cold"), []byte("hott")), []byte("tip"), []byte("cod"))
	e.write(file, string(other[:len(text)]))
	_ = os.Chtimes(e.path(file), info.ModTime(), info.ModTime())
	return "swap in " + file
}

// run is what a person sees of one call.
func (e *edited) run(args ...string) string {
	var out, problems bytes.Buffer
	s := System{In: strings.NewReader(""), Out: &out, Err: &problems, Env: e.env, Dir: e.dir, Now: time.Now}
	status := Run(context.Background(), s, append(args, e.args...)...)
	return fmt.Sprintf("status %d\n%s%s", status, out.String(), problems.String())
}

// TestEditsOfPropertiesArePatched edits the properties of models, so that nothing but them and their tests has to be compiled.
func TestEditsOfPropertiesArePatched(t *testing.T) {
	e := newEdited(t, 3)
	for i := 1; i <= 6; i++ {
		e.write(fmt.Sprintf("models/%s/m%d.sql", []string{"a", "b"}[i%2], i), "select * from {{ ref('s1') }}")
	}
	const first = "models: [{name: m2, columns: [{name: id, data_tests: [not_null]}]}, {name: m4}]\n"
	for _, next := range []string{
		"models: [{name: m2, description: other, columns: [{name: id, data_tests: [not_null, unique]}]}, {name: m4}]\n",
		"models: [{name: m2, config: {tags: [hot]}}, {name: m4, columns: [{name: id, data_tests: [{relationships: {arguments: {to: ref('m2'), field: id}}}]}]}]\n",
		"models: [{name: m4, data_tests: [unique: {column_name: id}]}, {name: m6, description: new}]\n",
		"",
	} {
		e.write("models/a/a.yml", first)
		for range 100 { // nothing is kept of files that were written while they were read
			e.run("ls")
			if _, err := os.Stat(e.path("target/" + cacheFile)); err == nil {
				break
			}
		}
		if s, err := e.app().recall(compileOptions{which: "list"}, needsLines); s == nil || s.graph != nil || len(s.lines) == 0 || err != nil {
			t.Errorf("with nothing changed, more than the lines of ls is read (%v)", err)
		}
		e.write("models/a/a.yml", next)
		if s, err := e.app().recall(compileOptions{which: "list"}, needsOutline); s == nil || err != nil {
			t.Errorf("the project is compiled after an edit to\n%s(%v)", next, err)
		}
		if diff := cmp.Diff(e.run("ls", "--no-partial-parse", "--target-path", "fresh"), e.run("ls")); diff != "" {
			t.Errorf("after an edit to\n%s\n-compiled +recalled\n%s", next, diff)
		}
	}
}

// app is mod in the project's folder, without a command.
func (e *edited) app() *app {
	a := newApp(System{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Env: e.env, Dir: e.dir, Now: time.Now})
	newRoot(a) // which sets the flags
	return a
}

// TestADamagedCacheIsNone breaks the file in every way that is cheap to try: mod must say the same as without it.
func TestADamagedCacheIsNone(t *testing.T) {
	e := newEdited(t, 3)
	for i := 1; i <= 6; i++ {
		e.write(fmt.Sprintf("models/%s/m%d.sql", []string{"a", "b"}[i%2], i), "select * from {{ ref('s1') }}")
	}
	want := e.run("ls")
	file := e.path("target/" + cacheFile)
	whole, err := os.ReadFile(file)
	for range 100 { // nothing is kept of files that were written just before
		if err == nil {
			break
		}
		e.run("ls")
		whole, err = os.ReadFile(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		damaged := bytes.Clone(whole)
		switch i % 3 {
		case 0:
			damaged = damaged[:e.r.IntN(len(damaged))]
		case 1:
			damaged[e.r.IntN(len(damaged))] ^= byte(1 + e.r.IntN(255))
		case 2:
			damaged = append(damaged[:e.r.IntN(len(damaged))], whole[e.r.IntN(len(whole)):]...)
		}
		if err := os.WriteFile(file, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.run("ls")); diff != "" {
			t.Fatal(diff)
		}
	}
}
