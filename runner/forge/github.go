package forge

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// GitHub is GitHub, github.com or a server of one's own: https://docs.github.com/en/rest/issues/comments and https://docs.github.com/en/rest/checks/runs
func GitHub(o Options) *Forge {
	return newForge(o, web.Header("Authorization", "Bearer "+o.Token), github{o}, githubFailure)
}

type github struct{ Options }

func (g github) list(page int) string {
	return fmt.Sprintf("/repos/%s/issues/%s/comments?per_page=%d&page=%d", g.Project, g.Number, perPage, page)
}

func (g github) add() string { return fmt.Sprintf("/repos/%s/issues/%s/comments", g.Project, g.Number) }

func (g github) one(id int64) string {
	return fmt.Sprintf("/repos/%s/issues/comments/%d", g.Project, id)
}

func (g github) edit() string { return http.MethodPatch }

func (g github) header() http.Header {
	return http.Header{"Accept": {"application/vnd.github+json"}, "X-Github-Api-Version": {"2022-11-28"}}
}

// secondary is how long to wait at a secondary limit that does not say: at least a minute.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
const secondary = time.Minute

// githubFailure is what an answer without success means: GitHub answers 403 also where it has had enough.
func githubFailure(r *web.Response) *syncs.Error {
	e := web.Failure(r)
	if r.Status != http.StatusForbidden && r.Status != http.StatusTooManyRequests {
		return e
	}
	switch {
	case r.Header.Get("Retry-After") != "":
		e.Class = syncs.Limited
		if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil {
			e.After = time.Duration(seconds) * time.Second
		}
	case r.Header.Get("X-Ratelimit-Remaining") == "0":
		e.Class, e.After = syncs.Limited, secondary
		reset, err := strconv.ParseInt(r.Header.Get("X-Ratelimit-Reset"), 10, 64)
		now, noDate := http.ParseTime(r.Header.Get("Date"))
		if err == nil && noDate == nil { // by the server's own clock
			e.After = max(time.Unix(reset, 0).Sub(now), time.Second)
		}
	case bytes.Contains(r.Body, []byte("secondary rate limit")), r.Status == http.StatusTooManyRequests:
		e.Class, e.After = syncs.Limited, secondary
	}
	return e
}

// mostOfCheck is how many annotations a request has at most, and longestSummary how many characters a summary has.
const (
	mostOfCheck    = 50
	longestSummary = 65_000
)

// check makes the check, with as many requests as it has annotations for.
func (f *Forge) check(ctx context.Context, c *Check) error {
	g, ok := f.kind.(github)
	if !ok {
		return nil
	}
	summary := c.Summary
	if len(summary) > longestSummary {
		summary = "The report is in the comment and in target/ci/report.md."
	}
	first, rest := c.Annotations, []Annotation(nil)
	if len(first) > mostOfCheck {
		first, rest = first[:mostOfCheck], first[mostOfCheck:]
	}
	output := func(list []Annotation) map[string]any {
		return map[string]any{"title": c.Title, "summary": summary, "annotations": append([]Annotation{}, list...)}
	}
	conclusion := map[bool]string{true: "failure", false: "success"}[c.Failed]
	var made struct {
		ID int64 `json:"id"`
	}
	path := fmt.Sprintf("/repos/%s/check-runs", g.Project)
	err := f.call(ctx, http.MethodPost, path, map[string]any{
		"name": c.Name, "head_sha": c.Commit, "status": "completed", "conclusion": conclusion, "output": output(first),
	}, &made)
	for err == nil && len(rest) > 0 {
		n := min(len(rest), mostOfCheck)
		err = f.call(ctx, http.MethodPatch, fmt.Sprintf("%s/%d", path, made.ID), map[string]any{"output": output(rest[:n])}, nil)
		rest = rest[n:]
	}
	return err
}
