// Package kafka is Apache Kafka, or a server that speaks its protocol, as a destination of syncs.
package kafka

import (
	"context"
	"crypto/tls"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/modsql/mod/syncs"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "kafka",
		Doc: "A topic of Apache Kafka. A record is JSON; its key is JSON too, or made by a template. A batch is one transaction, so that who reads " +
			"committed records sees all of it or nothing, and notes in a consumer group which rows have arrived.",
		Settings: []syncs.Setting{
			{Name: "brokers", Doc: "Where to begin, as in \"a:9092,b:9092\" or a list.", Required: true},
			{Name: "user", Doc: "Who logs in. Unless set: nobody does."},
			{Name: "password", Doc: "The user's password.", Secret: true},
			{Name: "mechanism", Doc: "How: plain, scram-sha-256 or scram-sha-512. Unless set: plain."},
			{Name: "tls", Doc: "true, false, or skip-verify (the servers may be anybody). Unless set: false."},
			{Name: "key", Doc: "The key of a record, such as \"customer-{id}\". Unless set: the fields of the key as JSON."},
			{Name: "memory", Doc: "The consumer group that notes which batches have arrived, a name to which the sync's is added: who logs in may read it, and the " +
				"topic. false for none: then a batch whose confirmation is lost is sent again. Unless set: mod-sync."},
			{Name: "headers", Doc: "Headers of every record: names and their texts."},
			{Name: "timeout", Doc: "How long a batch may take, in seconds or as in \"1m\". Unless set: 30s."},
		},
		Modes:     []syncs.Mode{syncs.UpsertMode, syncs.MirrorMode, syncs.AppendMode},
		Removals:  []syncs.Op{syncs.Delete}, // a topic does not tell whether there is something to clear
		Limits:    syncs.Limits{Batch: 1000, Bytes: 4 << 20, Concurrency: 1},
		Guarantee: syncs.ByMemory, // the last record of a key is what counts
		Open:      open,
	}
}

// destination is open settings. Each sync has a client of its own, since a transaction is a client's.
type destination struct {
	options []kgo.Opt
	timeout time.Duration
	key     string
	memory  string // how the groups that remember begin; "" for none
	headers []kgo.RecordHeader

	mu      sync.Mutex
	writers map[string]*writer // by the names of syncs
}

func open(_ context.Context, c syncs.Config) (syncs.Destination, error) {
	d := &destination{timeout: c.Duration("timeout", 30*time.Second), key: c.String("key", ""), memory: c.Memory("mod-sync"), writers: map[string]*writer{}}
	for name, text := range c.Map("headers") {
		d.headers = append(d.headers, kgo.RecordHeader{Key: name, Value: []byte(fmt.Sprint(text))})
	}
	slices.SortFunc(d.headers, func(a, b kgo.RecordHeader) int { return strings.Compare(a.Key, b.Key) })
	var brokers []string
	for _, text := range c.Strings("brokers") {
		brokers = append(brokers, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	versions := kversion.Stable()
	versions.SetMaxKeyVersion(int16(kmsg.TxnOffsetCommit), 4) // those that come later go with transactions that only the client's own groups take part in
	d.options = []kgo.Opt{
		kgo.MaxVersions(versions),
		kgo.SeedBrokers(brokers...), kgo.ClientID("mod"), kgo.RequiredAcks(kgo.AllISRAcks()), kgo.TransactionTimeout(max(d.timeout, time.Second)),
		kgo.RecordDeliveryTimeout(d.timeout), kgo.RetryTimeout(d.timeout), kgo.DialTimeout(min(d.timeout, 10*time.Second)), kgo.UnknownTopicRetries(1),
	}
	switch mode := c.String("tls", "false"); mode {
	case "true", "skip-verify":
		d.options = append(d.options, kgo.DialTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: mode == "skip-verify"}))
	}
	login, err := loginOf(c)
	if err != nil {
		return nil, err
	}
	d.options = append(d.options, login...)
	if d.memory == "" {
		return d, nil
	}
	return &committer{d}, nil
}

func loginOf(c syncs.Config) ([]kgo.Opt, error) {
	user, password := c.String("user", ""), c.String("password", "")
	if user == "" {
		return nil, nil
	}
	switch mechanism := c.String("mechanism", "plain"); mechanism {
	case "plain":
		return []kgo.Opt{kgo.SASL(plain.Auth{User: user, Pass: password}.AsMechanism())}, nil
	case "scram-sha-256":
		return []kgo.Opt{kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha256Mechanism())}, nil
	case "scram-sha-512":
		return []kgo.Opt{kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha512Mechanism())}, nil
	default:
		return nil, broken("the setting mechanism is %q; it can be plain, scram-sha-256 or scram-sha-512", mechanism)
	}
}

// Close gives the connections up.
func (d *destination) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.writers {
		w.drop()
	}
	return nil
}

// placeholder is a field's place in the template of a key.
var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// Check asks for the topic.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	if d.key != "" {
		for _, name := range t.Key {
			if !strings.Contains(d.key, "{"+name+"}") {
				return broken("the setting key has no {%s}, so that records would share a key", name)
			}
		}
	}
	client, err := kgo.NewClient(d.options...)
	if err != nil {
		return broken("the settings make no connection: %v", err)
	}
	defer client.Close()
	request := kmsg.NewPtrMetadataRequest()
	topic := kmsg.NewMetadataRequestTopic()
	topic.Topic = kmsg.StringPtr(t.Object)
	request.Topics = append(request.Topics, topic)
	limited, stop := context.WithTimeout(ctx, d.timeout)
	defer stop()
	answer, err := request.RequestWith(limited, client)
	if err != nil {
		return classified(ctx, err)
	}
	for _, found := range answer.Topics {
		if err := kerr.ErrorForCode(found.ErrorCode); err != nil {
			return named(classified(ctx, err), t.Object)
		}
	}
	return nil
}
