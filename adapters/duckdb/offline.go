package duckdb

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// binder is an instance in memory that reaches nothing outside of itself: no file, no network, no extension.
type binder struct {
	db         bindings.Database
	sessions   chan *session // those that are free
	all        []*session
	extensions []string  // that the target loads
	open       sync.Once // the schemas are made, and nothing outside is reached from then on
}

var (
	_ adapters.Offline = (*binder)(nil)
	_ adapters.Binder  = (*binder)(nil)
)

// closedOff are the settings of an instance that reaches nothing. What is bound need not be made quick, and names like one that there is not are not looked for
// among thousands.
const closedOff = `set autoinstall_known_extensions = false;
set autoload_known_extensions = false;
set threads = 1;
set catalog_error_max_schemas = 0;
pragma disable_optimizer;`

func offline(c adapters.Config) (adapters.Offline, error) {
	db, err := openDatabase(settings{path: memory})
	if err != nil {
		return nil, err
	}
	b := &binder{db: db, extensions: extensionNames(c["extensions"])}
	if err := b.connect(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// connect opens as many sessions as work side by side.
func (b *binder) connect() error {
	n := runtime.GOMAXPROCS(0)
	b.sessions = make(chan *session, n)
	w := &warehouse{settings: settings{path: memory}, db: b.db}
	for range n {
		s, err := w.connect(context.Background())
		if err != nil {
			return err
		}
		b.all = append(b.all, s)
		b.sessions <- s
		if _, err := s.Exec(context.Background(), closedOff); err != nil {
			return err
		}
	}
	return nil
}

// extensionNames are the names in a target's list of extensions, each of which is a name or a mapping with one.
func extensionNames(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, e := range list {
		switch e := e.(type) {
		case string:
			out = append(out, e)
		case map[string]any:
			out = append(out, text(e["name"]))
		}
	}
	return out
}

// Create implements adapters.Binder. The names that a query leaves unqualified are those of the schema of the first relation of the first call.
func (b *binder) Create(ctx context.Context, tables []relation.Table) (err error) {
	b.open.Do(func() { err = b.openSchemas(ctx, tables) })
	if err != nil {
		return err
	}
	s := <-b.sessions
	defer func() { b.sessions <- s }()
	for _, t := range tables {
		if len(t.Columns) == 0 {
			continue
		}
		if _, err := s.Exec(ctx, createEmpty(t)); err != nil && ctx.Err() != nil {
			return err // any other: there is none, and what reads it is undecided
		}
	}
	return nil
}

// openSchemas makes the schemas of relations, and then closes the instance off.
func (b *binder) openSchemas(ctx context.Context, tables []relation.Table) error {
	made := map[relation.Relation]bool{}
	for _, t := range tables {
		if err := b.place(ctx, b.all[0], t.Relation, made); err != nil {
			return err
		}
	}
	for _, s := range b.all {
		if len(tables) > 0 {
			at := tables[0].Relation
			if _, err := s.Exec(ctx, "use "+dialect.DuckDB.Ident(at.Database)+"."+dialect.DuckDB.Ident(at.Schema)); err != nil {
				return err
			}
		}
	}
	_, err := b.all[0].Exec(ctx, "set enable_external_access = false")
	return err
}

// place makes the database and the schema of a relation.
func (b *binder) place(ctx context.Context, s *session, r relation.Relation, made map[relation.Relation]bool) error {
	database := relation.Relation{Database: strings.ToLower(r.Database)}
	schema := relation.Relation{Database: database.Database, Schema: strings.ToLower(r.Schema)}
	name := dialect.DuckDB.Ident(r.Database)
	if !made[database] {
		made[database] = true
		if _, err := s.Exec(ctx, "attach if not exists ':memory:' as "+name); err != nil {
			return err
		}
	}
	if made[schema] {
		return nil
	}
	made[schema] = true
	_, err := s.Exec(ctx, "create schema if not exists "+name+"."+dialect.DuckDB.Ident(r.Schema))
	return err
}

// createEmpty is the statement that makes a table without rows.
func createEmpty(t relation.Table) string {
	var sql strings.Builder
	d := dialect.DuckDB
	sql.WriteString("create table " + d.Relation(t.Relation) + " (")
	for i, c := range t.Columns {
		if i > 0 {
			sql.WriteString(", ")
		}
		sql.WriteString(d.Ident(c.Name) + " " + c.Type)
	}
	return sql.String() + ")"
}

// Parse implements adapters.Offline.
func (b *binder) Parse(sql string) *adapters.Error {
	s := <-b.sessions
	defer func() { b.sessions <- s }()
	var extracted bindings.ExtractedStatements
	count := bindings.ExtractStatements(s.conn, sql, &extracted)
	defer bindings.DestroyExtracted(&extracted)
	if count > 0 {
		return nil
	}
	said := bindings.ExtractStatementsError(extracted)
	if said == "" {
		return nil
	}
	return b.judged(parseError(said, sql))
}

// Bind implements adapters.Binder.
func (b *binder) Bind(ctx context.Context, sql string) *adapters.Error {
	s := <-b.sessions
	defer func() { b.sessions <- s }()
	err := s.run(ctx, func() error {
		return s.each(ctx, sql, func(bindings.PreparedStatement, bool) error { return nil })
	})
	if err == nil {
		return nil
	}
	var e *adapters.Error
	if !errors.As(err, &e) {
		return &adapters.Error{Kind: adapters.Transient, Message: err.Error(), Position: -1}
	}
	return b.judged(e)
}

// Close implements adapters.Offline.
func (b *binder) Close() error {
	var errs []error
	for _, s := range b.all {
		errs = append(errs, s.Close())
	}
	bindings.Close(&b.db)
	return errors.Join(errs...)
}

var (
	// missing are functions that there are not, nor can be.
	missing = regexp.MustCompile(`Function with name "?[^"]+"? (does not exist|is not in the catalog)`)
	// inExtension are functions of an extension that is not loaded.
	inExtension = regexp.MustCompile(`exists in the (\w+) extension`)
	// absent is what a binder error says of a database that it does not have.
	absent = regexp.MustCompile(`Catalog "[^"]*" does not exist|secret|extension`)
)

// judged sorts an error by whether the warehouse would say the same, and gives it a message of one line.
func (b *binder) judged(e *adapters.Error) *adapters.Error {
	kind, rest, ok := strings.Cut(e.Message, " Error: ")
	if !ok {
		e.Kind = adapters.Transient
		return e
	}
	e.Message, e.Detail, _ = strings.Cut(strings.TrimSpace(rest), "\n")
	e.Kind = adapters.Undecided
	m := inExtension.FindStringSubmatch(rest)
	switch {
	case m != nil && slices.Contains(b.extensions, m[1]):
		e.Message = ""
	case m != nil:
		e.Hint = "it is in the extension " + m[1] + ": load it with extensions: [" + m[1] + "] in the target"
	case kind == "Parser":
		e.Kind = adapters.BadSyntax
	case kind == "Binder" && !absent.MatchString(rest), kind == "Catalog" && missing.MatchString(rest):
		e.Kind = adapters.Failed
	case kind != "Binder" && kind != "Catalog" && kind != "Permission": // no memory is left, say
		e.Kind = adapters.Transient
	}
	return e
}
