package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/modsql/mod/syncs"
)

func missing(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf(format, args...)}
}

func broken(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Broken, Message: fmt.Sprintf(format, args...)}
}

// failure is what went wrong as a destination returns it. Without an answer from the server it was the network.
func failure(ctx context.Context, err error) error { return syncs.Classified(ctx, err, meaning) }

func meaning(err error) *syncs.Error {
	var said *pgconn.PgError
	var network *net.OpError
	switch {
	case errors.As(err, &said):
		return &syncs.Error{Class: classOf(said.Code), Message: said.Message}
	case errors.As(err, &network):
		return &syncs.Error{Class: syncs.Transient, Message: network.Error()}
	case strings.Contains(err.Error(), "TLS"):
		return &syncs.Error{Class: syncs.Broken, Message: "the server and sslmode do not agree about TLS"}
	default:
		return &syncs.Error{Class: syncs.Transient}
	}
}

// classOf sorts SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html.
func classOf(code string) syncs.Class {
	switch code {
	case "42501": // insufficient_privilege
		return syncs.Denied
	case "42P01", "42703", "42P10", "3D000", "3F000": // no such table, column, unique key, database, schema
		return syncs.Missing
	case "25006", // read_only_sql_transaction: a standby
		"55P03", // lock_not_available
		"57014": // query_canceled: a statement_timeout
		return syncs.Transient
	case "21000", // cardinality_violation: a key twice
		"P0001", // raise_exception: a trigger
		"44000": // with_check_option_violation
		return syncs.Rejected
	}
	switch code[:min(2, len(code))] {
	case "22", "23": // data exceptions, violated constraints
		return syncs.Rejected
	case "54": // program limits: a row too wide for an index
		return syncs.TooLarge
	case "28": // invalid authorization
		return syncs.Denied
	case "08", "40", "53", "57", "58": // connections, rollbacks, resources, shutdowns, the system
		return syncs.Transient
	default:
		return syncs.Broken
	}
}
