package files_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/files"
)

func open(t *testing.T, c syncs.Config) syncs.Destination {
	t.Helper()
	d, err := files.New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func people() *syncs.Target {
	return &syncs.Target{
		Sync: "to lake", Object: "crm/people", Mode: syncs.AppendMode, Removal: syncs.Delete, Key: []string{"id"},
		Fields: []syncs.Field{{Name: "id", Type: "BIGINT"}, {Name: "name", Type: "VARCHAR"}},
	}
}

func batch(t *syncs.Target, run string, op syncs.Op, first int64, rows ...[]any) *syncs.Batch {
	b := &syncs.Batch{Target: t, Run: run, Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: first + int64(i), Op: op, Values: values})
	}
	return b
}

func send(t *testing.T, d syncs.Destination, b *syncs.Batch) {
	t.Helper()
	if outcomes, err := d.Send(t.Context(), b); err != nil || len(outcomes) != len(b.Rows) {
		t.Fatalf("send: %v, %v", outcomes, err)
	}
}

func finish(t *testing.T, d syncs.Destination, target *syncs.Target, run string) {
	t.Helper()
	if err := d.(syncs.Finisher).Finish(t.Context(), target, run); err != nil {
		t.Fatal(err)
	}
}

var finishedAt = regexp.MustCompile(`"finished_at": "20[^"]+Z"`)

// tree is the files of a folder, by name. They were finished then.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		out[name] = string(finishedAt.ReplaceAll(content, []byte(`"finished_at": "then"`)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRunIsFilesAndThenAManifest(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	d, target := open(t, syncs.Config{"path": folder}), people()
	send(t, d, batch(target, "r:1", syncs.Insert, 1, []any{int64(1), `Ann "A", Ü`}, []any{int64(2), nil}, []any{int64(3), ""}))
	send(t, d, batch(target, "r:1", syncs.Delete, 4, []any{int64(9)}))
	at := "crm/people/to%20lake/"
	want := map[string]string{
		at + "run=r%3A1/000000000001-000000000003.csv": "_op,id,name\ninsert,1,\"Ann \"\"A\"\", Ü\"\ninsert,2,\ninsert,3,\"\"\n",
		at + "run=r%3A1/000000000004-000000000004.csv": "_op,id,name\ndelete,9,\n",
	}
	if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
		t.Error(diff)
	}
	for range 2 { // it is the same again
		finish(t, d, target, "r:1")
		want[at+"_manifests/r%3A1.json"] = `{
  "sync": "to lake",
  "object": "crm/people",
  "run": "r%3A1",
  "finished_at": "then",
  "format": "csv",
  "fields": [
    {
      "name": "_op",
      "type": "text"
    },
    {
      "name": "id",
      "type": "BIGINT"
    },
    {
      "name": "name",
      "type": "VARCHAR"
    }
  ],
  "rows": 4,
  "files": [
    {
      "path": "run=r%3A1/000000000001-000000000003.csv",
      "rows": 3,
      "bytes": 59
    },
    {
      "path": "run=r%3A1/000000000004-000000000004.csv",
      "rows": 1,
      "bytes": 22
    }
  ]
}
`
		if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRunWithoutChangesHasNoManifest(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	finish(t, open(t, syncs.Config{"path": folder}), people(), "r1")
	if found := tree(t, folder); len(found) > 0 {
		t.Errorf("there are %v", found)
	}
}

func TestRunThatEndedEarlyGetsItsManifestLater(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	d, target := open(t, syncs.Config{"path": folder}), people()
	send(t, d, batch(target, "r1", syncs.Insert, 1, []any{int64(1), "a"}))
	part := filepath.Join(folder, "crm/people/to%20lake/run=r1/.000000000002-000000000002.csv.part")
	if err := os.WriteFile(part, []byte("half a f"), 0o666); err != nil { // what a kill leaves
		t.Fatal(err)
	}
	send(t, d, batch(target, "r2", syncs.Insert, 1, []any{int64(2), "b"}))
	finish(t, d, target, "r2")
	var manifests []string
	for name, content := range tree(t, folder) {
		if strings.Contains(name, "_manifests") {
			manifests = append(manifests, name+" "+fmt.Sprint(strings.Count(content, `"path"`)))
		}
	}
	slices.Sort(manifests)
	want := []string{"crm/people/to%20lake/_manifests/r1.json 1", "crm/people/to%20lake/_manifests/r2.json 1"}
	if !slices.Equal(manifests, want) {
		t.Errorf("the manifests are %v, want %v", manifests, want)
	}
	if first, second := finished(t, folder, "r1"), finished(t, folder, "r2"); !first.Before(second) {
		t.Errorf("r1 is finished at %v, r2 at %v", first, second)
	}
	spans, err := d.(syncs.Committer).Committed(t.Context(), target, "r1")
	if err != nil || !slices.Equal(spans, []syncs.Span{{First: 1, Last: 1}}) {
		t.Errorf("committed are %v, %v", spans, err)
	}
}

// finished is when the manifest of a run says that it was.
func finished(t *testing.T, folder, run string) time.Time {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "crm/people/to%20lake/_manifests", run+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		At time.Time `json:"finished_at"`
	}
	if err := json.Unmarshal(content, &m); err != nil {
		t.Fatal(err)
	}
	return m.At
}

func TestRenderSaysWhereAndWhat(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for kind, want := range map[string]string{
		"csv":     "run=r1/000000000001-000000000001.csv\n_op,id,name\ninsert,1,a\n",
		"parquet": "run=r1/000000000001-000000000001.parquet\n{\"_op\":\"insert\",\"id\":1,\"name\":\"a\"}\n",
	} {
		d := open(t, syncs.Config{"path": folder, "format": kind})
		got, err := d.(syncs.Renderer).Render(batch(people(), "r1", syncs.Insert, 1, []any{int64(1), "a"}))
		want = folder + "/crm/people/to%20lake/" + want
		if err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, %v", kind, got, err)
		}
	}
}

func TestSettingsThatMakeNoSenseAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []syncs.Config{
		{}, {"path": "x", "format": "xml"}, {"path": "x", "compression": "rar"}, {"path": "x", "format": "parquet", "compression": "rar"},
		{"path": "s3://"}, {"path": "s3://b"}, {"path": "s3://bucket", "endpoint": "no url"}, {"path": "s3://bucket", "endpoint": "ftp://host"},
	} {
		if _, err := files.New().Open(t.Context(), c); syncs.ClassOf(err) != syncs.Broken {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestObjectIsAFolderBelowThePath(t *testing.T) {
	t.Parallel()
	d := open(t, syncs.Config{"path": t.TempDir()})
	for _, object := range []string{"..", "a/../b", "/etc", "a//b", "a/", `a\b`} {
		target := people()
		target.Object = object
		_, err := d.Send(t.Context(), batch(target, "r", syncs.Insert, 1, []any{int64(1), "a"}))
		if check := d.Check(t.Context(), target); syncs.ClassOf(check) != syncs.Broken || syncs.ClassOf(err) != syncs.Broken {
			t.Errorf("%q: %v, %v", object, check, err)
		}
	}
}

func TestFieldThatIsTheOpIsTold(t *testing.T) {
	t.Parallel()
	target := people()
	target.Fields[1].Name = "_op"
	if err := open(t, syncs.Config{"path": t.TempDir()}).Check(t.Context(), target); syncs.ClassOf(err) != syncs.Broken {
		t.Error(err)
	}
	if err := open(t, syncs.Config{"path": t.TempDir(), "op_field": "what"}).Check(t.Context(), target); err != nil {
		t.Error(err)
	}
}

func TestFolderThatIsNotThereIsNotMade(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "not mounted")
	d := open(t, syncs.Config{"path": folder})
	_, err := d.Send(t.Context(), batch(people(), "r", syncs.Insert, 1, []any{int64(1), "a"}))
	for _, err := range []error{d.Check(t.Context(), people()), err} {
		if syncs.ClassOf(err) != syncs.Missing || !strings.Contains(err.Error(), folder) {
			t.Errorf("class %s of %v", syncs.ClassOf(err), err)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := open(t, syncs.Config{"path": file}).Check(t.Context(), people()); syncs.ClassOf(err) != syncs.Missing {
		t.Errorf("class %s of %v", syncs.ClassOf(err), err)
	}
}

func TestBucketThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	_, _, c := bucketOf(t)
	c["path"] = "s3://no-such-bucket/x"
	d := open(t, c)
	_, err := d.Send(t.Context(), batch(people(), "r", syncs.Insert, 1, []any{int64(1), "a"}))
	if check := d.Check(t.Context(), people()); syncs.ClassOf(check) != syncs.Missing || !strings.Contains(check.Error(), "no-such-bucket") {
		t.Errorf("check: class %s of %v", syncs.ClassOf(check), check)
	}
	if syncs.ClassOf(err) != syncs.Missing {
		t.Errorf("send: class %s of %v", syncs.ClassOf(err), err)
	}
}

func TestBucketHasTheFilesAFolderHas(t *testing.T) {
	t.Parallel()
	client, bucket, c := bucketOf(t)
	folder := t.TempDir()
	var found []map[string]string
	for _, c := range []syncs.Config{{"path": folder, "format": "jsonl"}, c} {
		d, target := open(t, c), people()
		for _, run := range []string{"r1", "r2"} {
			send(t, d, batch(target, run, syncs.Insert, 1, []any{int64(1), "a"}, []any{int64(2), "b"}))
			send(t, d, batch(target, run, syncs.Update, 3, []any{int64(3), "c"}))
		}
		finish(t, d, target, "r2")
	}
	inBucket := map[string]string{}
	for key, content := range objects(t, client, bucket) {
		inBucket[strings.TrimPrefix(key, "a prefix/")] = string(finishedAt.ReplaceAll(content, []byte(`"finished_at": "then"`)))
	}
	if found = append(found, tree(t, folder), inBucket); len(inBucket) != 6 {
		t.Errorf("%d objects", len(inBucket))
	}
	if diff := cmp.Diff(found[0], found[1]); diff != "" {
		t.Error(diff)
	}
}

// TestAnswersOfS3AreSorted has a server say what S3 says: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
func TestAnswersOfS3AreSorted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		code   string
		class  syncs.Class
	}{
		{503, "SlowDown", syncs.Limited}, {429, "TooManyRequests", syncs.Limited}, {500, "InternalError", syncs.Transient}, {503, "ServiceUnavailable", syncs.Transient},
		{400, "RequestTimeout", syncs.Transient}, {403, "AccessDenied", syncs.Denied}, {400, "ExpiredToken", syncs.Denied}, {404, "NoSuchBucket", syncs.Missing},
		{400, "EntityTooLarge", syncs.TooLarge}, {403, "RequestTimeTooSkewed", syncs.Broken}, {507, "XMinioStorageFull", syncs.Exhausted}, {400, "InvalidArgument", syncs.Broken},
	} {
		server := httptest.NewServer(&destinationtest.Faulty{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(c.status)
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>in words</Message></Error>", c.code)
		})})
		d := open(t, syncs.Config{"path": "s3://bucket", "endpoint": server.URL, "region": "us-east-1", "access_key": "key", "secret_key": "the secret"})
		_, err := d.Send(t.Context(), batch(people(), "r", syncs.Insert, 1, []any{int64(1), "a"}))
		server.Close()
		if syncs.ClassOf(err) != c.class || !strings.Contains(err.Error(), "in words") || strings.Contains(err.Error(), "the secret") {
			t.Errorf("%d %s: class %s of %v, want %s", c.status, c.code, syncs.ClassOf(err), err, c.class)
		}
	}
}

func TestParquetColumnsHaveTheTypesOfTheModel(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 2, 29, 23, 59, 59, 123456000, time.UTC)
	for _, c := range []struct {
		kind  string
		value any
		want  any // nil if it is refused
	}{
		{"BOOLEAN", true, true}, {"BOOLEAN", int64(1), nil}, {"INTEGER", int64(-7), int64(-7)}, {"bigint", syncs.Number("12"), int64(12)}, {"bigint", 1.5, nil},
		{"DOUBLE", 0.5, 0.5}, {"real", int64(2), 2.0}, {"DOUBLE", "x", nil}, {"DECIMAL(18,3)", syncs.Number("-1.25"), syncs.Number("-1.25")},
		{"numeric(38, 10)", syncs.Number("1234567890123456789012345678.0123456789"), syncs.Number("1234567890123456789012345678.0123456789")},
		{"DECIMAL(4,2)", syncs.Number("100.00"), nil}, {"DECIMAL(4,2)", syncs.Number("1.005"), nil}, {"decimal(4,2)", int64(-99), int64(-99)},
		{"numeric", syncs.Number("1e400"), "1e400"}, {"HUGEINT", syncs.Number("-170141183460469231731687303715884105"), syncs.Number("-170141183460469231731687303715884105")},
		{"UBIGINT", syncs.Number("18446744073709551615"), syncs.Number("18446744073709551615")},
		{"DATE", at, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)}, {"date", time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)},
		{"DATE", "2024-02-29", time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)}, {"DATE", "soon", nil}, {"TIMESTAMP", at, at}, {"timestamp with time zone", at, at}, {"TIMESTAMP", "soon", nil},
		{"BLOB", []byte{0, 255}, []byte{0, 255}}, {"BLOB", true, nil}, {"JSON", `{"a":1}`, `{"a":1}`}, {"INTEGER[]", []any{int64(1)}, "[1]"},
		{"STRUCT(a INTEGER)", map[string]any{"a": "ü"}, `{"a":"ü"}`}, {"UUID", "a-b", "a-b"}, {"", int64(1), "1"}, {"INTERVAL", true, "true"}, {"VARCHAR", "\xff", nil},
	} {
		folder := t.TempDir()
		target := people()
		target.Fields[1] = syncs.Field{Name: "v", Type: c.kind}
		d := open(t, syncs.Config{"path": folder, "format": "parquet"})
		_, err := d.Send(t.Context(), batch(target, "r", syncs.Insert, 1, []any{int64(1), c.value}, []any{int64(2), nil}))
		if c.want == nil {
			if syncs.ClassOf(err) != syncs.Rejected {
				t.Errorf("%s of %v: class %s of %v", c.kind, c.value, syncs.ClassOf(err), err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s of %v: %v", c.kind, c.value, err)
			continue
		}
		records := recordsIn(t, folder)
		if got := destinationtest.Spell(records[0]["v"]); got != destinationtest.Spell(c.want) || records[1]["v"] != nil {
			t.Errorf("%s of %v: %s, want %s", c.kind, c.value, got, destinationtest.Spell(c.want))
		}
	}
}

// TestDuckDBReadsWhatIsWritten has another reader than ours say what is in the files.
func TestDuckDBReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	python := os.Getenv("MOD_PYTHON")
	if python == "" || exec.Command(python, "-c", "import duckdb").Run() != nil {
		t.Skip("MOD_PYTHON names no Python with the module duckdb")
	}
	target := people()
	target.Fields = append(target.Fields, syncs.Field{Name: "amount", Type: "DECIMAL(18,2)"}, syncs.Field{Name: "at", Type: "TIMESTAMP"}, syncs.Field{Name: "Day", Type: "DATE"})
	at := time.Date(2024, 2, 29, 23, 59, 59, 123456000, time.UTC)
	for kind, read := range map[string]string{
		"csv":   "read_csv('%s', allow_quoted_nulls = false, types = {'amount': 'DECIMAL(18,2)', 'at': 'TIMESTAMP', 'Day': 'TIMESTAMP', 'name': 'VARCHAR', 'id': 'BIGINT'})",
		"jsonl": "read_json('%s', columns = {_op: 'VARCHAR', id: 'BIGINT', name: 'VARCHAR', amount: 'DECIMAL(18,2)', \"at\": 'TIMESTAMP', Day: 'TIMESTAMP'})", "parquet": "read_parquet('%s')",
	} {
		folder := t.TempDir()
		d := open(t, syncs.Config{"path": folder, "format": kind})
		send(t, d, batch(target, "r1", syncs.Insert, 1, []any{int64(1), "Ann \"A\",\n🦊", syncs.Number("-12.50"), at, at}, []any{int64(2), "", nil, nil, nil}))
		send(t, d, batch(target, "r1", syncs.Delete, 3, []any{int64(3)}))
		const script = `import duckdb, sys
print(duckdb.sql('select _op, id, name, amount, "at", Day::date from ' + sys.argv[1] + ' order by id').fetchall())`
		from := fmt.Sprintf(read, folder+"/crm/people/*/run=*/*."+kind)
		out, err := exec.CommandContext(t.Context(), python, "-c", script, from).CombinedOutput()
		want := `[('insert', 1, 'Ann "A",\n🦊', Decimal('-12.50'), datetime.datetime(2024, 2, 29, 23, 59, 59, 123456), datetime.date(2024, 2, 29)),` +
			` ('insert', 2, '', None, None, None), ('delete', 3, None, None, None, None)]`
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", kind, err, got, want)
		}
	}
}

func TestSameBatchIsTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []syncs.Config{{"format": "csv", "compression": "gzip"}, {"format": "jsonl"}, {"format": "parquet"}, {"format": "parquet", "compression": "snappy"}} {
		var contents []map[string]string
		for range 2 {
			folder := t.TempDir()
			settings := maps.Clone(c)
			settings["path"] = folder
			send(t, open(t, settings), batch(people(), "r1", syncs.Insert, 1, []any{int64(1), "a"}, []any{int64(2), nil}))
			contents = append(contents, tree(t, folder))
		}
		if diff := cmp.Diff(contents[0], contents[1]); diff != "" || len(contents[0]) != 1 {
			t.Errorf("%v: %s", c, diff)
		}
	}
}

func TestCancelledFileIsNotWritten(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := open(t, syncs.Config{"path": folder})
	if err := d.(syncs.Finisher).Finish(ctx, people(), "r"); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := d.Send(ctx, batch(people(), "r", syncs.Insert, 1, []any{int64(1), "a"})); !errors.Is(err, context.Canceled) || len(tree(t, folder)) > 0 {
		t.Errorf("%v, %v", err, tree(t, folder))
	}
}
