package kafka

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/modsql/mod/syncs"
)

// Send writes a batch in one transaction. A row that cannot be written as JSON is left out of it.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	outcomes := make([]error, len(b.Rows))
	records := make([]*kgo.Record, len(b.Rows))
	for i := range b.Rows {
		r, err := d.record(b, &b.Rows[i])
		if err != nil {
			outcomes[i] = &syncs.Error{Class: syncs.Rejected, Message: err.Error()}
			continue
		}
		records[i] = r
	}
	if err := d.writer(b.Sync).write(ctx, b, records, b.Arrived(outcomes)); err != nil {
		return nil, named(classified(ctx, err), b.Object)
	}
	return outcomes, nil
}

func (d *destination) record(b *syncs.Batch, r *syncs.Row) (*kgo.Record, error) {
	key, err := d.keyOf(b.Target, r)
	if err != nil {
		return nil, err
	}
	out := &kgo.Record{Topic: b.Object, Key: key, Headers: d.headers}
	if b.Op != syncs.Delete { // a record without a value takes those of its key away where the topic is compacted
		out.Value, err = document(b.Target.Fields, r.Values)
	}
	return out, err
}

func (d *destination) keyOf(t *syncs.Target, r *syncs.Row) ([]byte, error) {
	if d.key == "" {
		return document(t.Fields[:len(t.Key)], r.Values)
	}
	var failed error
	text := placeholder.ReplaceAllStringFunc(d.key, func(place string) string {
		for i, name := range t.Key {
			if name != place[1:len(place)-1] {
				continue
			}
			if text, ok := r.Values[i].(string); ok {
				return text
			}
			text, err := json.Marshal(r.Values[i])
			if err != nil {
				failed = err
			}
			return string(text)
		}
		return place
	})
	return []byte(text), failed
}

// document is fields as one JSON object, in their order; those that there is no value for are null.
func document(fields []syncs.Field, values []any) ([]byte, error) {
	var b strings.Builder
	for i, f := range fields {
		name, err := json.Marshal(f.Name)
		if err != nil {
			return nil, err
		}
		var v any
		if i < len(values) {
			v = values[i]
		}
		value, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be written as JSON: %w", f.Name, err)
		}
		b.WriteString([]string{"{", ","}[min(i, 1)] + string(name) + ":" + string(value))
	}
	return []byte(b.String() + "}"), nil
}

// Render shows a batch as keys and values.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	var out []string
	for i := range b.Rows {
		r, err := d.record(b, &b.Rows[i])
		if err != nil {
			return nil, err
		}
		value := string(r.Value)
		if r.Value == nil {
			value = "(none)"
		}
		out = append(out, fmt.Sprintf("%s: %s", r.Key, value))
	}
	return out, nil
}

// writer sends the batches of a sync, one after the other.
type writer struct {
	options []kgo.Opt
	timeout time.Duration
	id      string // its transactional id
	group   string // the consumer group that remembers; "" for none
	turn    sync.Mutex
	client  *kgo.Client      // nil until it is needed, and after a transaction failed
	seen    map[string]notes // by topics, as long as there is this client
}

// writer is that of a sync. Its transactional id is the sync's, so that what a killed run has left open is ended by the next
// (https://kafka.apache.org/documentation/#producerconfigs_transactional.id).
func (d *destination) writer(sync string) *writer {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writers[sync] == nil {
		w := &writer{id: "mod." + sync, timeout: d.timeout}
		w.options = append(d.options[:len(d.options):len(d.options)], kgo.TransactionalID(w.id))
		if d.memory != "" {
			w.group = d.memory + "-" + sync
		}
		d.writers[sync] = w
	}
	return d.writers[sync]
}

// write sends the records of a batch that are not known to have arrived, one for each of its rows, or nil.
func (w *writer) write(ctx context.Context, b *syncs.Batch, records []*kgo.Record, arrive syncs.Spans) error {
	if len(arrive) == 0 {
		return nil
	}
	w.turn.Lock()
	defer w.turn.Unlock()
	if err := w.open(ctx); err != nil {
		return err
	}
	var known notes
	if w.group != "" {
		var err error
		if known, err = w.known(ctx, b.Object); err != nil {
			return err
		}
	}
	before := known.of(b.Run)
	var left []*kgo.Record
	for i, r := range records {
		if r != nil && !before.Has(b.Rows[i].Number) {
			left = append(left, r)
		}
	}
	if len(left) == 0 {
		return nil
	}
	known = known.with(b.Run, slices.DeleteFunc(arrive, func(s syncs.Span) bool { return before.Has(s.First) && before.Has(s.Last) }))
	if err := w.transact(ctx, b.Object, left, known); err != nil {
		w.close() // a new client ends what this one has left open
		return err
	}
	w.seen[b.Object] = known
	return nil
}

// transact writes records and notes in one transaction. With an error the client is of no use any more.
func (w *writer) transact(ctx context.Context, topic string, records []*kgo.Record, known notes) error {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	// The client waits for what became of a record that is on its way, however long that takes; only its own end ends that. Whether it
	// arrived is told by whether the transaction did.
	defer context.AfterFunc(ctx, w.client.CloseAllowingRebalance)()
	if err := w.client.BeginTransaction(); err != nil {
		return err
	}
	if err := w.client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return err
	}
	if w.group != "" {
		if err := w.note(ctx, topic, known); err != nil {
			return err
		}
	}
	return w.client.EndTransaction(ctx, kgo.TryCommit)
}

func (w *writer) close() {
	if w.client != nil {
		w.client.CloseAllowingRebalance()
		w.client, w.seen = nil, nil
	}
}

// drop ends the writer.
func (w *writer) drop() {
	w.turn.Lock()
	defer w.turn.Unlock()
	w.close()
}
