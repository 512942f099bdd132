package tests

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/modsql/mod/cmd"
)

// sarifModule has the schema of SARIF 2.1.0 as OASIS published it (errata 01), in sarifSchema: it is fetched into Go's module cache.
const (
	sarifModule = "github.com/owenrumney/go-sarif/v3@v3.2.1"
	sarifSchema = "pkg/report/v210/sarif/schema.go"
)

// examples are the projects of testdata/diagnostics, each in a folder of its own.
func examples(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	var dirs []string
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), strings.TrimSuffix(filepath.Base(path), ".txtar"))
		if err := txtar.Write(archive, dir); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	return dirs
}

// checked runs mod check in a folder and returns what it printed, whatever it found.
func checked(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var out, progress bytes.Buffer
	status := cmd.Run(t.Context(), cmd.System{Out: &out, Err: &progress, Env: map[string]string{}, Dir: dir, Now: time.Now}, append([]string{"check"}, args...)...)
	if status != 0 && status != 2 {
		t.Fatalf("%s: exit status %d\n%s", filepath.Base(dir), status, &progress)
	}
	return out.String()
}

// TestSARIFIsValid checks the logs of all examples against the schema of OASIS.
func TestSARIFIsValid(t *testing.T) {
	t.Parallel()
	logs := t.TempDir()
	for _, dir := range examples(t) {
		text := checked(t, dir, "--format", "sarif")
		if err := os.WriteFile(filepath.Join(logs, filepath.Base(dir)+".sarif"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const program = `
import glob, json, sys
try: import jsonschema
except ImportError: print("no jsonschema"); sys.exit()
schema = json.load(open(sys.argv[1]))
validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
for path in sorted(glob.glob(sys.argv[2] + "/*.sarif")):
    for e in validator.iter_errors(json.load(open(path))):
        print(path, list(e.absolute_path), e.message)
`
	switch got := python(t, "-c", program, officialSchema(t), logs); got {
	case "":
	case "no jsonschema\n":
		t.Skip("MOD_PYTHON has no jsonschema")
	default:
		t.Error(got)
	}
}

// officialSchema is a file with the schema.
func officialSchema(t *testing.T) string {
	t.Helper()
	command := exec.Command("go", "mod", "download", "-json", sarifModule)
	command.Dir = t.TempDir()
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := command.Output()
	var module struct{ Dir string }
	if err != nil || json.Unmarshal(out, &module) != nil || module.Dir == "" {
		t.Skip("the schema of SARIF cannot be fetched")
	}
	text, err := os.ReadFile(filepath.Join(module.Dir, sarifSchema))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ = bytes.Cut(text, []byte("`"))
	text, _, _ = bytes.Cut(text, []byte("`"))
	path := filepath.Join(t.TempDir(), "sarif.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFormsOfACheckAgree reads what check prints for machines, in each of its forms: all tell the same problems at the same places.
func TestFormsOfACheckAgree(t *testing.T) {
	t.Parallel()
	type problem struct {
		Code, Severity, Path string
		Line, Column         int
		Message, Hint        string
	}
	annotation := regexp.MustCompile(`^::(error|warning|notice) (?:file=([^,]*),)?(?:line=(\d+),endLine=\d+,)?(?:col=(\d+),endColumn=\d+,)?title=([^:]*)::(.*)$`)
	decoded := strings.NewReplacer("%3A", ":", "%2C", ",", "%0A", "\n", "%0D", "\r", "%25", "%")
	for _, dir := range examples(t) {
		var list []problem
		d := json.NewDecoder(strings.NewReader(checked(t, dir, "--format", "json")))
		d.DisallowUnknownFields()
		if err := d.Decode(&list); err != nil {
			t.Fatalf("%s: %v", filepath.Base(dir), err)
		}
		var want, got []string
		for _, p := range list {
			text := p.Message
			if p.Hint != "" {
				text += "\nhint: " + p.Hint
			}
			want = append(want, p.Code+" "+p.Path+" "+text)
		}
		for line := range strings.Lines(checked(t, dir, "--format", "github")) {
			m := annotation.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
			if m == nil {
				t.Fatalf("%s: %q is no annotation", filepath.Base(dir), line)
			}
			text := decoded.Replace(m[6])
			if i := len(got); i < len(want) && strings.HasPrefix(text, strings.SplitN(want[i], " ", 3)[2]+"\n") {
				text = strings.SplitN(want[i], " ", 3)[2] // related places follow
			}
			got = append(got, m[5]+" "+decoded.Replace(m[2])+" "+text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-json +github):\n%s", filepath.Base(dir), diff)
		}
	}
}

// TestFixMendsWhatItSays mends the examples that can be: a second time there is nothing to mend.
func TestFixMendsWhatItSays(t *testing.T) {
	t.Parallel()
	mended := 0
	for _, dir := range examples(t) {
		if !strings.Contains(checked(t, dir, "--dated", "--format", "sarif"), `"fixes"`) {
			continue
		}
		mended++
		if checked(t, dir, "--dated", "--diff") == "" {
			t.Errorf("%s: there is something to mend, and no diff", filepath.Base(dir))
		}
		checked(t, dir, "--dated", "--fix")
		if again := checked(t, dir, "--dated", "--diff"); again != "" {
			t.Errorf("%s: a second time it changes\n%s", filepath.Base(dir), again)
		}
		if strings.Contains(checked(t, dir, "--dated", "--format", "sarif"), `"fixes"`) {
			t.Errorf("%s: something can still be mended", filepath.Base(dir))
		}
	}
	if mended < 10 {
		t.Errorf("only %d examples can be mended", mended)
	}
}
