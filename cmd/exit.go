package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner/deps"
)

// The exit statuses.
const (
	exitOK          = 0
	exitFailed      = 1 // a node or a test failed, or something of the world
	exitInvalid     = 2 // the project does not compile, or a flag is wrong
	exitUnreachable = 3 // there is no talking to the warehouse
	exitInterrupted = 130
)

// errReported is wrapped by errors whose story has been told.
var errReported = errors.New("already reported")

// outcome is an error that has been reported, with the status it ends mod with.
type outcome struct{ status int }

func (o outcome) Error() string { return fmt.Sprintf("exit status %d", o.status) }

func (o outcome) Unwrap() error { return errReported }

// usageError is a wrong way to call mod.
type usageError struct {
	message string
	hint    string
}

func (e *usageError) Error() string { return e.message }

func usagef(hint, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), hint}
}

// exit reports the error that a command ended with, if it has not been, and returns the exit status.
func (a *app) exit(ctx context.Context, err error) int {
	defer a.view.close()
	if err != nil && !errors.Is(err, errReported) {
		a.report(ctx, err)
	}
	return status(ctx, err)
}

func (a *app) report(ctx context.Context, err error) {
	var (
		problems *diag.Errors
		problem  *diag.Diagnostic
		usage    *usageError
		wire     *adapters.Error
		world    *deps.Failure
	)
	switch {
	case errors.As(err, &problems):
		a.view.problems(problems.List.Sorted())
	case errors.As(err, &problem):
		a.view.problems([]*diag.Diagnostic{problem})
	case interrupted(ctx, err):
		a.view.fail("interrupted", "")
	case errors.As(err, &usage):
		a.view.fail(usage.message, usage.hint)
	case errors.As(err, &wire):
		a.view.fail(err.Error(), wire.Hint)
	case errors.As(err, &world):
		a.view.fail(err.Error(), world.Hint)
	default:
		a.view.fail(err.Error(), "")
	}
}

func status(ctx context.Context, err error) int {
	var (
		done     outcome
		problems *diag.Errors
		problem  *diag.Diagnostic
		usage    *usageError
		wire     *adapters.Error
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &done):
		return done.status
	case interrupted(ctx, err):
		return exitInterrupted
	case errors.As(err, &problems), errors.As(err, &problem), errors.As(err, &usage):
		return exitInvalid
	case errors.As(err, &wire):
		switch wire.Kind {
		case adapters.BadConfig:
			return exitInvalid
		case adapters.Unreachable, adapters.Locked:
			return exitUnreachable
		}
	}
	return exitFailed
}

func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx)) || adapters.KindOf(err) == adapters.Cancelled)
}
