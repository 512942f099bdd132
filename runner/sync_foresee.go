package runner

import (
	"context"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/syncs"
)

// ForeseeSync tells what a run of a sync would send of the rows that are read now, by what the warehouse remembers of what was sent. Nothing is
// written, sent or opened, so that it is no more than an estimate: a run settles first what one before has left, and looks at what was refused.
func (v *Visit) ForeseeSync(ctx context.Context, n *compiler.Node, o SyncOptions) (*SyncPlan, error) {
	v = v.at(n)
	rendered, err := v.Render(ctx, n)
	if err != nil {
		return nil, err
	}
	l := newSyncLedger(v.wire, rendered.Context, n.Relation, n.Sync.Key)
	query := strings.TrimRight(rendered.SQL, "; \t\r\n")
	columns, err := v.wire.describe(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("look at the rows of sync %s: %w", n.Name, err)
	}
	x := &syncing{SyncOptions: o, node: n, query: query, mapping: mappingOf(n.Sync), syncLedger: l, target: o.target(n, columns)}
	var ledger any
	there, err := l.exists(ctx, l.ledger)
	switch {
	case err != nil:
		return nil, err
	case there:
		ledger = l.ledger
	}
	counts, err := l.query(ctx, "sync_foresee", ledger, query, x.key, x.fieldNames(), x.mapping, opsOf(x.target))
	if err != nil {
		return nil, fmt.Errorf("compare the rows of sync %s with what was sent: %w", n.Name, err)
	}
	p := &SyncPlan{Node: n, RemovalOp: x.target.Removal}
	for _, row := range counts {
		if op, ok := row[0].(string); ok {
			p.count(syncs.Op(op), wholeNumber(row[1]) == 1, wholeNumber(row[2]))
		}
	}
	p.Held = x.Limits.guard(p)
	return p, nil
}
