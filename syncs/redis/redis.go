// Package redis is Redis, or a server that speaks its protocol, as a destination of syncs.
package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	client "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/modsql/mod/syncs"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "redis",
		Doc: "Hashes, JSON texts or a stream of Redis, on one server rather than a cluster. A batch is one script, which also notes in a hash " +
			"that the batch has arrived; what a server loses of its last writes when it fails is lost here too.",
		Settings: []syncs.Setting{
			{Name: "host", Doc: "Where the server is: a name, an address, or the path of a socket. Unless set: localhost."},
			{Name: "port", Doc: "Its port. Unless set: 6379."},
			{Name: "user", Doc: "Who logs in. Unless set: the default user."},
			{Name: "password", Doc: "The user's password.", Secret: true},
			{Name: "database", Doc: "The number of the database. Unless set: 0."},
			{Name: "tls", Doc: "true, false, or skip-verify (the server may be anybody). Unless set: false."},
			{Name: "ca", Path: true, Doc: "A file of the certificates (PEM) that vouch for the server; with it, tls is true."},
			{Name: "key", Doc: "The key of a record, such as \"customer:{id}\". Unless set: the object, and the fields of the key after colons."},
			{Name: "value", Doc: "hash (a field for each that has a value) or json (one text with all fields). Unless set: hash."},
			{Name: "ttl", Doc: "How long a record stays after it was last sent, in seconds or as in \"36h\". Unless set: forever."},
			{Name: "max_length", Doc: "In mode append: about how many entries the stream keeps. Unless set: all."},
			{Name: "memory", Doc: "The hash that notes which batches have arrived, a name to which the sync's is added. false for none: then " +
				"a batch whose confirmation is lost arrives twice. Unless set: " + usualMemory + "."},
			{Name: "archive_field", Doc: "The field that says since when a record is archived; without it, it is not. Unless set: archived_at."},
		},
		Modes:     syncs.Modes(),
		Removals:  []syncs.Op{syncs.Delete, syncs.Clear, syncs.Archive},
		Limits:    syncs.Limits{Batch: 1000, Bytes: 4 << 20, Concurrency: 4},
		Guarantee: syncs.ByMemory,
		Open:      open,
	}
}

// usualMemory is the hash that remembers batches.
const usualMemory = "mod_sync_batches"

// destination is an open server.
type destination struct {
	client  *client.Client
	key     string // the template
	json    bool   // records are JSON texts
	ttl     time.Duration
	longest int // of a stream; 0 for any length
	memory  string
	archive string
}

func open(_ context.Context, c syncs.Config) (syncs.Destination, error) {
	options, err := optionsOf(c)
	if err != nil {
		return nil, err
	}
	value := c.String("value", "hash")
	if value != "hash" && value != "json" {
		return nil, broken("the setting value is %q; it can be hash or json", value)
	}
	d := &destination{
		key: c.String("key", ""), json: value == "json", ttl: c.Duration("ttl", 0), longest: c.Int("max_length", 0),
		memory: c.Memory(usualMemory), archive: c.String("archive_field", "archived_at"),
	}
	client.SetLogger(silence{}) // it would write to the terminal
	d.client = client.NewClient(options)
	if d.memory == "" {
		return d, nil
	}
	return &committer{d}, nil
}

// optionsOf is how the server is talked to. Nothing is sent again here: that is the delivery's.
func optionsOf(c syncs.Config) (*client.Options, error) {
	host := c.String("host", "localhost")
	out := &client.Options{
		Network: "tcp", Addr: net.JoinHostPort(host, strconv.Itoa(c.Int("port", 6379))),
		Username: c.String("user", ""), Password: c.String("password", ""), DB: c.Int("database", 0),
		Protocol: 2, MaxRetries: -1, DialerRetries: 1, DialTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute,
		ContextTimeoutEnabled: true, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if strings.HasPrefix(host, "/") {
		out.Network, out.Addr = "unix", host
	}
	mode, ca := c.String("tls", "false"), c.String("ca", "")
	if mode == "false" && ca == "" {
		return out, nil
	}
	out.TLSConfig = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: mode == "skip-verify"}
	if ca == "" {
		return out, nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, broken("the setting ca: %v", err)
	}
	out.TLSConfig.RootCAs = x509.NewCertPool()
	if !out.TLSConfig.RootCAs.AppendCertsFromPEM(pem) {
		return nil, broken("no certificate in %s", ca)
	}
	return out, nil
}

// silence is a logger that drops everything.
type silence struct{}

// Printf drops a line.
func (silence) Printf(context.Context, string, ...any) {}

// Close gives the connections up.
func (d *destination) Close() error { return d.client.Close() }

// Check asks the server for an answer, and looks at the template of the keys. A key is made when it is written, so that nothing can be
// missing.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	if t.Mode != syncs.AppendMode {
		if err := d.checkKey(t); err != nil {
			return err
		}
	} else if t.Object == "" {
		return broken("a sync in mode append needs an object: the key of the stream")
	}
	return classified(ctx, attended(ctx, func() error { return d.client.Ping(ctx).Err() }))
}

// attended is what do returns, unless ctx is cancelled before: the client would go on to wait for an answer. What it waits for ends with
// the connection.
func attended(ctx context.Context, do func() error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
