package forge

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/modsql/mod/syncs/web"
)

// GitLab is GitLab, gitlab.com or a server of one's own: https://docs.gitlab.com/api/notes/#merge-requests. A check is not posted: GitLab shows the
// report of code quality, which is a file of the job.
func GitLab(o Options) *Forge {
	return newForge(o, web.Header("PRIVATE-TOKEN", o.Token), gitlab{o}, nil)
}

type gitlab struct{ Options }

func (g gitlab) notes() string {
	return fmt.Sprintf("/projects/%s/merge_requests/%s/notes", url.PathEscape(g.Project), g.Number)
}

func (g gitlab) list(page int) string {
	return fmt.Sprintf("%s?per_page=%d&page=%d&sort=asc&order_by=created_at", g.notes(), perPage, page)
}

func (g gitlab) add() string { return g.notes() }

func (g gitlab) one(id int64) string { return fmt.Sprintf("%s/%d", g.notes(), id) }

func (g gitlab) edit() string { return http.MethodPut }

func (g gitlab) header() http.Header { return http.Header{} }
