// Package syncs carries rows from a warehouse to the systems that need them. It is the contract of a destination, and the delivery of
// changes to one: batches, rates, retries, and an outcome for every row.
//
// A destination is one folder below this one; package all lists them, package destinationtest proves each. Which rows have changed is
// not known here: a delivery is given the changes, and hands on what became of each.
package syncs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Op is what is to happen to a record at the destination.
type Op string

// The ops.
const (
	Insert  Op = "insert"
	Update  Op = "update"
	Delete  Op = "delete"
	Clear   Op = "clear"   // its fields, but for the key, are emptied
	Archive Op = "archive" // it is marked as gone, and kept
)

// Mode is what a sync keeps in step at its destination.
type Mode string

// The modes.
const (
	InsertMode  Mode = "insert"  // new rows are created; later changes are not sent
	UpdateMode  Mode = "update"  // records that are there are changed; none is created
	UpsertMode  Mode = "upsert"  // created or changed
	MirrorMode  Mode = "mirror"  // created or changed, and what is gone from the model goes there too
	AppendMode  Mode = "append"  // every new or changed row is added as one more record
	ArchiveMode Mode = "archive" // as upsert, and what is gone from the model is archived there
)

// Modes are all modes.
func Modes() []Mode {
	return []Mode{InsertMode, UpdateMode, UpsertMode, MirrorMode, AppendMode, ArchiveMode}
}

// Guarantee is what can be promised of a delivery, whatever happens to us or to the network in its midst.
type Guarantee string

// The guarantees, best first.
const (
	// EffectivelyOnce: the destination remembers, together with the rows, which batches it has.
	EffectivelyOnce Guarantee = "effectively once"
	// Idempotent: a batch may arrive twice, and the second time changes nothing.
	Idempotent Guarantee = "at least once, idempotent by key"
	// Duplicates: a batch that arrives twice leaves its records twice.
	Duplicates Guarantee = "at least once, duplicates are possible"
)

// Kind is a kind of destination.
type Kind struct {
	Name string // as in a destination's `type`
	Doc  string // a sentence for people
	// Settings are those that it knows besides type.
	Settings []Setting
	Modes    []Mode
	Removals []Op // what can be done about rows that are gone: Delete, Clear, Archive
	Limits   Limits
	// Guarantee is what it promises with those settings in that mode.
	Guarantee func(c Config, m Mode) Guarantee
	// Open makes a destination of the settings. Whether it can be reached shows later, in Check.
	Open func(ctx context.Context, c Config) (Destination, error)
}

// Setting is one setting of a destination.
type Setting struct {
	Name, Doc string
	Required  bool
	Secret    bool // its value is never shown
	Path      bool // it names a file or a folder: one that is not absolute is below the project's
}

// Limits are what a destination takes at once. Zero is no limit.
type Limits struct {
	Batch       int     // rows
	Bytes       int     // of a batch's values, roughly
	Concurrency int     // batches at the same time; 0 means 1
	Rate        float64 // batches a second
}

// Field is a field of the records that a sync writes.
type Field struct {
	Name string
	Type string // of the warehouse's column it comes from, in the warehouse's words; "" if it is not known
	PII  bool
}

// dates tells whether a field's values are days.
func (f Field) dates() bool { return strings.EqualFold(f.Type, "date") }

// Day is a time as the text of its day if the field has dates; other values stay as they are.
func (f Field) Day(v any) any {
	if t, ok := v.(time.Time); ok && f.dates() && t.Year() > 0 && t.Year() < 10000 {
		return t.Format(time.DateOnly)
	}
	return v
}

// Midnight is the text of a day as the time at which it begins in UTC if the field has dates; other values stay as they are.
func (f Field) Midnight(v any) any {
	if text, ok := v.(string); ok && f.dates() {
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			return t
		}
	}
	return v
}

// Target is what a sync writes at its destination.
type Target struct {
	Sync    string // its name
	Object  string // a table, a topic, a path, a kind of record; "" where the destination has but one
	Mode    Mode
	Removal Op // what happens to what is gone; "" for nothing
	Key     []string
	Fields  []Field // those of the key first
}

// Row is one change to deliver. Values are nil, bool, int64, float64, string, [Number], []byte, time.Time, []any or map[string]any. A date is
// text, as in "2024-02-29".
type Row struct {
	Number int64 // its place among the changes of its run, from 1
	Op     Op
	Values []any  // in the order of Target.Fields; for Delete, Clear and Archive the key alone
	Hash   string // of its values, the same for the same values
}

// Number is an exact number in plain notation ("-12.50").
type Number string

// MarshalJSON writes the number as one.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// Key are the values of the key.
func (r *Row) Key(t *Target) []any { return r.Values[:len(t.Key)] }

// Fields is a row's values by the names of their fields.
func (r *Row) Fields(t *Target) map[string]any {
	out := make(map[string]any, len(r.Values))
	for i, v := range r.Values {
		out[t.Fields[i].Name] = v
	}
	return out
}

// Batch is rows that are sent together, at least one: all with the same op, in the order of their numbers. None between the first and the
// last is left out, but for those that had their outcome when the batch was sent before.
type Batch struct {
	*Target
	Run  string // of the run that sends it
	Op   Op
	Rows []Row
}

// Span is the numbers of the first and the last row of a batch. Within a run it stands for the batch.
type Span struct{ First, Last int64 }

// Span is the batch's.
func (b *Batch) Span() Span { return Span{b.Rows[0].Number, b.Rows[len(b.Rows)-1].Number} }

// IdempotencyKey is a text that is the same whenever this batch is sent, in this run or a later one, and another for any other rows.
func (b *Batch) IdempotencyKey() string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%q %q", b.Sync, b.Op) // a hash never fails to be written to
	for i := range b.Rows {
		_, _ = fmt.Fprintf(h, " %#v %q", b.Rows[i].Key(b.Target), b.Rows[i].Hash)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Destination is an open destination. Send may be called by several goroutines at once.
type Destination interface {
	// Check tells whether a target can be written to: an [*Error] of class Missing names what is not there, one of class Denied says that
	// we are not let in.
	Check(ctx context.Context, t *Target) error
	// Send delivers a batch. It returns an error for each row, nil for one that was delivered, or an error that is of the batch as a whole:
	// then no row is known to be delivered. What can be done about an error is its class. When ctx is cancelled it returns soon.
	Send(ctx context.Context, b *Batch) ([]error, error)
	Close() error
}

// Committer is an optional ability: the destination remembers, in the transaction that writes a batch, which of its rows it has, and does
// not write them again when the batch comes again.
type Committer interface {
	// Committed are the batches of a run of the target's sync that arrived.
	Committed(ctx context.Context, t *Target, run string) ([]Span, error)
	// Forget drops what is remembered of the runs of the target's sync but for one; "" for all. What was delivered stays.
	Forget(ctx context.Context, t *Target, but string) error
}

// Finisher is an optional ability: what a run delivered is made known as a whole once nothing else of it comes.
type Finisher interface {
	// Finish is called at the end of a delivery that did not end early. It also finishes what earlier runs of the target's sync left
	// unfinished, and may be called again.
	Finish(ctx context.Context, t *Target, run string) error
}

// Reader is an optional ability: the records that are there can be read.
type Reader interface {
	// Read yields the values of the target's fields of every record, then at most one error.
	Read(ctx context.Context, t *Target) iter.Seq2[[]any, error]
}

// Renderer is an optional ability: what would be sent can be shown. Secrets are left out.
type Renderer interface {
	Render(b *Batch) ([]string, error)
}
