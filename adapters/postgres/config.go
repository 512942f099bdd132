package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

// settings are a profile's, checked.
type settings struct {
	config  *pgconn.Config
	role    string
	retries int
}

// parseSettings reads a profile as dbt-postgres does: https://docs.getdbt.com/docs/core/connect-data-platform/postgres-setup.
// What it leaves out is taken from the environment and the password file, as every client of libpq does.
func parseSettings(c adapters.Config) (settings, error) {
	var s settings
	for _, key := range []string{"host", "user"} {
		if c.String(key, "") == "" {
			return s, badConfig("%s is not set", key)
		}
	}
	database := c.String("dbname", c.String("database", ""))
	if database == "" {
		return s, badConfig("dbname is not set")
	}
	port, err := strconv.ParseUint(c.String("port", "5432"), 10, 16)
	if err != nil {
		return s, badConfig("port is %q, not a number up to 65535", c.String("port", ""))
	}
	if s.retries, err = strconv.Atoi(c.String("retries", "1")); err != nil {
		return s, badConfig("retries is %q, not a number", c.String("retries", ""))
	}
	if s.config, err = pgconn.ParseConfig(connString(c, database, port)); err != nil {
		return s, badConfig("%s", reason(err))
	}
	s.role = c.String("role", "")
	s.tune(c)
	return s, nil
}

// connString is in the form of libpq's: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING.
func connString(c adapters.Config, database string, port uint64) string {
	var b strings.Builder
	add := func(key, value string) {
		if value != "" {
			value = strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value)
			fmt.Fprintf(&b, "%s='%s' ", key, value)
		}
	}
	add("host", c.String("host", ""))
	add("port", strconv.FormatUint(port, 10))
	add("user", c.String("user", ""))
	add("password", c.String("password", c.String("pass", "")))
	add("dbname", database)
	for _, key := range []string{"sslmode", "sslcert", "sslkey", "sslrootcert"} {
		add(key, c.String(key, ""))
	}
	return b.String()
}

func (s *settings) tune(c adapters.Config) {
	s.config.ConnectTimeout = c.Duration("connect_timeout", 10*time.Second)
	if idle := c.Duration("keepalives_idle", 0); idle > 0 {
		dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: idle}}
		s.config.DialFunc = dialer.DialContext
	}
	set := s.config.RuntimeParams
	set["application_name"] = c.String("application_name", "mod")
	if path := c.String("search_path", ""); path != "" {
		set["search_path"] = path
	}
	// Values are read in these forms.
	set["client_encoding"] = "UTF8"
	set["datestyle"] = "ISO"
	s.config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: 10 * time.Second}
	}
}

// address is where the server is, as a user would say it.
func (s *settings) address() string {
	if strings.HasPrefix(s.config.Host, "/") {
		return s.config.Host
	}
	return net.JoinHostPort(s.config.Host, strconv.Itoa(int(s.config.Port)))
}

// connectError says why there is no connection, with everything that identifies it but the password.
func (s *settings) connectError(err error) error {
	e := &adapters.Error{Kind: adapters.Unreachable, Message: reason(err), Position: -1}
	var said *pgconn.PgError
	switch {
	case errors.As(err, &said):
		e = statementError(said, "")
		e.Kind = adapters.Unreachable
		if strings.HasPrefix(said.Code, "28") {
			e.Hint = "check `user` and `password` of the target"
		}
		if said.Code == "3D000" {
			e.Hint = "create the database, or correct `dbname` of the target"
		}
	case errors.Is(err, context.DeadlineExceeded):
		e.Hint = "the server did not answer in `connect_timeout`: check `host` and `port` of the target"
	case strings.Contains(e.Message, "TLS"):
		e.Hint = "check `sslmode` of the target and what the server asks for"
	default:
		e.Hint = "check `host` and `port` of the target, and that the server is running"
	}
	return fmt.Errorf("connect to %s as %s: %w", s.address(), s.config.User, e)
}

// reason is what went wrong without what the driver wraps around it: the whole configuration, and each way that it tried.
func reason(err error) string {
	var network *net.OpError
	if errors.As(err, &network) {
		return network.Error()
	}
	for {
		inner := errors.Unwrap(err)
		if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // each level is looked at by itself
			tries := joined.Unwrap()
			inner = tries[len(tries)-1]
		}
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// mayPass tells whether connecting again can help: the server was not there, or not ready.
func mayPass(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return kindOf(said.Code) == adapters.Transient
	}
	var parse *pgconn.ParseConfigError
	return !errors.As(err, &parse)
}

func badConfig(format string, args ...any) *adapters.Error {
	return &adapters.Error{Kind: adapters.BadConfig, Message: fmt.Sprintf(format, args...), Position: -1}
}

// roleName folds a role as `set role x` does where it is not quoted.
func roleName(role string) string {
	if unquoted, ok := strings.CutPrefix(role, `"`); ok {
		return strings.ReplaceAll(strings.TrimSuffix(unquoted, `"`), `""`, `"`)
	}
	return dialect.Postgres.Fold(role)
}
