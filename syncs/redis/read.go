package redis

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"

	client "github.com/redis/go-redis/v9"

	"github.com/modsql/mod/syncs"
)

var _ syncs.Reader = (*destination)(nil)

// Read yields the records whose keys are those that the sync writes. A record that comes or goes meanwhile may be missed, and one may come
// twice (https://redis.io/docs/latest/commands/scan/#scan-guarantees).
func (d *destination) Read(ctx context.Context, t *syncs.Target) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		if t.Mode == syncs.AppendMode {
			yield(nil, broken("nothing tells the entries of a stream that are the sync's from others"))
			return
		}
		for cursor := uint64(0); ; {
			var rows [][]any
			err := attended(ctx, func() (err error) {
				rows, cursor, err = d.page(ctx, t, cursor)
				return err
			})
			if err != nil {
				yield(nil, classified(ctx, err))
				return
			}
			for _, values := range rows {
				if !yield(values, nil) {
					return
				}
			}
			if cursor == 0 {
				return
			}
		}
	}
}

// page reads some of the records, and tells where to go on; 0 if these were the last.
func (d *destination) page(ctx context.Context, t *syncs.Target, cursor uint64) (rows [][]any, next uint64, err error) {
	const atOnce = 1000
	kind := "hash"
	if d.json {
		kind = "string"
	}
	keys, next, err := d.client.ScanType(ctx, cursor, d.pattern(t), atOnce, kind).Result()
	if err != nil || len(keys) == 0 {
		return nil, next, err
	}
	answers, err := d.client.Pipelined(ctx, func(p client.Pipeliner) error {
		for _, key := range keys {
			if d.json {
				p.Get(ctx, key)
			} else {
				p.HGetAll(ctx, key)
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, client.Nil) { // one that is gone meanwhile
		return nil, 0, err
	}
	for i, answer := range answers {
		values := d.valuesOf(t, recordOf(answer))
		if key, err := d.keyOf(t, &syncs.Row{Values: values}); err == nil && key == keys[i] {
			rows = append(rows, values)
		}
	}
	return rows, next, nil
}

// pattern is that of the keys of a target's records (https://redis.io/docs/latest/commands/keys/).
func (d *destination) pattern(t *syncs.Target) string {
	escape := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`)
	if d.key == "" {
		return escape.Replace(t.Object) + ":*"
	}
	parts := placeholder.Split(d.key, -1)
	for i := range parts {
		parts[i] = escape.Replace(parts[i])
	}
	return strings.Join(parts, "*")
}

// recordOf is a record by its fields; nil if it is none.
func recordOf(answer client.Cmder) map[string]any {
	var out map[string]any
	switch answer := answer.(type) {
	case *client.MapStringStringCmd:
		out = make(map[string]any, len(answer.Val()))
		for name, text := range answer.Val() {
			out[name] = text
		}
	case *client.StringCmd:
		decoder := json.NewDecoder(strings.NewReader(answer.Val()))
		decoder.UseNumber()
		if decoder.Decode(&out) != nil {
			return nil
		}
	}
	return out
}

// valuesOf are a target's fields of a record. The warehouse reads the text that a hash has of them.
func (d *destination) valuesOf(t *syncs.Target, record map[string]any) []any {
	out := make([]any, len(t.Fields))
	for i, f := range t.Fields {
		out[i] = record[f.Name]
		binary := slices.Contains([]string{"bytea", "blob", "binary", "varbinary"}, strings.ToLower(f.Type))
		switch v := out[i].(type) {
		case json.Number:
			out[i] = syncs.Number(v)
		case string:
			if !binary {
				continue
			}
			if raw, err := base64.StdEncoding.DecodeString(v); d.json && err == nil {
				out[i] = raw
			} else {
				out[i] = []byte(v)
			}
		}
	}
	return out
}
