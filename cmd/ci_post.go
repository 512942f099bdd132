package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner/forge"
)

// What --post can post.
const (
	postComment = "comment"
	postCheck   = "check"
)

// place is where the report is posted, by the variables of the CI.
type place struct {
	open  func(forge.Options) *forge.Forge
	at    forge.Options
	token []string // the variables that may have it, the first to be looked at first
	run   int64
}

// postingTo finds out where to post. Anywhere but at GitHub and GitLab it is an error.
func (a *app) postingTo(what []string) (*place, error) {
	for _, w := range what {
		if err := oneOf("--post", w, postComment, postCheck); err != nil {
			return nil, err
		}
	}
	p := &place{}
	run := ""
	switch {
	case a.Env["GITHUB_REPOSITORY"] != "":
		p.open, p.token, run = forge.GitHub, []string{"GITHUB_TOKEN", "GH_TOKEN"}, a.Env["GITHUB_RUN_ID"]
		p.at = forge.Options{API: cmp.Or(a.Env["GITHUB_API_URL"], "https://api.github.com"), Project: a.Env["GITHUB_REPOSITORY"]}
		if m := githubRequest.FindStringSubmatch(a.Env["GITHUB_REF"]); m != nil {
			p.at.Number = m[1]
		}
	case a.Env["CI_API_V4_URL"] != "":
		p.open, p.token, run = forge.GitLab, []string{"GITLAB_TOKEN"}, a.Env["CI_PIPELINE_ID"]
		p.at = forge.Options{
			API: a.Env["CI_API_V4_URL"], Project: cmp.Or(a.Env["CI_MERGE_REQUEST_PROJECT_ID"], a.Env["CI_PROJECT_ID"]), Number: a.Env["CI_MERGE_REQUEST_IID"],
		}
	default:
		return nil, usagef("elsewhere post what is on stdout", "--post knows GitHub Actions and GitLab CI, and their variables are not there")
	}
	if p.at.Number == "" {
		return nil, usagef("run it for pull requests alone", "--post: no variable tells which pull request this is")
	}
	p.run, _ = strconv.ParseInt(run, 10, 64) // 0 if it is not known
	for _, name := range slices.Backward(p.token) {
		p.at.Token = cmp.Or(a.Env[name], p.at.Token)
	}
	return p, nil
}

// post posts the report, which has been written before. That it cannot be posted is told, and is the status if there is no worse one.
func (v *review) post(ctx context.Context) error {
	if v.place == nil {
		return nil
	}
	if v.place.at.Token == "" {
		v.unposted = true
		v.view.fail("the report is not posted: there is no token in "+join(v.place.token, "or"), "give the job one, with the right to write pull requests")
		return nil
	}
	f := v.place.open(v.place.at)
	defer f.Close() //nolint:errcheck // what was sent was answered
	r := forge.Report{Marker: v.marker(), Run: v.place.run, Body: strings.TrimPrefix(v.secrets.redact(v.markdown(longestReport)), v.marker()+"\n")}
	if slices.Contains(v.options.post, postCheck) {
		r.Check = v.checkRun(r.Body)
	}
	err := f.Post(ctx, r)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, forge.ErrNewer):
		v.view.note("the report is not posted: " + err.Error())
	case err != nil:
		v.unposted = true
		v.view.fail(err.Error(), "it is on stdout and in target/ci/report.md")
	}
	return nil
}

// checkRun is the report as a check of the commit, with all that is wrong beside its lines.
func (v *review) checkRun(body string) *forge.Check {
	c := &forge.Check{
		Name: "mod ci: " + v.project.Root.Name, Title: v.verdict(), Summary: body, Commit: v.commitOfRequest(),
		Failed: v.outcome() != nil,
	}
	levels := map[diag.Severity]string{diag.Error: "failure", diag.Warning: "warning", diag.Info: "notice"}
	prefix := v.pathPrefix()
	for _, d := range v.diagnostics() {
		if d.Span.Source == nil {
			continue
		}
		line := d.Span.Position().Line
		c.Annotations = append(c.Annotations, forge.Annotation{
			Path: prefix + d.Span.Source.Path, Start: line, End: line, Level: levels[d.Severity], Title: string(d.Code), Message: v.secrets.redact(d.Message),
		})
	}
	return c
}

// commitOfRequest is the newest commit of the pull request, which is not the one that GitHub checks out: that is a merge.
func (v *review) commitOfRequest() string {
	var event struct {
		Request struct {
			Head struct {
				SHA string `json:"sha"`
			} `json:"head"`
		} `json:"pull_request"`
	}
	if text, err := os.ReadFile(v.Env["GITHUB_EVENT_PATH"]); err == nil {
		_ = json.Unmarshal(text, &event) // another event has no such commit
	}
	return cmp.Or(event.Request.Head.SHA, v.Env["GITHUB_SHA"])
}
