package sheets

import (
	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// Render shows what writes a batch to a sheet that has the fields alone, in their order, and whose rows that are changed or deleted are the first
// below them. Where they really stand is only known once the sheet is read.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	columns, at := make([]int, len(b.Fields)), map[string]int{}
	for i := range columns {
		columns[i] = i
	}
	for i := range b.Rows {
		if b.Mode != syncs.AppendMode && b.Op != syncs.Insert {
			at[keyText(b.Rows[i].Key(b.Target))] = i + 2
		}
	}
	var requests []*web.Request
	var err error
	if b.Op == syncs.Delete {
		requests = make([]*web.Request, 1)
		requests[0], err = d.removal(standing(b, at), 0)
	} else {
		requests, err = d.requests(b, columns, sort(b, columns, at, make([]error, len(b.Rows))))
	}
	if err != nil {
		return nil, err
	}
	out := make([]string, len(requests))
	for i, r := range requests {
		out[i] = d.client.Render(r)
	}
	return out, nil
}
