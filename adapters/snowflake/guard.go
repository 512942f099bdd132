package snowflake

import (
	"context"
	"fmt"
	"time"

	"github.com/modsql/mod/adapters"
)

// grace is how long the driver may take to notice that a context has ended: it tells the server to stop the statement, and waits.
const grace = 10 * time.Second

// within calls the driver in a goroutine of its own. A panic in there is an error; so is a call that goes on after ctx has ended, which is
// left to itself. Both are [adapters.ErrBroken]: nobody knows what state the connection is in.
func within[T any](ctx context.Context, call func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if r := recover(); r != nil {
				o.err = &adapters.Error{
					Message: fmt.Sprintf("the driver of Snowflake failed on this statement: %v", r), Position: -1,
					Hint: "this is a fault of the driver, not of the statement", Cause: adapters.ErrBroken,
				}
			}
			done <- o
		}()
		o.value, o.err = call()
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-done:
		return o.value, o.err
	case <-time.After(grace):
		var none T
		return none, fmt.Errorf("the driver of Snowflake does not stop: %w", adapters.ErrBroken)
	}
}
