package postgres

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/modsql/mod/adapters"
)

// statementError makes an error of what the server says about sql.
func statementError(said *pgconn.PgError, sql string) *adapters.Error {
	e := &adapters.Error{
		Kind:     kindOf(said.Code),
		Message:  said.Message,
		Detail:   said.Detail,
		Hint:     said.Hint,
		Code:     said.Code,
		Position: byteOffset(sql, int(said.Position)),
	}
	if said.Where != "" {
		e.Detail = strings.TrimLeft(e.Detail+"\n"+said.Where, "\n")
	}
	return e
}

// byteOffset converts a position in characters from 1, which is 0 if not told.
func byteOffset(sql string, position int) int {
	if position < 1 {
		return -1
	}
	offset := 0
	for range position - 1 {
		_, size := utf8.DecodeRuneInString(sql[offset:])
		offset += size
	}
	return offset
}

// kindOf sorts SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html.
func kindOf(code string) adapters.ErrorKind {
	switch code {
	case "57014": // query_canceled
		return adapters.Cancelled
	case "40001", // serialization_failure
		"40P01", // deadlock_detected
		"55P03", // lock_not_available
		"57P01", // admin_shutdown
		"57P02", // crash_shutdown
		"57P03", // cannot_connect_now
		"53300": // too_many_connections
		return adapters.Transient
	}
	if strings.HasPrefix(code, "08") { // connection exceptions
		return adapters.Transient
	}
	return adapters.Failed
}

// cancelled is the error of a statement that ended because ctx did.
func cancelled(ctx context.Context) error {
	cause := context.Cause(ctx)
	return &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled: " + cause.Error(), Position: -1, Cause: cause}
}

// failure makes an error of whatever ended a statement.
func (s *session) failure(ctx context.Context, err error, sql string) error {
	if err == nil {
		return nil
	}
	broken := s.conn.IsClosed()
	if ctx.Err() != nil {
		stopped := cancelled(ctx)
		if broken {
			return errors.Join(stopped, adapters.ErrBroken)
		}
		return stopped
	}
	var e *adapters.Error
	var said *pgconn.PgError
	if errors.As(err, &said) {
		e = statementError(said, sql)
	} else {
		e = &adapters.Error{Message: reason(err), Position: -1}
	}
	if broken {
		e.Kind, e.Cause = adapters.Transient, adapters.ErrBroken
	}
	return e
}
