package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/adapters/servertest"
	"github.com/modsql/mod/adapters/snowflake/snowflaketest"
	"github.com/modsql/mod/adapters/trino/trinotest"
	"github.com/modsql/mod/cmd"
)

var update = flag.Bool("update", false, "rewrite what scripts compare with")

func TestMain(m *testing.M) {
	all := servertest.Around(m, postgrestest.Main, trinotest.Main, snowflaketest.Main)
	testscript.Main(all, map[string]func(){"mod": func() { os.Exit(cmd.Main()) }})
}

// TestScript runs the stories in testdata/script: each is a project and what a person does with it. Besides the commands of
// https://pkg.go.dev/github.com/rogpeppe/go-internal/testscript they have
//
//	mod args…                  runs mod, which must succeed; "! mod" must fail
//	code n mod args…           runs mod, which must end with that exit status
//	query file sql             prints the rows of a query on a DuckDB file as CSV; the files "postgres", "trino" and "snowflake" are the script's server
//	rows file relation n       says that a relation has so many rows
//	norm file to               copies a file, or stdout or stderr, with times and paths replaced: 0.1s becomes T
//	hasjson file part          says that JSON, or JSON lines, holds what the part does; "*" stands for anything
//	await file                 waits until a file is there that a command in the background writes
//	hub folder                 serves a folder as the hub of packages
//	postgres file profile      makes an empty database for the script, and a profiles.yml for it
//	trino file profile         the same with a schema of Trino's
//	snowflake file profile     the same with a database of what stands in for Snowflake
//
// and the conditions [duckdb] (what the script runs on), [root], [postgres], [trino], [snowflake], [python] and [artifacts]. No script sees the environment or the home folder of who runs the test.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, scriptsIn("script"))
}

// TestDiagnosticExamples runs the examples in testdata/diagnostics, of which docs/reference/diagnostics is made: each is a project that
// has a problem, and shows the problem as it is printed. Its name is the code.
func TestDiagnosticExamples(t *testing.T) {
	t.Parallel()
	testscript.Run(t, scriptsIn("diagnostics"))
}

// scriptsIn is how the scripts of a folder of testdata are run.
func scriptsIn(folder string) testscript.Params {
	return testscript.Params{
		Dir: filepath.Join("testdata", folder), UpdateScripts: *update, RequireUniqueNames: true,
		Setup: setUp,
		Condition: func(name string) (bool, error) {
			switch name {
			case "duckdb":
				return true, nil // TestScriptElsewhere says no
			case "root":
				return os.Getuid() == 0, nil
			case "postgres":
				return hasPostgres(), nil
			case "trino":
				return trinotest.Available(), nil
			case "snowflake":
				return snowflaketest.Available(), nil
			case "python":
				return pythonWith("duckdb"), nil
			case "artifacts":
				return pythonWith("dbt_artifacts_parser"), nil
			}
			return false, fmt.Errorf("there is no condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": exitStatus, "query": query, "rows": rowCount, "norm": norm, "hasjson": hasJSON, "postgres": postgres, "trino": trino, "snowflake": snowflake, "await": await,
			"hub": hub, "planid": planID,
		},
	}
}

// database is the database of a script on a server, once it asked for one.
type database struct {
	config    adapters.Config
	elsewhere bool // the script was written for another warehouse: what differs from one to the next is left out of what is compared
}

// setUp gives a script a home of its own and an environment that knows nothing of the machine.
func setUp(e *testscript.Env) error {
	var vars []string
	for _, v := range e.Vars {
		if !strings.HasPrefix(v, "DBT_") && !strings.HasPrefix(v, "PG") && !strings.HasPrefix(v, "NO_COLOR") {
			vars = append(vars, v)
		}
	}
	home := filepath.Join(e.WorkDir, ".home")
	kinds, err := filepath.Abs(filepath.Join("conformance", "testdata", "kinds")) // a project with every kind of resource
	if err != nil {
		return err
	}
	review, err := filepath.Abs(filepath.Join("..", ".ci", "review")) // of this project's own CI
	if err != nil {
		return err
	}
	e.Vars = append(vars, "HOME="+home, "USERPROFILE="+home, "TERM=dumb", "MOD_PYTHON="+os.Getenv("MOD_PYTHON"), "KINDS="+kinds, "REVIEW="+review)
	e.Values["t"], e.Values["database"] = e.T(), &database{}
	return os.MkdirAll(home, 0o755)
}

// pythonWith tells whether the Python of MOD_PYTHON has a module.
func pythonWith(module string) bool {
	path := os.Getenv("MOD_PYTHON")
	return path != "" && exec.Command(path, "-c", "import "+module).Run() == nil
}

// hasPostgres tells whether there is a Postgres server to be started.
func hasPostgres() bool {
	_, err := exec.LookPath("initdb")
	return err == nil
}

func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code status command args…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func query(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: query file sql")
	}
	text, err := csvOf(settings(ts, args[0]), args[1])
	ts.Check(err)
	if d, ok := ts.Value("database").(*database); ok && d.elsewhere {
		names, rows, _ := strings.Cut(text, "\n")
		text = strings.ToLower(names) + "\n" + rows
	}
	fmt.Fprint(ts.Stdout(), text)
}

func rowCount(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: rows file relation n")
	}
	text, err := csvOf(settings(ts, args[0]), "select count(*) as n from "+args[1])
	ts.Check(err)
	if _, got, _ := strings.Cut(strings.TrimSpace(text), "\n"); got != args[2] {
		ts.Fatalf("%s has %s rows, want %s", args[1], got, args[2])
	}
}

// settings are those of a DuckDB file, or of the script's database on a server.
func settings(ts *testscript.TestScript, file string) adapters.Config {
	if file == "postgres" || file == "trino" || file == "snowflake" {
		d, ok := ts.Value("database").(*database)
		if !ok || d.config == nil {
			ts.Fatalf(`there is no database: begin with "%s profiles.yml name"`, file)
		}
		return d.config
	}
	path := ts.MkAbs(file)
	if _, err := os.Stat(path); err != nil {
		ts.Fatalf("%v", err)
	}
	return adapters.Config{"type": "duckdb", "path": path}
}

// csvOf runs a query and returns its rows under its column names, with commas between.
func csvOf(c adapters.Config, sql string) (text string, err error) {
	ctx := context.Background()
	w, err := all.Named(c.String("type", "")).Open(ctx, c)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	session, err := w.Connect(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	rows, err := session.Query(ctx, sql)
	if err != nil {
		return "", err
	}
	var names []string
	for _, column := range rows.Columns {
		names = append(names, column.Name)
	}
	lines := []string{strings.Join(names, ",")}
	for row, err := range rows.All {
		if err != nil {
			return "", err
		}
		lines = append(lines, strings.ReplaceAll(line(row), "|", ","))
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// What norm replaces: durations, clocks, what is of today, the IDs of plans and the columns of blanks that differ with them.
var (
	durations = regexp.MustCompile(`\b[0-9]+(\.[0-9]+)?(ms|s)\b|\b[0-9]+m [0-9]+s\b`)
	// workCarets are the carets below the script's folder, whose name has another length each time.
	workCarets = regexp.MustCompile(`(\$WORK[^\n]*\n *\| *)\^+`)
	plans      = regexp.MustCompile(`--plan [0-9a-f]{12}`)
	clocks     = regexp.MustCompile(`\b[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?\b`)
)

func norm(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: norm file to")
	}
	text := plans.ReplaceAllString(clocks.ReplaceAllString(durations.ReplaceAllString(ts.ReadFile(args[0]), "T"), "CLOCK"), "--plan ID")
	today := time.Now().UTC().Format(time.DateOnly)
	text = regexp.MustCompile(`\b`+today+` [0-9]{2}:[0-9]{2}\b`).ReplaceAllString(strings.ReplaceAll(text, today+" CLOCK", "NOW"), "NOW")
	text = workCarets.ReplaceAllString(strings.ReplaceAll(text, ts.Getenv("WORK"), "$WORK"), "$1^")
	if address := ts.Getenv("DBT_PACKAGE_HUB_URL"); address != "" {
		text = strings.ReplaceAll(text, address, "https://hub.example.com")
	}
	if d, ok := ts.Value("database").(*database); ok && d.elsewhere {
		text = anywhere(text)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}

// planID sets a variable to the ID of the plan that a file shows.
func planID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: planid file VARIABLE")
	}
	found := plans.FindString(ts.ReadFile(args[0]))
	if found == "" {
		ts.Fatalf("%s shows no plan", args[0])
	}
	ts.Setenv(args[1], strings.TrimPrefix(found, "--plan "))
}

func hasJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hasjson file part")
	}
	got, want := jsonValues(ts, args[0]), jsonValues(ts, args[1])
	// In JSON lines every wanted line must be found, in order.
	if len(want) == 1 && len(got) == 1 {
		if where, ok := holds(got[0], want[0], "$"); !ok {
			ts.Fatalf("%s differs at %s:\n%s", args[0], where, indented(got[0]))
		}
		return
	}
	at := 0
	for _, w := range want {
		found := false
		for ; at < len(got) && !found; at++ {
			_, found = holds(got[at], w, "$")
		}
		if !found {
			ts.Fatalf("%s has no line (after those before it) that holds:\n%s", args[0], indented(w))
		}
	}
}

func jsonValues(ts *testscript.TestScript, file string) []any {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(file)))
	var out []any
	for d.More() {
		var v any
		if err := d.Decode(&v); err != nil {
			ts.Fatalf("%s: %v", file, err)
		}
		out = append(out, v)
	}
	return out
}

// holds tells whether got has all that want has, and where it does not.
func holds(got, want any, at string) (where string, ok bool) {
	switch w := want.(type) {
	case string:
		if w == "*" {
			return "", true
		}
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return at, false
		}
		for key, value := range w {
			inner, ok := g[key]
			if !ok {
				return at + "." + key, false
			}
			if where, ok := holds(inner, value, at+"."+key); !ok {
				return where, false
			}
		}
		return "", true
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return at, false
		}
		for i := range w {
			if where, ok := holds(g[i], w[i], fmt.Sprintf("%s[%d]", at, i)); !ok {
				return where, false
			}
		}
		return "", true
	}
	return at, reflect.DeepEqual(got, want)
}

func indented(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return b.String()
}

// await looks again and again: there is nothing else to tell what another process has done.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: await file [text]")
	}
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && (len(args) == 1 || strings.Contains(string(text), args[1])) {
			return
		}
	}
	ts.Fatalf("%q is not there after 30s", args)
}

func hub(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hub folder")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[0]))))
	ts.Defer(server.Close)
	ts.Setenv("DBT_PACKAGE_HUB_URL", server.URL)
}

func postgres(ts *testscript.TestScript, neg bool, args []string) {
	c := onServer(ts, neg, args, postgrestest.Config)
	for name, setting := range map[string]string{"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"} {
		ts.Setenv(name, c.String(setting, "")) // for syncs, whose destination is this database
	}
}

func trino(ts *testscript.TestScript, neg bool, args []string) {
	c := onServer(ts, neg, args, trinotest.Config)
	ts.Setenv("SCHEMA", c.String("schema", ""))
	ts.Setenv("PORT", c.String("port", ""))
}

func snowflake(ts *testscript.TestScript, neg bool, args []string) {
	onServer(ts, neg, args, func(t testing.TB) adapters.Config {
		c := snowflaketest.Config(t)
		c["schema"] = "shop"
		return c
	})
}

// onServer gives the script a database on a server, and a profile for it.
func onServer(ts *testscript.TestScript, neg bool, args []string, config func(testing.TB) adapters.Config) adapters.Config {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: server profiles.yml name")
	}
	t, ok := ts.Value("t").(testing.TB)
	d, found := ts.Value("database").(*database)
	if !ok || !found {
		ts.Fatalf("the script has no test")
	}
	c := config(t)
	text, err := yaml.Marshal(map[string]any{args[1]: map[string]any{
		"target": "dev", "outputs": map[string]any{"dev": map[string]any(c)},
	}})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o644))
	d.config = c
	return c
}
