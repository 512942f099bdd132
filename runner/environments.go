package runner

import (
	"context"
	"errors"
)

// ReadEverywhere reads what the book says of all environments. The book is one that [Runner.OpenBook] has opened.
func (r *Runner) ReadEverywhere(ctx context.Context) error {
	conn, err := r.Warehouse.Connect(ctx)
	if err != nil {
		return err
	}
	_, err = r.readAll(ctx, conn)
	return errors.Join(err, conn.Close())
}
