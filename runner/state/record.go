package state

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/relation"
)

// Kind is what was done to a relation.
type Kind string

// The kinds.
const (
	Built    Kind = "build"   // built anew
	Added    Kind = "add"     // rows were added or merged
	Loaded   Kind = "load"    // a seed
	Promoted Kind = "promote" // taken from another environment
	Dropped  Kind = "drop"
	SetAside Kind = "aside"  // its relation was set aside, and can be had again for a while; Note says from where
	Retired  Kind = "retire" // its node is in the project no more; the relation stays as it is

	Kept       Kind = "keep"     // the relation is what another one was before a build replaced that; Note says until when, and the rest is of that build
	Replacing  Kind = "replace"  // what is kept is about to be replaced: what is in it is not known until something else is said
	RolledBack Kind = "rollback" // what was kept is in its place again; Watermark says when that was done, and the rest is of the build that made it
)

// Gone tells whether the relation is none, or none any more, that is built: it was dropped, or is only kept.
func (k Kind) Gone() bool {
	switch k {
	case Dropped, Retired, SetAside, Kept, Replacing:
		return true
	}
	return false
}

// Build is something that was done to a relation.
type Build struct {
	Environment string
	Node        string // unique ID
	Relation    relation.Relation
	Kind        Kind
	// Hash and Own are those of the node's fingerprint.
	Hash, Own fingerprint.Hash
	At        time.Time // to the microsecond
	Seconds   float64
	Rows      *int64 // written; nil if it is not known
	Bytes     *int64 // that building it read, as the warehouse counts them; nil if it does not say
	Run       string
	Watermark *time.Time // since when the relation has the data that it has; nil for At
	// Sources are when the newest rows of the sources that were read had come, by the sources' IDs; of those that nobody looked at, nothing.
	Sources map[string]time.Time
	// Code is the key of the detail, which Record makes of Detail if that is given.
	Code fingerprint.Hash
	// Detail is to be written. It may be nil, also where Code is not zero: it is written already. See Known.Has.
	Detail *Detail
	Note   string // why it was done
	// Beside is what was set beside the rows: hashes by what it is, such as "grants".
	Beside map[string]string
}

// Key is which relation of which environment it was done to.
func (b Build) Key() Key { return Key{b.Environment, b.Node, b.Relation} }

// Key is a relation that a node has in an environment.
type Key struct {
	Environment, Node string
	Relation          relation.Relation
}

// Detail is what was built, as far as a later run explains it by that.
type Detail struct {
	SQL     string
	Names   map[string]string // the IDs of what the query reads, by the names in it, in lower case
	Parts   []fingerprint.Part
	Columns []relation.Column
}

// detail is the shape of a Detail in JSON.
type detail struct {
	SQL     string             `json:"sql"`
	Names   map[string]string  `json:"names,omitempty"`
	Parts   []fingerprint.Part `json:"parts,omitempty"`
	Columns []detailColumn     `json:"columns,omitempty"`
}

type detailColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

func (d *Detail) text() (string, error) {
	out := detail{SQL: d.SQL, Names: d.Names, Parts: d.Parts}
	for _, c := range d.Columns {
		out.Columns = append(out.Columns, detailColumn(c))
	}
	text, err := json.Marshal(out)
	return string(text), err
}

// Key is what the detail is found by: another one for each that differs.
func (d *Detail) Key() (fingerprint.Hash, error) {
	text, err := d.text()
	return fingerprint.Of(text), err
}

// parseDetail reads the JSON of a detail whose key is known.
func parseDetail(key fingerprint.Hash, text string) (*Detail, error) {
	if fingerprint.Of(text) != key {
		return nil, fmt.Errorf("the detail of code %s is not what was written", key)
	}
	var in detail
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, fmt.Errorf("the detail of code %s: %w", key, err)
	}
	out := &Detail{SQL: in.SQL, Names: in.Names, Parts: in.Parts}
	for _, c := range in.Columns {
		out.Columns = append(out.Columns, relation.Column(c))
	}
	return out, nil
}

// Op is what is said of a range of time.
type Op string

// The ops.
const (
	Load  Op = "load"  // it is loaded
	Clear Op = "clear" // it is not, whatever was said before
)

// Interval is something that was done to a range of a relation. A Clear of the zero Range is of all times.
type Interval struct {
	Key
	Op Op
	interval.Range
	Own     fingerprint.Hash // of the code that loaded it
	At      time.Time        // when it was loaded
	Seconds float64          // how long that took
	Run     string
	Inputs  []Input // in the order of their ranges for each node; nil if nobody counted
}

// Input is how many rows of something that a range was loaded from lay in a piece of it just before it was.
type Input struct {
	Node string // unique ID
	interval.Range
	Rows int64
}

// inputs are inputs as JSON, null if there are none.
func inputs(list []Input) any {
	if len(list) == 0 {
		return nil
	}
	of := map[string][][3]any{}
	for _, in := range list {
		of[in.Node] = append(of[in.Node], [3]any{in.From.UTC().Format(time.RFC3339Nano), in.To.UTC().Format(time.RFC3339Nano), in.Rows})
	}
	text, err := json.Marshal(of)
	if err != nil { // texts and numbers have a JSON text
		return nil
	}
	return string(text)
}

// parseInputs reads what inputs wrote.
func parseInputs(text string) ([]Input, error) {
	if text == "" {
		return nil, nil
	}
	var of map[string][]counted
	if err := json.Unmarshal([]byte(text), &of); err != nil {
		return nil, fmt.Errorf("its inputs: %w", err)
	}
	var out []Input
	for _, id := range slices.Sorted(maps.Keys(of)) {
		for _, c := range of[id] {
			if _, err := interval.New(c.From, c.To); err != nil {
				return nil, fmt.Errorf("its inputs: %w", err)
			}
			out = append(out, Input{Node: id, Range: c.Range, Rows: c.rows})
		}
	}
	return out, nil
}

// counted is a piece of a range with its rows, as it is kept.
type counted struct {
	interval.Range
	rows int64
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *counted) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&c.From, &c.To, &c.rows})
}

// Status is how far a run has come.
type Status string

// The statuses of a run. One that was killed stays Running.
const (
	Running   Status = "running"
	Succeeded Status = "success"
	Failed    Status = "error"
	Cancelled Status = "cancelled"
)

// Run is a run of mod. It is recorded at its beginning, and again at its end.
type Run struct {
	ID          string
	Environment string
	Command     string
	Began       time.Time
	Ended       time.Time // zero while it is running
	Status      Status
	Holder      string // user@host
	Version     string // of mod
}

// Record spells the statements that remember builds, so that they can run in the transaction of what they tell of. Those of several
// builds are few. A build is later than all that are there when the statements run.
func (t Tables) Record(ctx context.Context, builds []Build) ([]string, error) {
	var events, codes [][]any
	known := map[fingerprint.Hash]bool{}
	for i, b := range builds {
		if b.Detail != nil {
			text, err := b.Detail.text()
			if err != nil {
				return nil, fmt.Errorf("remember what %s is made of: %w", b.Node, err)
			}
			b.Code = fingerprint.Of(text)
			if !known[b.Code] {
				known[b.Code] = true
				codes = append(codes, []any{b.Code.String(), text})
			}
		}
		events = append(events, append(b.Key().texts(i+1),
			string(b.Kind), hash(b.Hash), hash(b.Own), instant(b.At), seconds(b.Seconds), optional(b.Rows),
			optional(b.Bytes), clean(b.Run), optionalTime(b.Watermark), hash(b.Code), clean(b.Note), times(b.Sources), texts(b.Beside)))
	}
	return t.statements(ctx, addition{"code", codes}, addition{"builds", events})
}

// times are times by names as JSON, null if there are none.
func times(of map[string]time.Time) any {
	if len(of) == 0 {
		return nil
	}
	list := map[string]string{}
	for name, at := range of {
		list[name] = at.UTC().Format(time.RFC3339Nano)
	}
	return texts(list)
}

// texts are texts by names as JSON, null if there are none.
func texts(of map[string]string) any {
	if len(of) == 0 {
		return nil
	}
	text, err := json.Marshal(of)
	if err != nil { // a map of texts has a JSON text
		return nil
	}
	return string(text)
}

// named reads what times or texts wrote.
func named[T any](text string) (out map[string]T, err error) {
	if text == "" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(text), &out)
	return out, err
}

// RecordIntervals spells the statements that remember what was loaded, as Record does of builds. One that ends before it begins is an error.
func (t Tables) RecordIntervals(ctx context.Context, intervals []Interval) ([]string, error) {
	var list [][]any
	for i, v := range intervals {
		if _, err := interval.New(v.From, v.To); err != nil {
			return nil, fmt.Errorf("remember what was loaded into %s: %w", v.Relation, err)
		}
		list = append(list, append(v.texts(i+1), string(v.Op), instant(v.From), instant(v.To), hash(v.Own), instant(v.At), seconds(v.Seconds), clean(v.Run), inputs(v.Inputs)))
	}
	return t.statements(ctx, addition{"intervals", list})
}

// RecordRun spells the statements that remember a run.
func (t Tables) RecordRun(ctx context.Context, r Run) ([]string, error) {
	return t.statements(ctx, addition{"runs", [][]any{{
		count(1), clean(r.ID), clean(r.Environment), clean(r.Command), instant(r.Began), instant(r.Ended), string(r.Status), clean(r.Holder), clean(r.Version),
	}}})
}

// texts are the first columns of a row of a numbered table.
func (k Key) texts(number int) []any {
	return []any{count(int64(number)), clean(k.Environment), clean(k.Node), clean(k.Relation.Database), clean(k.Relation.Schema), clean(k.Relation.Name)}
}

// addition is rows for a table.
type addition struct {
	to   string
	rows [][]any
}

func (t Tables) statements(ctx context.Context, additions ...addition) ([]string, error) {
	var out []string
	for _, a := range additions {
		sql, err := t.insert(ctx, tableNamed(a.to), a.rows)
		if err != nil {
			return nil, err
		}
		out = append(out, sql...)
	}
	return out, nil
}

// What is inserted by one statement: some warehouses take no longer ones.
const (
	maxRows  = 5000
	maxBytes = 400_000
)

// insert spells the statements that add rows.
func (t Tables) insert(ctx context.Context, l Layout, list [][]any) ([]string, error) {
	var out []string
	for len(list) > 0 {
		n := batch(list)
		rows, err := json.Marshal(list[:n])
		if err != nil {
			return nil, fmt.Errorf("remember %s: %w", l.Name, err)
		}
		sql, err := t.Spell(ctx, "state_insert", t.table(l.Name), t.columns(l.Columns), string(rows), l.numbered(), l.Key)
		if err != nil {
			return nil, fmt.Errorf("remember %s: %w", l.Name, err)
		}
		out, list = append(out, sql), list[n:]
	}
	return out, nil
}

// batch is how many of the rows go into one statement.
func batch(list [][]any) int {
	size := 0
	for n, row := range list {
		for _, v := range row {
			text, _ := v.(string)
			size += len(text) + len("'', ")
		}
		if n > 0 && (n == maxRows || size > maxBytes) {
			return n
		}
	}
	return len(list)
}

// clean is a text that every warehouse can store.
func clean(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'g', -1, 64) }

func count(n int64) string { return strconv.FormatInt(n, 10) }

func optional(n *int64) any {
	if n == nil {
		return nil
	}
	return count(*n)
}

func hash(h fingerprint.Hash) any {
	if h.IsZero() {
		return nil
	}
	return h.String()
}

// instant is a time as the warehouses read it; nothing for the zero time.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02 15:04:05.000000")
}

func optionalTime(t *time.Time) any {
	if t == nil {
		return nil
	}
	return instant(*t)
}
