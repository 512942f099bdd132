package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
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
	comments []string // their texts; the ID is the place, from 1; "" of one that is deleted
	checks   []map[string]any
	refuses  bool
	requests int
	before   func(w http.ResponseWriter, n int) (answered bool) // the nth request, from 1; nothing holds the discussion meanwhile
}

func (d *discussion) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.requests++
	n, before := d.requests, d.before
	d.mu.Unlock()
	if before != nil && before(w, n) {
		return
	}
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
	id, _ := strconv.Atoi(path.Base(r.URL.Path))
	switch {
	case strings.HasSuffix(r.URL.Path, "/check-runs"):
		d.checks = append(d.checks, in)
	case r.Method == http.MethodGet:
		list := []map[string]any{}
		for i, body := range d.comments {
			if body != "" {
				list = append(list, map[string]any{"id": i + 1, "body": body})
			}
		}
		_ = json.NewEncoder(w).Encode(list)
		return
	case r.Method == http.MethodPost:
		d.comments = append(d.comments, text)
	case id < 1 || id > len(d.comments) || d.comments[id-1] == "":
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message": "Not Found"}`)
		return
	case r.Method == http.MethodDelete:
		d.comments[id-1] = ""
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		d.comments[id-1] = text
	}
	fmt.Fprintf(w, `{"id": %d}`, len(d.comments))
}

// left are the comments that are not deleted.
func (d *discussion) left() (list []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, body := range d.comments {
		if body != "" {
			list = append(list, body)
		}
	}
	return list
}

// begin forgets what was asked, and has something done before each request from now on.
func (d *discussion) begin(before func(w http.ResponseWriter, n int) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests, d.before = 0, before
}

// reviewing is a project with a pull request that changes a model, and a run of mod ci in it that posts: that number of run, at GitHub.
func reviewing(t *testing.T, api string) (run func(number string, more ...string) (status int, out, said string)) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "project.yml"), "name: shop\nmodels: {+materialized: table}\n")
	writeFile(t, filepath.Join(dir, "models/orders.sql"), "select i as id, i as amount from range(5) as t (i)")
	modIn(t, dir, 0, "apply", "--yes", "--quiet")
	writeFile(t, filepath.Join(dir, "models/orders.sql"), "select i as id, i * 2 as amount from range(5) as t (i)")
	return func(number string, more ...string) (int, string, string) {
		var stdout, stderr bytes.Buffer
		env := map[string]string{
			"GITHUB_REPOSITORY": "modsql/shop", "GITHUB_API_URL": api, "GITHUB_REF": "refs/pull/12/merge", "GITHUB_RUN_ID": number, "GITHUB_TOKEN": "s3cret",
			"PATH": os.Getenv("PATH"),
		}
		args := append([]string{"ci", "--quiet", "--post", "comment"}, more...)
		status := cmd.Run(t.Context(), cmd.System{Out: &stdout, Err: &stderr, Env: env, Dir: dir, Now: time.Now}, args...)
		return status, stdout.String(), stderr.String()
	}
}

// TestACommentThatSomebodyDeletesIsMadeAnew has it deleted between two runs, and before each request of a run.
func TestACommentThatSomebodyDeletesIsMadeAnew(t *testing.T) {
	t.Parallel()
	d := &discussion{}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	run := reviewing(t, server.URL)
	for moment := range 4 {
		d.begin(func(_ http.ResponseWriter, n int) bool {
			if n == moment {
				d.mu.Lock()
				defer d.mu.Unlock()
				clear(d.comments)
			}
			return false
		})
		status, _, said := run("7")
		if left := d.left(); moment < 3 && (status != 0 || said != "" || len(left) != 1 || !strings.Contains(left[0], "1 model changes")) {
			t.Errorf("deleted before request %d: status %d, %q, %q", moment, status, said, left)
		}
	}
}

// TestOfTwoRunsThatPostAtTheSameTimeTheLaterStays has another run post before each request of one.
func TestOfTwoRunsThatPostAtTheSameTimeTheLaterStays(t *testing.T) {
	t.Parallel()
	d := &discussion{}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	first, second := reviewing(t, server.URL), reviewing(t, server.URL)
	for _, number := range []string{"7", "9"} {
		for moment := 1; moment <= 4; moment++ {
			d.comments = nil
			posted := false
			other := func() {
				posted = true
				if status, _, said := second("8"); status != 0 {
					t.Errorf("run 8: status %d, %s", status, said)
				}
			}
			d.begin(func(_ http.ResponseWriter, n int) bool {
				if n == moment && !posted {
					other()
				}
				return false
			})
			status, _, said := first(number)
			if !posted {
				other()
			}
			want := map[string]string{"7": "<!-- run 8 -->", "9": "<!-- run 9 -->"}[number]
			if left := d.left(); status != 0 || len(left) != 1 || !strings.Contains(left[0], want) {
				t.Errorf("run %s, and run 8 at its request %d: status %d, %q\n%s", number, moment, status, said, left)
			}
		}
	}
}

// TestALimitThatIsTooFarOffIsTold has GitHub say that there are no more requests for an hour: nobody wants a job that waits for that.
func TestALimitThatIsTooFarOffIsTold(t *testing.T) {
	t.Parallel()
	d := &discussion{}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	run := reviewing(t, server.URL)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d.begin(func(w http.ResponseWriter, _ int) bool {
		w.Header().Set("Date", now.Format(http.TimeFormat))
		w.Header().Set("X-Ratelimit-Remaining", "0")
		w.Header().Set("X-Ratelimit-Reset", strconv.FormatInt(now.Add(time.Hour).Unix(), 10))
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"message": "API rate limit exceeded for installation ID 1."}`)
		return true
	})
	status, out, said := run("7")
	want := "post the comment: there may be another try in 60 minutes: 403 Forbidden: API rate limit exceeded for installation ID 1."
	if status != 3 || !strings.Contains(out, "1 model changes") || !strings.Contains(said, want) || !strings.Contains(said, "target/ci/report.md") || d.requests != 1 {
		t.Errorf("status %d after %d requests\n%s\n%s", status, d.requests, out, said)
	}
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
