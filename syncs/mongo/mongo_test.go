package mongo

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// server is a FerretDB of this package's tests: MongoDB's protocol on SQLite. It is built from tests/servers/ferretdb.
var server = destinationtest.NewServer(func(h *destinationtest.Host) error {
	ready := func(ctx context.Context) error {
		c, err := driver.Connect(options.Client().ApplyURI(fmt.Sprintf("mongodb://127.0.0.1:%d", h.Port)).SetServerSelectionTimeout(time.Second))
		if err != nil {
			return err
		}
		defer func() { _ = c.Disconnect(ctx) }()
		return c.Ping(ctx, nil)
	}
	h.AsTests = true
	return h.Start(ready, "ferretdb", fmt.Sprintf("127.0.0.1:%d", h.Port), h.Folder)
})

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

var databases atomic.Int64

// settings are those of an empty database that only t uses.
func settings(t *testing.T) syncs.Config {
	t.Helper()
	return syncs.Config{
		"type": "mongo", "uri": fmt.Sprintf("mongodb://127.0.0.1:%d/", server.Port(t)), "database": fmt.Sprintf("db%d", databases.Add(1)),
		"connect_timeout": "3s",
	}
}

func with(c syncs.Config, more ...any) syncs.Config {
	out := maps.Clone(c)
	for i := 0; i < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

func database(t *testing.T, c syncs.Config) *driver.Database {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(c["uri"].(string)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.WithoutCancel(t.Context())) })
	return client.Database(c["database"].(string))
}

// create makes a collection with a unique index.
func create(t *testing.T, db *driver.Database, name string, key ...string) {
	t.Helper()
	if err := db.CreateCollection(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if len(key) == 0 {
		return
	}
	var keys bson.D
	for _, field := range key {
		keys = append(keys, bson.E{Key: field, Value: 1})
	}
	if _, err := db.Collection(name).Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: keys, Options: options.Index().SetUnique(true)}); err != nil {
		t.Fatal(err)
	}
}

func suite(byID bool) *destinationtest.Suite {
	return &destinationtest.Suite{
		Kind:          New(),
		Loose:         true,
		MissingObject: "nothing",
		// FerretDB has no decimals and no lists in lists, ends the connection at NaN, and takes documents of any size.
		Without: []string{"exact", "list", "ratio"},
		Place: func(t *testing.T, fields []syncs.Field, key []string) destinationtest.Place {
			c := settings(t)
			if byID {
				c, key = with(c, "id", "key"), nil
			}
			if strings.Contains(t.Name(), "append") || strings.Contains(t.Name(), "every_change") {
				key = nil
			}
			create(t, database(t, c), "things", key...)
			return destinationtest.Place{Config: c, Object: "things", Rows: func(t *testing.T) []map[string]any { return stored(t, c, fields) }}
		},
		Proxied: func(t *testing.T, p destinationtest.Place) (destinationtest.Place, *destinationtest.Proxy) {
			if strings.Contains(t.Name(), "nothing/insert") || strings.Contains(t.Name(), "nothing/mirror") {
				t.Skip("what is sent is an upsert, as in mode upsert")
			}
			proxy := destinationtest.NewProxy(t, fmt.Sprintf("127.0.0.1:%d", server.Port(t)))
			p.Config = with(p.Config, "uri", fmt.Sprintf("mongodb://127.0.0.1:%d/", proxy.Port()))
			return p, proxy
		},
		Stored: func(_ string, v any) any {
			if at, ok := v.(time.Time); ok {
				return time.UnixMilli(at.UnixMilli())
			}
			return v
		},
		Archived: func(record map[string]any) bool { return record["archived_at"] != nil },
	}
}

func TestDestination(t *testing.T) { destinationtest.Run(t, suite(false)) }

func TestDestinationByID(t *testing.T) {
	s := suite(true)
	s.Proxied = nil
	destinationtest.Run(t, s)
}

// stored are the documents of a collection.
func stored(t *testing.T, c syncs.Config, fields []syncs.Field) []map[string]any {
	t.Helper()
	d := opened(t, c)
	of := &syncs.Target{Object: "things", Fields: append(slices.Clone(fields), syncs.Field{Name: "archived_at"})}
	out := []map[string]any{}
	for _, values := range records(t, d, of) {
		out = append(out, (&syncs.Row{Values: values}).Fields(of))
	}
	return out
}

func opened(t *testing.T, c syncs.Config) *destination {
	t.Helper()
	d, err := New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d.(*destination)
}

func records(t *testing.T, d *destination, of *syncs.Target) [][]any {
	t.Helper()
	var out [][]any
	for values, err := range d.Read(t.Context(), of) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, values)
	}
	return out
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
