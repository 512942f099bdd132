package kafka

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/modsql/mod/syncs"
)

// committer is a destination with a consumer group that remembers: in the transaction of a batch an offset of the topic is committed for the
// group, whose metadata are the rows that have arrived (https://cwiki.apache.org/confluence/x/gwTxAw).
type committer struct{ *destination }

var _ syncs.Committer = (*committer)(nil)

// Committed are the rows of a run that are in the topic.
func (d *committer) Committed(ctx context.Context, t *syncs.Target, run string) ([]syncs.Span, error) {
	n, err := d.writer(t.Sync).notes(ctx, t.Object)
	return n.of(run), named(classified(ctx, err), t.Object)
}

// Forget drops the notes of a sync's other runs.
func (d *committer) Forget(ctx context.Context, t *syncs.Target, but string) error {
	return named(classified(ctx, d.writer(t.Sync).forget(ctx, t.Object, but)), t.Object)
}

// notes are what has arrived, by runs, the latest last.
type notes []note

type note struct {
	run   string
	spans syncs.Spans
}

func (n notes) of(run string) syncs.Spans {
	for _, one := range n {
		if one.run == run {
			return one.spans
		}
	}
	return nil
}

// with is n and more spans of a run, which then is the latest, in the room that there is.
func (n notes) with(run string, spans syncs.Spans) notes {
	all := append(n.of(run)[:len(n.of(run)):len(n.of(run))], spans...)
	return append(n.without(func(one string) bool { return one == run }), note{run, all}).fitting()
}

func (n notes) without(gone func(run string) bool) notes {
	out := notes{}
	for _, one := range n {
		if !gone(one.run) {
			out = append(out, one)
		}
	}
	return out
}

// room is how long the metadata of an offset may be, well below what a broker takes unless it is told otherwise
// (https://kafka.apache.org/documentation/#brokerconfigs_offset.metadata.max.bytes).
const room = 3000

// fitting is n in that room: where it is too long, spans that follow one another become one, and what is oldest is left out. Batches are
// written one by one, so that only the latest can be unknown to who sent them.
func (n notes) fitting() notes {
	if len(n.String()) <= room {
		return n
	}
	var out notes
	left := room
	for _, one := range slices.Backward(n) {
		spans := joined(one.spans)
		left -= len(one.run) + 1
		kept := len(spans)
		for kept > 0 && len(spans[kept-1:kept].String()) < left {
			kept--
			left -= len(spans[kept:kept+1].String()) + 1
		}
		if kept < len(spans) {
			out = append(out, note{one.run, spans[kept:]})
		}
		if kept > 0 {
			break
		}
	}
	slices.Reverse(out)
	return out
}

// String is a line for each run.
func (n notes) String() string {
	lines := make([]string, len(n))
	for i, one := range n {
		lines[i] = one.run + " " + one.spans.String()
	}
	return strings.Join(lines, "\n")
}

func joined(spans syncs.Spans) syncs.Spans {
	var out syncs.Spans
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && out[last].Last+1 == s.First {
			out[last].Last = s.Last
			continue
		}
		out = append(out, s)
	}
	return out
}

func parseNotes(text string) (notes, error) {
	var out notes
	for line := range strings.Lines(text) {
		run, spans, _ := strings.Cut(strings.TrimSpace(line), " ")
		parsed, err := syncs.ParseSpans(spans)
		if err != nil {
			return nil, err
		}
		out = append(out, note{run, parsed})
	}
	return out, nil
}

// notes are those of a topic. What a writer that was killed has left open is ended before.
func (w *writer) notes(ctx context.Context, topic string) (notes, error) {
	w.turn.Lock()
	defer w.turn.Unlock()
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	return w.known(ctx, topic)
}

func (w *writer) forget(ctx context.Context, topic, but string) error {
	w.turn.Lock()
	defer w.turn.Unlock()
	if err := w.open(ctx); err != nil {
		return err
	}
	known, err := w.known(ctx, topic)
	if err != nil {
		return err
	}
	left := known.without(func(run string) bool { return run != but })
	if len(left) == len(known) {
		return nil
	}
	delete(w.seen, topic)
	var offsets kadm.Offsets
	offsets.Add(kadm.Offset{Topic: topic, At: 0, LeaderEpoch: -1, Metadata: left.String()})
	answer, err := kadm.NewClient(w.client).CommitOffsets(ctx, w.group, offsets)
	if err != nil {
		return err
	}
	return answer.Error()
}

// known are the notes of a topic: those of the writer itself, as long as nothing went wrong, or the group's.
func (w *writer) known(ctx context.Context, topic string) (notes, error) {
	if n, ok := w.seen[topic]; ok {
		return n, nil
	}
	answer, err := kadm.NewClient(w.client).FetchOffsetsForTopics(kadm.RequireStable(ctx), w.group, topic)
	if errors.Is(err, kerr.GroupIDNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, ok := answer.Lookup(topic, 0)
	switch {
	case ok && found.Err != nil:
		return nil, found.Err
	case !ok || found.At < 0:
		return nil, nil
	}
	n, err := parseNotes(found.Metadata)
	if err == nil {
		w.seen[topic] = n
	}
	return n, err
}

// note commits an offset with the notes as a part of the transaction that is open.
func (w *writer) note(ctx context.Context, topic string, n notes) error {
	id, epoch, err := w.client.ProducerID(ctx)
	if err != nil {
		return err
	}
	add := kmsg.NewPtrAddOffsetsToTxnRequest()
	add.TransactionalID, add.ProducerID, add.ProducerEpoch, add.Group = w.id, id, epoch, w.group
	added, err := add.RequestWith(ctx, w.client)
	if err != nil {
		return err
	}
	if err := kerr.ErrorForCode(added.ErrorCode); err != nil {
		return err
	}
	partition := kmsg.NewTxnOffsetCommitRequestTopicPartition()
	partition.Metadata = kmsg.StringPtr(n.String())
	of := kmsg.NewTxnOffsetCommitRequestTopic()
	of.Topic, of.Partitions = topic, append(of.Partitions, partition)
	commit := kmsg.NewPtrTxnOffsetCommitRequest()
	commit.TransactionalID, commit.ProducerID, commit.ProducerEpoch, commit.Group = w.id, id, epoch, w.group
	commit.Topics = append(commit.Topics, of)
	answer, err := commit.RequestWith(ctx, w.client)
	if err != nil {
		return err
	}
	var failed []error
	for _, t := range answer.Topics {
		for _, p := range t.Partitions {
			failed = append(failed, kerr.ErrorForCode(p.ErrorCode))
		}
	}
	return errors.Join(failed...)
}

// open makes the client, and ends what an earlier one with its transactional id has left open.
func (w *writer) open(ctx context.Context) error {
	if w.client != nil {
		return nil
	}
	client, err := kgo.NewClient(w.options...)
	if err != nil {
		return broken("the settings make no connection: %v", err)
	}
	if _, _, err := client.ProducerID(ctx); err != nil {
		client.CloseAllowingRebalance()
		return err
	}
	w.client, w.seen = client, map[string]notes{}
	return nil
}
