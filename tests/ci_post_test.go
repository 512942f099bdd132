package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/cmd"
)

// discussion is where a pull request is discussed: GitHub and GitLab answer the requests for comments alike.
type discussion struct {
	mu       sync.Mutex
	comments []string // their texts; the ID is the place, from 1
	checks   []map[string]any
	refuses  bool
}

func (d *discussion) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuses || r.Header.Get("Authorization") != "Bearer s3cret" && r.Header.Get("Private-Token") != "s3cret" {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"message": "Resource not accessible by integration"}`)
		return
	}
	var in map[string]any
	_ = json.NewDecoder(r.Body).Decode(&in)
	text, _ := in["body"].(string)
	switch {
	case strings.HasSuffix(r.URL.Path, "/check-runs"):
		d.checks = append(d.checks, in)
	case r.Method == http.MethodGet:
		list := []map[string]any{}
		for i, body := range d.comments {
			list = append(list, map[string]any{"id": i + 1, "body": body})
		}
		_ = json.NewEncoder(w).Encode(list)
		return
	case r.Method == http.MethodPost:
		d.comments = append(d.comments, text)
	default:
		d.comments[0] = text
	}
	fmt.Fprintf(w, `{"id": %d}`, len(d.comments))
}

// TestTheReportIsPosted runs mod ci as GitHub and GitLab run it, with what they say of a pull request.
func TestTheReportIsPosted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "project.yml"), "name: shop\nmodels: {+materialized: table}\n")
	writeFile(t, filepath.Join(dir, "models/orders.sql"), "select i as id, i as amount from range(5) as t (i)")
	writeFile(t, filepath.Join(dir, "tests/positive.sql"), "select * from {{ ref('orders') }} where amount < 0")
	d := &discussion{}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	event := filepath.Join(dir, "event.json")
	writeFile(t, event, `{"pull_request": {"head": {"sha": "abc123"}}}`)
	github := map[string]string{
		"GITHUB_REPOSITORY": "modsql/shop", "GITHUB_API_URL": server.URL, "GITHUB_REF": "refs/pull/12/merge", "GITHUB_RUN_ID": "7", "GITHUB_SHA": "merged",
		"GITHUB_EVENT_PATH": event, "GITHUB_TOKEN": "s3cret",
	}
	gitlab := map[string]string{
		"CI_API_V4_URL": server.URL, "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "12", "CI_PIPELINE_ID": "9", "GITLAB_TOKEN": "s3cret",
	}
	run := func(env map[string]string, args ...string) (status int, out, said string) {
		var stdout, stderr bytes.Buffer
		env = maps.Clone(env)
		env["PATH"] = os.Getenv("PATH")
		status = cmd.Run(t.Context(), cmd.System{Out: &stdout, Err: &stderr, Env: env, Dir: dir, Now: time.Now}, args...)
		return status, stdout.String(), stderr.String()
	}
	modIn(t, dir, 0, "apply", "--yes", "--quiet")
	writeFile(t, filepath.Join(dir, "models/orders.sql"), "select i as id, i * 2 as amount from range(5) as t (i)")

	for _, platform := range []map[string]string{github, gitlab} {
		d.comments = []string{}
		for range 2 {
			status, out, said := run(platform, "ci", "--quiet", "--post", "comment")
			if status != 0 || said != "" {
				t.Fatalf("status %d: %s", status, said)
			}
			if len(d.comments) != 1 {
				t.Fatalf("there are %d comments", len(d.comments))
			}
			marker, report, _ := strings.Cut(out, "\n")
			lines := strings.SplitN(d.comments[0], "\n", 3)
			if diff := cmp.Diff([]string{marker, report}, []string{lines[0], lines[2]}); diff != "" || !strings.HasPrefix(lines[1], "<!-- run ") {
				t.Error(d.comments[0], diff)
			}
		}
	}

	without := maps.Clone(github)
	delete(without, "GITHUB_TOKEN")
	status, out, said := run(without, "ci", "--quiet", "--post", "comment")
	if status != 3 || !strings.Contains(out, "1 model changes") || !strings.Contains(said, "the report is not posted: there is no token in GITHUB_TOKEN or GH_TOKEN") {
		t.Errorf("without a token: status %d\n%s\n%s", status, out, said)
	}
	d.refuses = true
	status, out, said = run(github, "ci", "--quiet", "--post", "comment")
	if status != 3 || !strings.Contains(out, "1 model changes") || !strings.Contains(said, "post the comment: 403 Forbidden: Resource not accessible by integration") {
		t.Errorf("refused: status %d\n%s\n%s", status, out, said)
	}
	d.refuses = false

	writeFile(t, filepath.Join(dir, "models/orders.sql"), "select i as id, i - 1 as amount from range(5) as t (i)")
	if status, _, said := run(without, "ci", "--quiet", "--post", "comment"); status != 1 {
		t.Errorf("a test fails and there is no token: status %d\n%s", status, said)
	}
	if status, _, said := run(github, "ci", "--quiet", "--post", "comment,check"); status != 1 || len(d.checks) != 1 {
		t.Fatalf("status %d, %d checks\n%s", status, len(d.checks), said)
	}
	output, _ := d.checks[0]["output"].(map[string]any)
	got := []any{d.checks[0]["name"], d.checks[0]["head_sha"], d.checks[0]["conclusion"], output["title"], output["annotations"]}
	want := []any{"mod ci: shop", "abc123", "failure", "❌ 1 model changes, 1 test fails", []any{map[string]any{
		"path": "tests/positive.sql", "start_line": 1.0, "end_line": 1.0, "annotation_level": "failure", "title": "failed-test", "message": "test positive found 1 failing row",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	// Workflow commands beyond ten errors and ten warnings are not shown: there are no more, errors first. The check has them all.
	for i := range 12 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("tests/error_%d.sql", i)), "select * from {{ ref('orders') }} where amount < 0")
		writeFile(t, filepath.Join(dir, fmt.Sprintf("tests/warn_%d.sql", i)), "{{ config(severity='warn') }} select * from {{ ref('orders') }} where amount < 0")
	}
	actions := maps.Clone(github)
	actions["GITHUB_ACTIONS"] = "true"
	status, _, said = run(actions, "ci", "--quiet", "--post", "comment,check")
	commands := ""
	for line := range strings.Lines(said) {
		if command, ok := strings.CutPrefix(line, "::"); ok {
			commands += command[:1]
		}
	}
	if status != 1 || commands != strings.Repeat("e", 10)+strings.Repeat("w", 10) {
		t.Errorf("status %d: %s\n%s", status, commands, said)
	}
	output, _ = d.checks[1]["output"].(map[string]any)
	if list, _ := output["annotations"].([]any); len(list) != 25 {
		t.Errorf("the check has %d annotations", len(list))
	}

	for args, want := range map[string]string{
		"comment": "--post knows GitHub Actions and GitLab CI, and their variables are not there", "mail": "--post",
	} {
		if status, _, said := run(map[string]string{}, "ci", "--env", "pr-1", "--post", args); status != 2 || !strings.Contains(said, want) {
			t.Errorf("--post %s: status %d, %s", args, status, said)
		}
	}
}
