package forge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/runner/forge"
)

type comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
}

// server answers as GitHub and GitLab say that they do.
type server struct {
	mu       sync.Mutex
	notes    string // the path of the comments of the pull request
	one      string // and that of a single comment, without its ID
	token    string // what lets in, with the header
	comments []comment
	next     int64
	checks   []map[string]any
	log      []string
	before   func(r *http.Request, n int) (status int, header map[string]string, body string) // the nth request from 1; status 0 answers as usual
	requests int
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	body, _ := io.ReadAll(r.Body)
	s.log = append(s.log, r.Method+" "+r.URL.Path)
	if s.before != nil {
		if status, header, text := s.before(r, s.requests); status != 0 {
			for name, value := range header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, text)
			return
		}
	}
	if r.Header.Get("Authorization") != s.token && r.Header.Get("Private-Token") != s.token {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message": "Bad credentials"}`)
		return
	}
	var in map[string]any
	_ = json.Unmarshal(body, &in)
	s.answer(w, r, in)
}

func (s *server) answer(w http.ResponseWriter, r *http.Request, in map[string]any) {
	text, _ := in["body"].(string)
	id, _ := strconv.ParseInt(strings.TrimPrefix(r.URL.Path, s.one), 10, 64)
	at := slices.IndexFunc(s.comments, func(c comment) bool { return c.ID == id })
	switch {
	case strings.HasPrefix(r.URL.Path, "/repos/modsql/shop/check-runs"):
		s.checks = append(s.checks, in)
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"id": 4}`)
	case r.URL.Path == s.notes && r.Method == http.MethodGet:
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
		from := min((page-1)*size, len(s.comments))
		_ = json.NewEncoder(w).Encode(append([]comment{}, s.comments[from:min(from+size, len(s.comments))]...))
	case r.URL.Path == s.notes && r.Method == http.MethodPost:
		s.next++
		c := comment{s.next, text}
		s.comments = append(s.comments, c)
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(c)
	case at < 0:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message": "Not Found"}`)
	case r.Method == http.MethodDelete:
		s.comments = slices.Delete(s.comments, at, at+1)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.comments[at].Body = text
		_ = json.NewEncoder(w).Encode(s.comments[at])
	}
}

const marker = "<!-- mod ci: shop -->"

// github starts a server that is GitHub's, and is told how long it is waited.
func github(t *testing.T, s *server) (f *forge.Forge, waited *[]time.Duration) {
	t.Helper()
	s.notes, s.one, s.token = "/repos/modsql/shop/issues/12/comments", "/repos/modsql/shop/issues/comments/", "Bearer s3cret"
	return start(t, s, forge.GitHub, "modsql/shop", "s3cret")
}

func start(t *testing.T, s *server, kind func(forge.Options) *forge.Forge, project, token string) (f *forge.Forge, waited *[]time.Duration) {
	t.Helper()
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	waited = &[]time.Duration{}
	f = kind(forge.Options{API: h.URL, Token: token, Project: project, Number: "12", Wait: func(ctx context.Context, d time.Duration) error {
		*waited = append(*waited, d)
		return ctx.Err()
	}})
	t.Cleanup(func() { _ = f.Close() })
	return f, waited
}

func report(body string) forge.Report { return forge.Report{Marker: marker, Body: body} }

func bodies(s *server) (list []string) {
	for _, c := range s.comments {
		list = append(list, c.Body)
	}
	return list
}

func post(t *testing.T, f *forge.Forge, r forge.Report) {
	t.Helper()
	if err := f.Post(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func TestThereIsOneCommentWhichIsEdited(t *testing.T) {
	t.Parallel()
	for _, start := range []func(*testing.T, *server) (*forge.Forge, *[]time.Duration){
		github,
		func(t *testing.T, s *server) (*forge.Forge, *[]time.Duration) {
			s.notes, s.token = "/projects/modsql/shop/merge_requests/12/notes", "s3cret"
			s.one = s.notes + "/"
			return start(t, s, forge.GitLab, "modsql/shop", "s3cret")
		},
	} {
		s := &server{}
		for i := range 130 { // the comment may be on a later page
			s.next++
			s.comments = append(s.comments, comment{s.next, fmt.Sprintf("remark %d, about %s", i, marker)})
		}
		f, _ := start(t, s)
		post(t, f, report("one"))
		post(t, f, report("two"))
		if diff := cmp.Diff([]string{marker + "\ntwo"}, bodies(s)[130:]); diff != "" {
			t.Error(diff)
		}
		s.comments = s.comments[:130] // somebody deletes it
		post(t, f, report("three"))
		if diff := cmp.Diff([]string{marker + "\nthree"}, bodies(s)[130:]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCommentThatIsDeletedMeanwhileIsMadeAnew(t *testing.T) {
	t.Parallel()
	s := &server{comments: []comment{{1, marker + "\nold"}}, next: 1}
	s.before = func(r *http.Request, _ int) (int, map[string]string, string) {
		if r.Method == http.MethodPatch {
			s.comments = nil
		}
		return 0, nil, ""
	}
	f, _ := github(t, s)
	post(t, f, report("new"))
	if diff := cmp.Diff([]string{marker + "\nnew"}, bodies(s)); diff != "" {
		t.Error(diff)
	}
}

// TestOfRunsThatRaceTheReportOfTheLatestStays lets another run post at every moment of ours.
func TestOfRunsThatRaceTheReportOfTheLatestStays(t *testing.T) {
	t.Parallel()
	for _, ours := range []int64{5, 7} {
		for moment := range 5 {
			s := &server{}
			f, _ := github(t, s)
			other, _ := github(t, s)
			posted := false
			theirs := func() {
				posted = true
				if err := other.Post(t.Context(), forge.Report{Marker: marker, Run: 6, Body: "theirs"}); err != nil && !errors.Is(err, forge.ErrNewer) {
					t.Error(err)
				}
			}
			s.before = func(_ *http.Request, n int) (int, map[string]string, string) {
				if n == moment+1 && !posted {
					s.mu.Unlock()
					theirs()
					s.mu.Lock()
				}
				return 0, nil, ""
			}
			if err := f.Post(t.Context(), forge.Report{Marker: marker, Run: ours, Body: "ours"}); err != nil && !errors.Is(err, forge.ErrNewer) {
				t.Fatal(err)
			}
			if !posted { // ours was done first
				theirs()
			}
			want := map[int64]string{5: marker + "\n<!-- run 6 -->\ntheirs", 7: marker + "\n<!-- run 7 -->\nours"}[ours]
			if diff := cmp.Diff([]string{want}, bodies(s)); diff != "" {
				t.Errorf("run %d, the other one at request %d:\n%s\n%s", ours, moment+1, diff, strings.Join(s.log, "\n"))
			}
		}
	}
}

func TestLimitsAreWaitedFor(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	date := now.Format(http.TimeFormat)
	reset := strconv.FormatInt(now.Add(40*time.Second).Unix(), 10)
	for _, c := range []struct {
		name   string
		status int
		header map[string]string
		body   string
		want   time.Duration
	}{
		{"primary", 403, map[string]string{"X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": reset, "Date": date}, `{"message": "API rate limit exceeded"}`, 40 * time.Second},
		{"secondary that says", 403, map[string]string{"Retry-After": "30"}, `{"message": "You have exceeded a secondary rate limit."}`, 30 * time.Second},
		{"secondary that does not", 403, nil, `{"message": "You have exceeded a secondary rate limit."}`, time.Minute},
		{"too many", 429, map[string]string{"Retry-After": "7"}, "", 7 * time.Second},
		{"down", 502, nil, "<html>", time.Second},
	} {
		s := &server{}
		s.before = func(_ *http.Request, n int) (int, map[string]string, string) {
			if n == 2 {
				return c.status, c.header, c.body
			}
			return 0, nil, ""
		}
		f, waited := github(t, s)
		post(t, f, report("one"))
		if diff := cmp.Diff([]time.Duration{c.want}, *waited); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
		if diff := cmp.Diff([]string{marker + "\none"}, bodies(s)); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func TestWhatIsRefusedIsGivenUpWithoutTheToken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		header map[string]string
		body   string
		want   string
		waits  int
	}{
		{403, nil, `{"message": "Resource not accessible by integration, s3cret"}`, "post the comment: 403 Forbidden: Resource not accessible by integration, ***", 0},
		{401, nil, `{"message": "Bad credentials"}`, "post the comment: 401 Unauthorized: Bad credentials", 0},
		{404, nil, `{"message": "Not Found"}`, "post the comment: 404 Not Found: Not Found", 0},
		{403, map[string]string{"Retry-After": "3600"}, "", "post the comment: there may be another try in 60 minutes: 403 Forbidden", 0},
		{503, nil, "", "post the comment: given up after 5 tries: 503 Service Unavailable", 4},
		{200, nil, "<html>", "post the comment: GET /repos/modsql/shop/issues/12/comments?per_page=100&page=1: the answer is not what was asked for: invalid character '<' looking for beginning of value", 0},
	} {
		s := &server{before: func(*http.Request, int) (int, map[string]string, string) { return c.status, c.header, c.body }}
		f, waited := github(t, s)
		err := f.Post(t.Context(), report("one"))
		if err == nil || err.Error() != c.want || len(*waited) != c.waits {
			t.Errorf("%d: %v, after %d pauses", c.status, err, len(*waited))
		}
	}
}

func TestCheckHasAllAnnotations(t *testing.T) {
	t.Parallel()
	s := &server{}
	f, _ := github(t, s)
	r := report("one")
	r.Check = &forge.Check{Name: "mod ci: shop", Title: "1 test fails", Summary: strings.Repeat("long", 20_000), Commit: "abc", Failed: true}
	for i := range 120 {
		r.Check.Annotations = append(r.Check.Annotations, forge.Annotation{Path: "models/a.sql", Start: i + 1, End: i + 1, Level: "failure", Message: "no"})
	}
	post(t, f, r)
	var sizes []int
	for _, c := range s.checks {
		output, _ := c["output"].(map[string]any)
		list, _ := output["annotations"].([]any)
		sizes = append(sizes, len(list))
		if output["summary"] != "The report is in the comment and in target/ci/report.md." {
			t.Errorf("the summary has %d characters", len(fmt.Sprint(output["summary"])))
		}
	}
	if diff := cmp.Diff([]int{50, 50, 20}, sizes); diff != "" {
		t.Error(diff)
	}
	if first := s.checks[0]; first["conclusion"] != "failure" || first["head_sha"] != "abc" || first["name"] != "mod ci: shop" || first["status"] != "completed" {
		t.Errorf("%v", first)
	}
}
