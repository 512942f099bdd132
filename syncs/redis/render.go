package redis

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/syncs"
)

// Render shows a batch as the commands that do the same, as one would type them.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	var out []string
	for i := range b.Rows {
		r, err := d.record(b, &b.Rows[i])
		if err != nil {
			return nil, err
		}
		for _, words := range d.commands(b, r) {
			for i, word := range words {
				if word == "" || strings.ContainsAny(word, " \"'\\\n\r\t") {
					words[i] = fmt.Sprintf("%q", word)
				}
			}
			out = append(out, strings.Join(words, " "))
		}
	}
	return out, nil
}

func (d *destination) commands(b *syncs.Batch, r record) [][]string {
	action, rule := actionOf(b)
	var out [][]string
	switch {
	case action == "delete":
		return [][]string{{"DEL", r.key}}
	case action == "archive" && d.json:
		return [][]string{{"SET", r.key, fmt.Sprintf("{…,%q:<now>}", d.archive), "XX"}}
	case action == "archive":
		return [][]string{{"HSETNX", r.key, d.archive, "<now>"}}
	case action == "append":
		return [][]string{append([]string{"XADD", r.key, "*"}, r.set...)}
	case d.json:
		set := []string{"SET", r.key, r.set[1]}
		if when := map[string]string{"new": "NX", "there": "XX", "clear": "XX"}[rule]; when != "" {
			set = append(set, when)
		}
		out = append(out, set)
	default:
		out = append(out, append([]string{"HSET", r.key}, r.set...))
		if len(r.gone) > 0 {
			out = append(out, append([]string{"HDEL", r.key}, r.gone...))
		}
	}
	if d.ttl > 0 {
		out = append(out, []string{"PEXPIRE", r.key, fmt.Sprint(d.ttl.Milliseconds())})
	}
	return out
}
