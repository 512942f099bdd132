package runner

import (
	"context"
	"errors"
	"fmt"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/seed"
)

// readSeed reads the columns of the node's file, and remembers the file for the load.
func (t *turn) readSeed(n *compiler.Node) (*materialize.Seed, error) {
	if given, ok := n.Config.Value("delimiter"); ok && given == "" {
		return nil, &diag.Diagnostic{Code: compiler.InvalidConfig, Span: n.At, Message: fmt.Sprintf("the delimiter of seed %q is empty", n.Name), Hint: "take it out for a comma"}
	}
	f, err := t.graph.ReadSeed(n)
	if err != nil {
		return nil, seedError(n, err)
	}
	if t.options.Empty {
		f.Count = 0
	}
	t.seed = f
	return &materialize.Seed{
		Columns: f.Target(n.Relation).Columns, Rows: int(f.Count), Path: n.File.Abs, Delimiter: n.Config.String("delimiter"),
	}, nil
}

// load appends the rows of the node's file, or of what it is a copy of.
func (t *turn) load(ctx context.Context, l *materialize.Load) (adapters.Stats, error) {
	if t.kept != nil {
		return t.append(ctx, l.Into, t.kept.all)
	}
	if t.origin != nil {
		return t.loadCopy(ctx, l.Into)
	}
	if t.seed == nil {
		if _, err := t.readSeed(t.step.Node); err != nil {
			return adapters.Stats{}, err
		}
	}
	return t.append(ctx, l.Into, t.seed.Rows())
}

// loaded is what is told of a seed's statement: how many rows came in, however a warehouse takes them. As in dbt, a full refresh is
// told as CREATE. Of other nodes it is what the warehouse said.
func (t *turn) loaded(stats adapters.Stats) adapters.Stats {
	if t.step.Node.Type != compiler.Seed || t.seed == nil {
		return stats
	}
	if stats.Rows < 0 {
		stats.Rows = t.seed.Count
	}
	stats.Code = "INSERT"
	if plan.FullRefresh(t.step.Node, t.options) {
		stats.Code = "CREATE"
	}
	stats.Message = fmt.Sprintf("%s %d", stats.Code, stats.Rows)
	return stats
}

// seedError puts a mistake in the file at its place there.
func seedError(n *compiler.Node, err error) error {
	var mistake *seed.Error
	if !errors.As(err, &mistake) {
		return err
	}
	return n.BadSeed(mistake)
}
