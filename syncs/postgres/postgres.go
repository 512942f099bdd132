// Package postgres sends rows to tables of PostgreSQL, and of what speaks its protocol.
//
// A batch is one transaction: a row in the table mod_sync_batches, which remembers that the batch arrived, a COPY of the rows into a
// temporary table, and one statement that brings them from there into the target. A batch that comes again, because the answer to the
// first was lost, is found to be there already: rows arrive effectively once, appended ones too. With `memory: false` there is no
// such table, and what is promised is less.
//
// Limits: a table must have a unique key (a primary key or a unique index without a condition) of just the fields of the sync's key,
// except for the modes append and update; the latter changes every record that has the key. Names of tables and columns are taken as
// they are written, capitals included. A column that PostgreSQL generates cannot be written. Times are sent in UTC, to the microsecond. A
// text with a NUL, which PostgreSQL has no place for (https://www.postgresql.org/docs/current/datatype-character.html), is refused.
package postgres

import (
	"context"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/modsql/mod/syncs"
)

// New is the kind of this package's destinations.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "postgres",
		Doc:  "Tables of PostgreSQL, or of a database that speaks its protocol.",
		Settings: []syncs.Setting{
			{Name: "host", Doc: "Where the server is: a name, an address, or the folder of a socket. Unless set: PGHOST, or this machine."},
			{Name: "port", Doc: "Its port. Unless set: 5432."},
			{Name: "user", Doc: "Who logs in."},
			{Name: "password", Doc: "The user's password. Unless set: PGPASSWORD, or what the password file says.", Secret: true},
			{Name: "dbname", Doc: "The database."},
			{Name: "sslmode", Doc: "disable, allow, prefer, require, verify-ca or verify-full. Unless set: prefer."},
			{Name: "sslrootcert", Path: true, Doc: "A file of the certificates (PEM) that vouch for the server."},
			{Name: "dsn", Doc: "All of these in one text, as libpq has them: words or a URL. The others are put on top of words.", Secret: true},
			{Name: "schema", Doc: "The schema of tables that name none, and of the table of batches. Unless set: the user's search_path."},
			{Name: "archive_field", Doc: "The column that marks what is archived, with the time or with true. Unless set: archived_at."},
			{Name: "memory", Doc: "The table that notes which batches have arrived; it is created in the schema. false for none: then a batch whose " +
				"confirmation is lost arrives twice. Unless set: mod_sync_batches."},
			{Name: "connect_timeout", Doc: "Seconds to wait for a connection. Unless set: 10."},
		},
		Modes:     syncs.Modes(),
		Removals:  []syncs.Op{syncs.Delete, syncs.Clear, syncs.Archive},
		Limits:    syncs.Limits{Batch: 10_000, Bytes: 16 << 20, Concurrency: 4},
		Guarantee: syncs.ByMemory,
		Open:      open,
	}
}

// destination is a database.
type destination struct {
	pool       *pgxpool.Pool
	statements *template.Template
	tables     sync.Map // *table by object
	archived   string
	memory     pgx.Identifier // the table of batches; nil for none

	mu    sync.Mutex
	ready bool // the table of batches is there
}

func open(ctx context.Context, c syncs.Config) (syncs.Destination, error) {
	settings, err := pgxpool.ParseConfig(connString(c))
	if err != nil {
		return nil, &syncs.Error{Class: syncs.Broken, Message: "the settings make no connection: " + reason(err)}
	}
	settings.MaxConns = 16
	// A pooler between us and the server may give each transaction another session: nothing is prepared.
	settings.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	settings.ConnConfig.ConnectTimeout = c.Duration("connect_timeout", 10*time.Second)
	set := settings.ConnConfig.RuntimeParams
	set["application_name"] = "mod"
	set["client_encoding"] = "UTF8"
	if schema := c.String("schema", ""); schema != "" {
		set["search_path"] = quote(schema)
	}
	var memory pgx.Identifier
	if name := c.Memory("mod_sync_batches"); name != "" {
		if memory, err = parseObject(name); err != nil {
			return nil, err
		}
	}
	statements, err := parseStatements()
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return nil, failure(ctx, err)
	}
	return &destination{pool: pool, statements: statements, memory: memory, archived: c.String("archive_field", "archived_at")}, nil
}

// connString is in the form of libpq's: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING. Of a setting that is
// there twice, the last counts.
func connString(c syncs.Config) string {
	dsn := c.String("dsn", "")
	var b strings.Builder
	for _, key := range []string{"host", "port", "user", "password", "dbname", "sslmode", "sslrootcert"} {
		if value := c.String(key, ""); value != "" {
			b.WriteString(" " + key + "='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'")
		}
	}
	if b.Len() == 0 || strings.Contains(dsn, "://") {
		return dsn
	}
	return dsn + b.String()
}

// reason is the innermost cause: what the driver wraps around it has the settings, and with them the password.
func reason(err error) string {
	for {
		inner, ok := err.(interface{ Unwrap() error }) //nolint:errorlint // each level is looked at by itself
		if !ok || inner.Unwrap() == nil {
			return err.Error()
		}
		err = inner.Unwrap()
	}
}

func (d *destination) Close() error {
	d.pool.Close()
	return nil
}
