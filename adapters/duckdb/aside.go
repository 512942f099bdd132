package duckdb

import (
	"context"
	"errors"

	"github.com/modsql/mod/adapters"
)

// locked are the settings of an instance that reaches nothing. No statement opens it again while it runs.
// https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
const locked = `set autoinstall_known_extensions = false;
set autoload_known_extensions = false;
set enable_external_access = false;`

// aside is an instance in memory that reaches no file, no network and no extension.
func aside(ctx context.Context) (_ adapters.Warehouse, err error) {
	w, err := open(ctx, adapters.Config{"path": memory})
	if err != nil {
		return nil, err
	}
	conn, err := w.Connect(ctx)
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	_, err = conn.Exec(ctx, locked)
	if err = errors.Join(err, conn.Close()); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}
