// Package forge posts the report of a pull request where it is discussed: as one comment that is edited from then on, and as a check of the commit.
package forge

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// Report is what is posted.
type Report struct {
	Marker string // the first line of the comment, by which it is found again; it is not seen
	Run    int64  // of the CI, higher for a later one; 0 if that is not known
	Body   string // Markdown, without the marker
	Check  *Check // nil for none
}

// Check is a report as what is shown beside a commit.
type Check struct {
	Name, Title, Summary, Commit string
	Failed                       bool
	Annotations                  []Annotation
}

// Annotation is something that is shown beside a line.
type Annotation struct {
	Path    string `json:"path"`
	Start   int    `json:"start_line"`
	End     int    `json:"end_line"`
	Level   string `json:"annotation_level"` // notice, warning or failure
	Title   string `json:"title,omitempty"`
	Message string `json:"message"`
}

// ErrNewer is that the report of a later run is there already, which stays.
var ErrNewer = errors.New("a later run has posted its report already")

// Options are the place where a pull request is discussed.
type Options struct {
	API     string // the address of the interface, without a slash at the end
	Token   string
	Project string // owner/name at GitHub, the number or the path of a project at GitLab
	Number  string // of the pull request
	// Wait waits for so long, or until ctx is done; nil for the clock.
	Wait func(ctx context.Context, d time.Duration) error
}

// Forge is where pull requests are discussed. It is safe for concurrent use.
type Forge struct {
	options Options
	client  *web.Client
	kind    kind
}

// kind is what differs between the programs.
type kind interface {
	list(page int) string
	add() string
	one(id int64) string
	edit() (method string)
	header() http.Header
}

// Post posts a report: the comment that is there already is edited, wherever it stands, and if somebody has deleted it there is a new one. It returns [ErrNewer], having
// posted nothing, if that has the report of a later run. The words of an error have no secrets.
func (f *Forge) Post(ctx context.Context, r Report) error {
	if r.Check != nil {
		if err := f.again(ctx, func() error { return f.check(ctx, r.Check) }); err != nil {
			return fmt.Errorf("post the check: %w", err)
		}
	}
	if err := f.again(ctx, func() error { return f.comment(ctx, r) }); err != nil && !errors.Is(err, ErrNewer) {
		return fmt.Errorf("post the comment: %w", err)
	} else if err != nil {
		return err
	}
	return nil
}

// Close gives up connections.
func (f *Forge) Close() error { return f.client.Close() }

func newForge(o Options, auth web.Auth, k kind, classify func(*web.Response) *syncs.Error) *Forge {
	o.API = strings.TrimSuffix(o.API, "/")
	f := &Forge{options: o, client: web.NewClient(syncs.Config{"timeout": "30s"}, 0), kind: k}
	f.client.Auth, f.client.Classify = auth, classify
	f.client.Secrets.Add(o.Token)
	if f.options.Wait == nil {
		f.options.Wait = func(ctx context.Context, d time.Duration) error {
			timer := time.NewTimer(d)
			defer timer.Stop()
			select {
			case <-timer.C:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	return f
}

// How often something is tried, and how long it is worth to wait for the next time.
const (
	tries    = 5
	patience = 2 * time.Minute
)

// again tries until it works, or nothing speaks for another time.
func (f *Forge) again(ctx context.Context, try func() error) error {
	for i := 1; ; i++ {
		err := try()
		class := syncs.ClassOf(err)
		if err == nil || errors.Is(err, ErrNewer) || ctx.Err() != nil || class != syncs.Limited && class != syncs.Transient {
			return err
		}
		pause := time.Second << (i - 1)
		var told *syncs.Error
		if errors.As(err, &told) && told.After > 0 {
			pause = told.After
		}
		switch {
		case pause > patience:
			return fmt.Errorf("there may be another try in %d minutes: %w", int(math.Ceil(pause.Minutes())), err)
		case i == tries:
			return fmt.Errorf("given up after %d tries: %w", i, err)
		}
		if err := f.options.Wait(ctx, pause); err != nil {
			return err
		}
	}
}

// comment is a comment of a pull request.
type comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
}

// perPage is how many comments are asked for at once: the most that both programs give.
const perPage = 100

// mostPages is how many pages of comments are read; a pull request with more has other troubles.
const mostPages = 50

// ours are the comments with the marker, the oldest first.
func (f *Forge) ours(ctx context.Context, marker string) (list []comment, err error) {
	for page := 1; page <= mostPages; page++ {
		var got []comment
		if err := f.call(ctx, http.MethodGet, f.kind.list(page), nil, &got); err != nil {
			return nil, err
		}
		for _, c := range got {
			if strings.HasPrefix(strings.TrimSpace(c.Body), marker) {
				list = append(list, c)
			}
		}
		if len(got) < perPage {
			break
		}
	}
	slices.SortFunc(list, func(a, b comment) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// runLine tells in a comment which run has written it.
var runLine = regexp.MustCompile(`<!-- run (\d+) -->`)

// comment edits the oldest comment with the marker, or adds one. Of two runs that add one at the same time both see that afterwards, and the newer comment goes.
func (f *Forge) comment(ctx context.Context, r Report) error {
	body := r.Marker + "\n"
	if r.Run > 0 {
		body += fmt.Sprintf("<!-- run %d -->\n", r.Run)
	}
	body += r.Body
	list, err := f.ours(ctx, r.Marker)
	if err != nil {
		return err
	}
	added := int64(0)
	if len(list) == 0 {
		var made comment
		if err := f.call(ctx, http.MethodPost, f.kind.add(), map[string]string{"body": body}, &made); err != nil {
			return err
		}
		added = made.ID
		if list, err = f.ours(ctx, r.Marker); err != nil {
			return err
		}
	}
	if len(list) == 0 || len(list) == 1 && list[0].ID == added {
		return nil
	}
	for _, extra := range list[1:] {
		if err := f.call(ctx, http.MethodDelete, f.kind.one(extra.ID), nil, nil); err != nil && syncs.ClassOf(err) != syncs.Missing {
			return err
		}
	}
	if list[0].ID == added {
		return nil
	}
	if m := runLine.FindStringSubmatch(list[0].Body); m != nil && r.Run > 0 {
		if other, err := strconv.ParseInt(m[1], 10, 64); err == nil && other > r.Run {
			return ErrNewer
		}
	}
	err = f.call(ctx, f.kind.edit(), f.kind.one(list[0].ID), map[string]string{"body": body}, nil)
	if syncs.ClassOf(err) == syncs.Missing { // somebody has deleted it since
		return f.call(ctx, http.MethodPost, f.kind.add(), map[string]string{"body": body}, nil)
	}
	return err
}

// call sends JSON and reads JSON; either may be nil.
func (f *Forge) call(ctx context.Context, method, path string, in, out any) error {
	r := &web.Request{Method: method, URL: f.options.API + path, Header: f.kind.header()}
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return err
		}
		r.Body = body
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := f.client.Do(ctx, r)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(answer.Body, out); err != nil {
		return fmt.Errorf("%s %s: the answer is not what was asked for: %w", method, path, err)
	}
	return nil
}
