// Package mysql is MySQL and MariaDB as destinations of syncs.
package mysql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/modsql/mod/syncs"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "mysql",
		Doc: "A table of MySQL or MariaDB, of an engine with transactions. A batch is one transaction, which also notes in a table " +
			"that the batch has arrived.",
		Settings: []syncs.Setting{
			{Name: "host", Doc: "Where the server is: a name, an address, or the path of a socket. Unless set: localhost."},
			{Name: "port", Doc: "Its port. Unless set: 3306."},
			{Name: "user", Doc: "Who logs in.", Required: true},
			{Name: "password", Doc: "The user's password.", Secret: true},
			{Name: "database", Doc: "The database of tables without one in their name.", Required: true},
			{Name: "tls", Doc: "true, false, preferred (where the server has it), or skip-verify (the server may be anybody). Unless set: preferred."},
			{Name: "ca", Path: true, Doc: "A file of the certificates (PEM) that vouch for the server; with it, tls is true."},
			{Name: "memory", Doc: "The table that notes which batches have arrived; it is created in the database. false for none: then " +
				"a batch whose confirmation is lost arrives twice. Unless set: " + usualMemory + "."},
			{Name: "archive_field", Doc: "The column that says since when a record is archived; NULL says it is not. Unless set: archived_at."},
		},
		Modes:     syncs.Modes(),
		Removals:  []syncs.Op{syncs.Delete, syncs.Clear, syncs.Archive},
		Limits:    syncs.Limits{Batch: 1000, Bytes: 3 << 20, Concurrency: 4},
		Guarantee: syncs.ByMemory,
		Open:      open,
	}
}

// usualMemory is the table that remembers batches.
const usualMemory = "mod_sync_batches"

// destination is an open database. Its tables are looked up when they are first written to.
type destination struct {
	db      *sql.DB
	memory  string
	archive string

	mu         sync.Mutex
	tables     map[string]*table
	remembered bool // the table that remembers is there
}

func open(_ context.Context, c syncs.Config) (syncs.Destination, error) {
	settings, err := settingsOf(c)
	if err != nil {
		return nil, err
	}
	connector, err := driver.NewConnector(settings)
	if err != nil {
		return nil, &syncs.Error{Class: syncs.Broken, Cause: err}
	}
	db := sql.OpenDB(connector)
	db.SetMaxIdleConns(8)
	d := &destination{db: db, memory: c.Memory(usualMemory), archive: c.String("archive_field", "archived_at"), tables: map[string]*table{}}
	if d.memory == "" {
		return d, nil
	}
	return &committer{d}, nil
}

// settingsOf is how the server is talked to. Times are UTC on both sides, text is utf8mb4, and what does not fit is an error
// (https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict). A largest packet of 0 makes the driver ask the server for it.
func settingsOf(c syncs.Config) (*driver.Config, error) {
	s := driver.NewConfig()
	s.User, s.Passwd, s.DBName = c.String("user", ""), c.String("password", ""), c.String("database", "")
	host := c.String("host", "localhost")
	s.Net, s.Addr = "tcp", net.JoinHostPort(host, strconv.Itoa(c.Int("port", 3306)))
	if host != "" && host[0] == '/' {
		s.Net, s.Addr = "unix", host
	}
	s.Timeout = 10 * time.Second
	s.MaxAllowedPacket = 0
	s.ClientFoundRows, s.MultiStatements = true, true
	s.Logger = &driver.NopLogger{}
	s.Params = map[string]string{
		"time_zone": "'+00:00'",
		"sql_mode":  "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
	}
	if err := s.Apply(driver.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	s.TLSConfig = c.String("tls", "preferred")
	if ca := c.String("ca", ""); ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, &syncs.Error{Class: syncs.Broken, Cause: fmt.Errorf("read the setting ca: %w", err)}
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, &syncs.Error{Class: syncs.Broken, Message: "no certificate in " + ca}
		}
		s.TLSConfig, s.TLS = "", &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12}
	}
	return s, nil
}

// Close gives the connections up.
func (d *destination) Close() error { return d.db.Close() }

// errNoRecord is the outcome of an update that found nothing.
var errNoRecord = &syncs.Error{Class: syncs.Rejected, Message: "no record has this key"}

// errCounts is a server that breaks the protocol.
var errCounts = &syncs.Error{Class: syncs.Broken, Message: "the server did not count the records of each statement"}
