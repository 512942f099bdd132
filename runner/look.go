package runner

import (
	"context"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
)

// Looks sees how new the rows are of those sources that tell it, by the sources' IDs, without telling of each. Of one that cannot be asked a warning
// is given, and nothing is known. The error is ctx's cause or a failure to connect.
func (r *Runner) Looks(ctx context.Context, nodes []*compiler.Node) (map[string]change.Look, error) {
	var sources []*compiler.Node
	for _, n := range nodes {
		if rule := n.Freshness(); n.Type == compiler.Source && (rule.Field != "" || rule.Query != "") {
			sources = append(sources, n)
		}
	}
	if len(sources) == 0 {
		return nil, nil
	}
	quiet := *r // which also keeps what was observed
	quiet.Report = nil
	found, _, err := quiet.Freshness(ctx, sources)
	out := map[string]change.Look{}
	for _, f := range found {
		if f.Problem != nil && f.LoadedAt.IsZero() && f.SeenAt.IsZero() {
			r.tell(Logged{Text: f.Node.Label() + ": " + f.Problem.Message, Level: "warn", At: time.Now()})
			continue
		}
		out[f.Node.ID] = change.Look{Loaded: f.LoadedAt, At: f.SeenAt}
	}
	return out, err
}
