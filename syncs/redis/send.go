package redis

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	client "github.com/redis/go-redis/v9"

	"github.com/modsql/mod/syncs"
)

//go:embed send.lua
var script string

// Send writes a batch with one script, which the server runs as a whole (https://redis.io/docs/latest/develop/programmability/eval-intro/).
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	outcomes := make([]error, len(b.Rows))
	rows, at := []record{}, []int{}
	for i := range b.Rows {
		r, err := d.record(b, &b.Rows[i])
		if err != nil {
			outcomes[i] = err
			continue
		}
		rows, at = append(rows, r), append(at, i)
	}
	for len(rows) > 0 {
		told, err := d.run(ctx, b, rows)
		if err != nil {
			return nil, classified(ctx, err)
		}
		// The first row's batch may have arrived before with fewer rows: the others are another batch.
		if rows, at = told.settle(rows, at, outcomes); len(rows) == len(b.Rows) {
			return nil, broken("the server told of other rows than it was sent")
		}
	}
	return outcomes, nil
}

// record is a row as the script is given it.
type record struct {
	number int64
	key    string
	set    []string // a hash's or an entry's fields and their values
	gone   []string // a hash's fields that have no value
}

func (d *destination) record(b *syncs.Batch, r *syncs.Row) (record, error) {
	out := record{number: r.Number, key: b.Object}
	var err error
	if b.Mode != syncs.AppendMode || b.Op == syncs.Delete || b.Op == syncs.Clear || b.Op == syncs.Archive {
		if out.key, err = d.keyOf(b.Target, r); err != nil {
			return record{}, err
		}
	}
	if b.Op == syncs.Delete || b.Op == syncs.Archive {
		return out, nil
	}
	if d.json {
		text, err := document(b.Target.Fields, r.Values)
		out.set = []string{"json", text}
		return out, err
	}
	for i, f := range b.Target.Fields {
		if i >= len(r.Values) || r.Values[i] == nil {
			out.gone = append(out.gone, f.Name)
			continue
		}
		text, err := textOf(r.Values[i])
		if err != nil {
			return record{}, refused("%s %v", f.Name, err)
		}
		out.set = append(out.set, f.Name, text)
	}
	if b.Removal == syncs.Archive && b.Op != syncs.Clear {
		out.gone = append(out.gone, d.archive)
	}
	return out, nil
}

// run runs the script, which the server may have to be given first.
func (d *destination) run(ctx context.Context, b *syncs.Batch, rows []record) (told, error) {
	keys, args := d.arguments(b, rows)
	var text string
	err := attended(ctx, func() (err error) {
		text, err = client.NewScript(script).Run(ctx, d.client, keys, args...).Text()
		return err
	})
	if err != nil {
		return told{}, err
	}
	return parse(text)
}

func (d *destination) arguments(b *syncs.Batch, rows []record) (keys []string, args []any) {
	action, rule := actionOf(b)
	form := "hash"
	if d.json {
		form = "json"
	}
	batch, all := "", syncs.Batch{Rows: make([]syncs.Row, len(rows))}
	for i, r := range rows {
		all.Rows[i].Number = r.number
	}
	if d.memory != "" {
		batch = b.Run + "/" + strconv.FormatInt(rows[0].number, 10)
	}
	keys = append(keys, d.memory+":"+b.Sync)
	args = append(args, batch, all.Arrived(make([]error, len(rows))).String(), action, form, rule, d.ttl.Milliseconds(), d.archive,
		time.Now().UTC().Format(time.RFC3339), d.longest)
	for _, r := range rows {
		keys = append(keys, r.key)
		args = append(args, r.number)
		for _, list := range [][]string{r.set, r.gone} {
			args = append(args, len(list))
			for _, text := range list {
				args = append(args, text)
			}
		}
	}
	return keys, args
}

// actionOf is what the script does, and what it asks of a key first.
func actionOf(b *syncs.Batch) (action, rule string) {
	switch {
	case b.Op == syncs.Delete:
		return "delete", ""
	case b.Op == syncs.Archive:
		return "archive", ""
	case b.Op == syncs.Clear:
		return "put", "clear"
	case b.Mode == syncs.AppendMode:
		return "append", ""
	case b.Mode == syncs.InsertMode:
		return "put", "new"
	case b.Mode == syncs.UpdateMode:
		return "put", "there"
	default:
		return "put", ""
	}
}

// told is what the script returns and remembers: the rows of a batch, and why some of them were refused.
type told struct {
	rows    syncs.Spans
	refused map[int64]string
}

func parse(text string) (told, error) {
	lines := strings.Split(text, "\n")
	rows, err := syncs.ParseSpans(lines[0])
	if err != nil {
		return told{}, err
	}
	out := told{rows: rows, refused: map[int64]string{}}
	for _, line := range lines[1:] {
		number, reason, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return told{}, fmt.Errorf("read which rows were refused: %w", err)
		}
		out.refused[n] = reason
	}
	return out, nil
}

// settle notes what became of rows, and returns those that nothing was told of.
func (t told) settle(rows []record, at []int, outcomes []error) (left []record, where []int) {
	for i, r := range rows {
		reason, no := t.refused[r.number]
		switch {
		case !t.rows.Has(r.number):
			left, where = append(left, r), append(where, at[i])
		case no:
			outcomes[at[i]] = refused("%s", reason)
		}
	}
	return left, where
}

// committer is a destination with a hash that remembers.
type committer struct{ *destination }

var _ syncs.Committer = (*committer)(nil)

// Committed are the rows of a run that are here.
func (d *committer) Committed(ctx context.Context, t *syncs.Target, run string) ([]syncs.Span, error) {
	var notes map[string]string
	err := attended(ctx, func() (err error) {
		notes, err = d.client.HGetAll(ctx, d.memory+":"+t.Sync).Result()
		return err
	})
	if err != nil {
		return nil, classified(ctx, err)
	}
	var out []syncs.Span
	for field, text := range notes {
		if !strings.HasPrefix(field, run+"/") {
			continue
		}
		note, bad := parse(text)
		out, err = append(out, note.arrived()...), errors.Join(err, bad)
	}
	return out, err
}

// arrived are the rows that were not refused.
func (t told) arrived() syncs.Spans {
	var b syncs.Batch
	var outcomes []error
	for _, span := range t.rows {
		for n := span.First; n <= span.Last; n++ {
			var err error
			if reason, no := t.refused[n]; no {
				err = refused("%s", reason)
			}
			b.Rows, outcomes = append(b.Rows, syncs.Row{Number: n}), append(outcomes, err)
		}
	}
	return b.Arrived(outcomes)
}

// Forget drops the notes of a sync's other runs.
func (d *committer) Forget(ctx context.Context, t *syncs.Target, but string) error {
	return classified(ctx, attended(ctx, func() error {
		key := d.memory + ":" + t.Sync
		fields, err := d.client.HKeys(ctx, key).Result()
		if err != nil {
			return err
		}
		var gone []string
		for _, field := range fields {
			if but == "" || !strings.HasPrefix(field, but+"/") {
				gone = append(gone, field)
			}
		}
		if len(gone) == 0 {
			return nil
		}
		return d.client.HDel(ctx, key, gone...).Err()
	}))
}
