package redis

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	client "github.com/redis/go-redis/v9"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// server is a Redis of this package's tests.
var server = destinationtest.NewServer(func(h *destinationtest.Host) error {
	ready := func(ctx context.Context) error {
		c := client.NewClient(&client.Options{Addr: fmt.Sprintf("127.0.0.1:%d", h.Port), Password: "not a secret"})
		defer func() { _ = c.Close() }()
		return c.Ping(ctx).Err()
	}
	return h.Start(ready, "redis-server", "--port", fmt.Sprint(h.Port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
		"--requirepass", "not a secret", "--databases", "10000", "--maxclients", "10000")
})

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

var databases atomic.Int64

// settings are those of an empty database that only t uses.
func settings(t *testing.T) syncs.Config {
	t.Helper()
	return syncs.Config{"type": "redis", "host": "127.0.0.1", "port": server.Port(t), "password": "not a secret", "database": int(databases.Add(1))}
}

func with(c syncs.Config, more ...any) syncs.Config {
	out := maps.Clone(c)
	for i := 0; i < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

func connect(t *testing.T, c syncs.Config) *client.Client {
	t.Helper()
	out := client.NewClient(&client.Options{Addr: fmt.Sprintf("127.0.0.1:%d", c["port"]), Password: "not a secret", DB: c["database"].(int)})
	t.Cleanup(func() { _ = out.Close() })
	return out
}

func suite(more ...any) *destinationtest.Suite {
	s := &destinationtest.Suite{
		Kind:  New(),
		Loose: true,
		Place: func(t *testing.T, fields []syncs.Field, _ []string) destinationtest.Place {
			c := with(settings(t), more...)
			return destinationtest.Place{Config: c, Object: "things", Rows: func(t *testing.T) []map[string]any { return stored(t, c) }}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			return with(p.Config, "password", "wrong password")
		},
		Proxied: destinationtest.Behind("port"),
		// A hash has text alone.
		Stored: func(_ string, v any) any {
			if v == nil {
				return nil
			}
			text, err := textOf(v)
			if err != nil {
				return v
			}
			return text
		},
		Archived: func(record map[string]any) bool { return record["archived_at"] != nil },
	}
	return s
}

func TestHashes(t *testing.T) { destinationtest.Run(t, suite()) }

func TestHashesWithoutMemory(t *testing.T) {
	s := suite("memory", false)
	s.Proxied = nil
	destinationtest.Run(t, s)
}

func TestJSON(t *testing.T) {
	s := suite("value", "json", "key", "thing/{id}")
	s.Proxied = nil
	s.OneKey = true
	s.Stored = func(field string, v any) any {
		switch v := v.(type) {
		case []byte:
			return base64.StdEncoding.EncodeToString(v)
		case time.Time:
			return v.Format(time.RFC3339Nano)
		}
		return v
	}
	destinationtest.Run(t, s)
}

// stored are the records of a database: its hashes, JSON texts, and the entries of its streams.
func stored(t *testing.T, c syncs.Config) []map[string]any {
	t.Helper()
	db := connect(t, c)
	out := []map[string]any{}
	for _, key := range db.Keys(t.Context(), "*").Val() {
		if strings.HasPrefix(key, usualMemory) {
			continue
		}
		switch db.Type(t.Context(), key).Val() {
		case "hash":
			out = append(out, texts(db.HGetAll(t.Context(), key).Val()))
		case "string":
			out = append(out, parsed(t, db.Get(t.Context(), key).Val()))
		case "stream":
			for _, entry := range db.XRange(t.Context(), key, "-", "+").Val() {
				if text, ok := entry.Values["json"]; ok {
					out = append(out, parsed(t, text.(string)))
				} else {
					out = append(out, entry.Values)
				}
			}
		}
	}
	return out
}

func texts(fields map[string]string) map[string]any {
	out := map[string]any{}
	for name, text := range fields {
		out[name] = text
	}
	return out
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var out map[string]any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
