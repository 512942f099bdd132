// Package mongo is MongoDB, or a server that speaks its protocol, as a destination of syncs.
package mongo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/modsql/mod/syncs"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "mongo",
		Doc: "A collection of MongoDB. Documents are found by the fields of the key, or by an _id made of it; fields that a sync does not write " +
			"stay as they are. Dots in the name of a field lead into documents. Times are kept to the millisecond.",
		Settings: []syncs.Setting{
			{Name: "uri", Doc: "Where the servers are, as in \"mongodb://host:27017/?replicaSet=rs0\".", Required: true, Secret: true},
			{Name: "user", Doc: "Who logs in, unless the uri says it."},
			{Name: "password", Doc: "The user's password.", Secret: true},
			{Name: "auth_source", Doc: "The database that knows the user. Unless set: admin."},
			{Name: "database", Doc: "The database of the collections.", Required: true},
			{Name: "id", Doc: "key: the _id of a document is the value of its key, or a document of the values of its fields. Unless set: the " +
				"server makes it, and documents are found by the fields of the key, which have a unique index."},
			{Name: "connect_timeout", Doc: "Seconds to wait for a server. Unless set: 10."},
			{Name: "archive_field", Doc: "The field that says since when a document is archived. Unless set: archived_at."},
		},
		Modes:     syncs.Modes(),
		Removals:  []syncs.Op{syncs.Delete, syncs.Clear, syncs.Archive},
		Limits:    syncs.Limits{Batch: 1000, Bytes: 8 << 20, Concurrency: 4},
		Guarantee: guarantee,
		Open:      open,
	}
}

// guarantee is that of writing by key, one after the other: there is no transaction that all servers have.
func guarantee(_ syncs.Config, m syncs.Mode) syncs.Guarantee {
	if m == syncs.AppendMode {
		return syncs.Duplicates
	}
	return syncs.Idempotent
}

// destination is an open database.
type destination struct {
	client  *driver.Client
	db      *driver.Database
	byID    bool
	archive string

	mu    sync.Mutex
	known map[string]bool // collections that are there
}

func open(_ context.Context, c syncs.Config) (syncs.Destination, error) {
	id := c.String("id", "")
	if id != "" && id != "key" {
		return nil, broken("the setting id is %q; it can be key", id)
	}
	timeout := c.Duration("connect_timeout", 10*time.Second)
	o := options.Client().ApplyURI(c.String("uri", "")).SetAppName("mod").SetServerSelectionTimeout(timeout).SetConnectTimeout(timeout).
		SetRetryWrites(false).SetRetryReads(false) // the delivery does that
	if user := c.String("user", ""); user != "" {
		o.SetAuth(options.Credential{Username: user, Password: c.String("password", ""), AuthSource: c.String("auth_source", "admin")})
	}
	client, err := driver.Connect(o)
	if err != nil {
		return nil, broken("the settings make no connection: %s", withoutSecrets(err, c))
	}
	return &destination{
		client: client, db: client.Database(c.String("database", "")), byID: id == "key", archive: c.String("archive_field", "archived_at"),
		known: map[string]bool{},
	}, nil
}

// withoutSecrets is an error's words without what the uri tells of a login.
func withoutSecrets(err error, c syncs.Config) string {
	text := err.Error()
	for _, secret := range []string{c.String("uri", ""), c.String("password", "")} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// Close gives the connections up.
func (d *destination) Close() error {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	return d.client.Disconnect(ctx)
}

// Check looks for the collection, and whether a key means one document.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	for _, f := range t.Fields {
		if f.Name == "" || strings.HasPrefix(f.Name, "$") {
			return broken("a field cannot be named %q", f.Name)
		}
	}
	if err := d.find(ctx, t.Object); err != nil {
		return err
	}
	if t.Mode == syncs.AppendMode || d.byID || slices.Equal(t.Key, []string{"_id"}) {
		return nil
	}
	indexes, err := d.db.Collection(t.Object).Indexes().ListSpecifications(ctx)
	if err != nil {
		return classified(ctx, err)
	}
	for _, index := range indexes {
		if index.Unique != nil && *index.Unique && of(index.KeysDocument, t.Key) {
			return nil
		}
	}
	return broken("collection %q has no unique index on %s, so that a key may mean several documents", t.Object, strings.Join(t.Key, ", "))
}

// of tells whether an index is of the fields of a key.
func of(index bson.Raw, key []string) bool {
	elements, err := index.Elements()
	if err != nil || len(elements) != len(key) {
		return false
	}
	return !slices.ContainsFunc(elements, func(e bson.RawElement) bool { return !slices.Contains(key, e.Key()) })
}

// find looks a collection up, once: the server would make one of any name.
func (d *destination) find(ctx context.Context, name string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	d.mu.Lock()
	known := d.known[name]
	d.mu.Unlock()
	if known {
		return nil
	}
	names, err := d.db.ListCollectionNames(ctx, bson.D{{Key: "name", Value: name}})
	if err != nil {
		return classified(ctx, err)
	}
	if len(names) == 0 {
		return &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("there is no collection %q", name)}
	}
	d.mu.Lock()
	d.known[name] = true
	d.mu.Unlock()
	return nil
}

func broken(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Broken, Message: fmt.Sprintf(format, args...)}
}

func refused(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Rejected, Message: fmt.Sprintf(format, args...)}
}
