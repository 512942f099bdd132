package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// server is a MariaDB of this package's tests.
var server = destinationtest.NewServer(func(h *destinationtest.Host) error {
	data := "--datadir=" + h.Folder + "/data"
	if err := h.Run("mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"); err != nil {
		return err
	}
	ready := func(ctx context.Context) error {
		db, err := sql.Open("mysql", fmt.Sprintf("root@tcp(127.0.0.1:%d)/", h.Port))
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		_, err = db.ExecContext(ctx, "CREATE USER IF NOT EXISTS mod_writer IDENTIFIED BY 'not a secret'; ")
		return err
	}
	return h.Start(ready, "mariadbd", "--no-defaults", data, fmt.Sprintf("--port=%d", h.Port), "--bind-address=127.0.0.1",
		"--socket="+h.Folder+"/socket", "--pid-file="+h.Folder+"/pid", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0",
		"--innodb-buffer-pool-size=64M", "--max-allowed-packet=1M")
})

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

var databases atomic.Int64

// settings are those of an empty database that only t uses.
func settings(t *testing.T) syncs.Config {
	t.Helper()
	port := server.Port(t)
	name := fmt.Sprintf("db%d", databases.Add(1))
	root := connect(t, fmt.Sprintf("root@tcp(127.0.0.1:%d)/?multiStatements=true", port))
	do(t, root, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4; GRANT ALL ON "+name+".* TO mod_writer")
	return syncs.Config{"type": "mysql", "host": "127.0.0.1", "port": port, "user": "mod_writer", "password": "not a secret", "database": name}
}

func connect(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// database is a connection to look at what settings name.
func database(t *testing.T, c syncs.Config) *sql.DB {
	t.Helper()
	return connect(t, fmt.Sprintf("root@tcp(127.0.0.1:%d)/%s?multiStatements=true&charset=utf8mb4", c["port"], c["database"]))
}

func do(t *testing.T, db *sql.DB, statements string) {
	t.Helper()
	if _, err := db.Exec(statements); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
}
