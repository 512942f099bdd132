package trino

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/trinodb/trino-go-client/trino"

	"github.com/modsql/mod/adapters"
)

// cancelled is the error of a statement that ended because ctx did.
func cancelled(ctx context.Context) error {
	cause := context.Cause(ctx)
	return &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled: " + cause.Error(), Position: -1, Cause: cause}
}

// failure makes an error of whatever ended a statement.
func failure(ctx context.Context, err error, st statement, sent bool) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	var said *trino.ErrTrino
	if errors.As(err, &said) {
		return statementError(said, st)
	}
	if errors.Is(err, trino.ErrQueryCancelled) {
		return &adapters.Error{Kind: adapters.Cancelled, Message: "the query was cancelled on the server", Position: -1}
	}
	var own *adapters.Error
	if errors.As(err, &own) {
		return err
	}
	return lost(err, st, sent)
}

// statementError makes an error of what the cluster says about a statement.
func statementError(said *trino.ErrTrino, st statement) *adapters.Error {
	return &adapters.Error{
		Kind:     kindOf(said),
		Message:  place.ReplaceAllString(said.Message, ""),
		Code:     said.ErrorName,
		Position: st.offset(said.ErrorLocation.LineNumber, said.ErrorLocation.ColumnNumber),
	}
}

// place is how messages begin that tell one: "line 1:8: Column 'x' cannot be resolved".
var place = regexp.MustCompile(`^line \d+:\d+: `)

// offset is the byte of the whole text at a line and a column of the statement, both from 1, columns in characters; -1 if not told.
func (st statement) offset(line, column int) int {
	if line < 1 || column < 1 {
		return -1
	}
	at := 0
	for range line - 1 {
		next := strings.IndexByte(st.Text[at:], '\n')
		if next < 0 {
			return -1
		}
		at += next + 1
	}
	for range column - 1 {
		if at == len(st.Text) {
			break
		}
		_, size := utf8.DecodeRuneInString(st.Text[at:])
		at += size
	}
	return st.Offset + at
}

// kindOf sorts errors by their names: https://github.com/trinodb/trino/blob/476/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java.
func kindOf(said *trino.ErrTrino) adapters.ErrorKind {
	switch said.ErrorName {
	case "USER_CANCELED", "ADMINISTRATIVELY_KILLED", "EXCEEDED_TIME_LIMIT":
		return adapters.Cancelled
	case "SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN", "ADMINISTRATIVELY_PREEMPTED", "QUERY_QUEUE_FULL",
		"NO_NODES_AVAILABLE", "REMOTE_HOST_GONE", "REMOTE_TASK_ERROR", "REMOTE_TASK_MISMATCH", "TOO_MANY_REQUESTS_FAILED",
		"PAGE_TRANSPORT_ERROR", "PAGE_TRANSPORT_TIMEOUT", "CLUSTER_OUT_OF_MEMORY", "CLUSTER_HAS_NO_WORKERS",
		"TRANSACTION_CONFLICT", "ICEBERG_COMMIT_ERROR":
		return adapters.Transient
	}
	return adapters.Failed
}

// starting tells whether the cluster refused a statement because it, or all that it works with, has not started yet.
func starting(err error) bool {
	var e *adapters.Error
	return errors.As(err, &e) && (e.Code == "SERVER_STARTING_UP" || e.Code == "NO_NODES_AVAILABLE")
}

// lost is the error of a statement whose end nobody told: the connection broke, or the coordinator does not know the query any more.
// Tried again it may be done twice, unless it never arrived or does the same however often it is done.
func lost(err error, st statement, sent bool) error {
	e := &adapters.Error{Kind: adapters.Transient, Message: "the connection was lost: " + reason(err), Position: -1, Cause: err}
	var failed *trino.ErrQueryFailed
	if errors.As(err, &failed) {
		switch failed.StatusCode {
		case http.StatusUnauthorized, http.StatusForbidden:
			return &adapters.Error{Kind: adapters.Unreachable, Message: reason(err), Position: -1, Hint: "check `method`, `user` and the secret of the target"}
		case http.StatusNotFound, http.StatusGone:
			e.Message = "the coordinator does not know the query any more: it was restarted, or nobody asked for too long"
		case http.StatusBadRequest:
			return &adapters.Error{Kind: adapters.Failed, Message: reason(err), Position: -1}
		}
	}
	if sent && !st.repeatable() {
		e.Kind = adapters.Failed
		e.Message += "; whether the statement was carried out is not known"
		e.Hint = "see what is in the table before you run it again"
	}
	return e
}

// refused tells whether a request never left: nobody listens there.
func refused(err error) bool {
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "dial"
}

// reason is what went wrong without what the driver wraps around it.
func reason(err error) string {
	var network *net.OpError
	if errors.As(err, &network) {
		return network.Error()
	}
	for {
		var failed *trino.ErrQueryFailed
		if !errors.As(err, &failed) || failed.Reason == nil {
			break
		}
		err = failed.Reason
		if text := strings.TrimSpace(err.Error()); text == "" {
			return strings.ToLower(http.StatusText(failed.StatusCode))
		}
	}
	return strings.TrimPrefix(strings.TrimSpace(err.Error()), "trino: ")
}
