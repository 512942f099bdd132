package http

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

// answers reads what a successful answer tells of the rows. Paths are names and places with dots between.
type answers struct {
	list, index, key, ok, message string
}

func newAnswers(c syncs.Config) (*answers, error) {
	if c == nil {
		return nil, nil
	}
	a := &answers{}
	fields := map[string]*string{"list": &a.list, "index": &a.index, "key": &a.key, "ok": &a.ok, "message": &a.message}
	for name, value := range c {
		field := fields[name]
		if field == nil {
			return nil, fmt.Errorf("errors: there is no %q: there are list, index, key, ok and message", name)
		}
		*field = template.Format(value)
	}
	switch {
	case a.ok == "" && a.message == "":
		return nil, fmt.Errorf("errors: set message or ok, by which a refused row is known")
	case a.index != "" && a.key != "":
		return nil, fmt.Errorf("errors: a row is found by index or by key, not by both")
	}
	return a, nil
}

// outcomes is an error for each row that the answer refuses.
func (a *answers) outcomes(b *syncs.Batch, r *web.Response) ([]error, error) {
	out := make([]error, len(b.Rows))
	if a == nil {
		return out, nil
	}
	answer, ok := web.Decode(r.Body)
	if !ok {
		return nil, &syncs.Error{Class: syncs.Transient, Message: "the answer is no JSON, so that it is not known which rows were taken"}
	}
	if a.list == "" {
		if err := a.refusal(answer); err != nil {
			for i := range out {
				out[i] = err
			}
		}
		return out, nil
	}
	list, _ := at(answer, a.list).([]any)
	if a.index == "" && a.key == "" && len(list) != len(b.Rows) {
		return nil, web.Mistake("the answer tells of %d rows at %q, and %d were sent: set errors.index or errors.key", len(list), a.list, len(b.Rows))
	}
	rows := a.places(b)
	for i, item := range list {
		err := a.refusal(item)
		if err == nil {
			continue
		}
		row, found := a.place(item, i, rows)
		if !found || row < 0 || row >= len(out) {
			return nil, web.Mistake("the answer refuses a row that is not among those sent (%v): look at errors.index and errors.key", err)
		}
		out[row] = err
	}
	return out, nil
}

// refusal is the error that an item of an answer tells of, nil for none.
func (a *answers) refusal(item any) error {
	words := at(item, a.message)
	refused := !empty(words)
	if a.ok != "" {
		refused = empty(at(item, a.ok))
	}
	if !refused {
		return nil
	}
	text := template.Format(words)
	if text == "" {
		text = "refused without a word"
	}
	return &syncs.Error{Class: syncs.Rejected, Message: text}
}

// empty tells whether a value says no, or nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == "" || v == "false"
	case json.Number:
		return v == "0"
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// places are where the rows stand by the text of their key.
func (a *answers) places(b *syncs.Batch) map[string]int {
	if a.key == "" {
		return nil
	}
	out := make(map[string]int, len(b.Rows))
	for i := range b.Rows {
		var key any = b.Rows[i].Key(b.Target)
		if len(b.Key) == 1 {
			key = b.Rows[i].Values[0]
		}
		out[template.Format(key)] = i
	}
	return out
}

func (a *answers) place(item any, i int, rows map[string]int) (int, bool) {
	switch {
	case a.key != "":
		row, ok := rows[template.Format(at(item, a.key))]
		return row, ok
	case a.index != "":
		row, err := strconv.Atoi(template.Format(at(item, a.index)))
		return row, err == nil
	default:
		return i, true
	}
}

// at is the value at a path; nil if there is none, or no path.
func at(v any, path string) any {
	if path == "" {
		return nil
	}
	for name := range strings.SplitSeq(path, ".") {
		switch inside := v.(type) {
		case map[string]any:
			v = inside[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(inside) {
				return nil
			}
			v = inside[i]
		default:
			return nil
		}
	}
	return v
}
