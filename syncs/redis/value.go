package redis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
)

// placeholder is a field's place in the template of a key.
var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// checkKey looks whether the template of keys tells all of them apart.
func (d *destination) checkKey(t *syncs.Target) error {
	if d.key == "" {
		if t.Object == "" {
			return broken("a sync needs an object, which its keys begin with, or the destination a key such as \"customer:{id}\"")
		}
		return nil
	}
	var named []string
	for _, match := range placeholder.FindAllStringSubmatch(d.key, -1) {
		if !slices.Contains(t.Key, match[1]) {
			return broken("the setting key has {%s}, which is no field of the key (%s)", match[1], strings.Join(t.Key, ", "))
		}
		named = append(named, match[1])
	}
	for _, name := range t.Key {
		if !slices.Contains(named, name) {
			return broken("the setting key has no {%s}, so that records would share a key", name)
		}
	}
	return nil
}

// keyOf is the key of a row's record.
func (d *destination) keyOf(t *syncs.Target, r *syncs.Row) (string, error) {
	texts := map[string]string{}
	for i, name := range t.Key {
		text, err := textOf(r.Values[i])
		if err != nil {
			return "", refused("%s %v", name, err)
		}
		// Colons within values would make keys of several fields alike.
		if len(t.Key) > 1 {
			text = strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace(text)
		}
		texts[name] = text
	}
	if d.key != "" {
		return placeholder.ReplaceAllStringFunc(d.key, func(place string) string { return texts[place[1:len(place)-1]] }), nil
	}
	parts := []string{t.Object}
	for _, name := range t.Key {
		parts = append(parts, texts[name])
	}
	return strings.Join(parts, ":"), nil
}

// textOf is a value as text.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case syncs.Number:
		return string(v), nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return "", fmt.Errorf("cannot be written as JSON: %w", err)
		}
		return string(text), nil
	}
}

// document is fields as one JSON text, in their order.
func document(fields []syncs.Field, values []any) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	write := func(v any) error {
		err := encoder.Encode(v)
		b.Truncate(max(b.Len()-1, 0)) // the line break after it
		return err
	}
	for i, f := range fields {
		b.WriteString([]string{"{", ","}[min(i, 1)])
		if err := write(f.Name); err != nil {
			return "", err
		}
		b.WriteByte(':')
		var v any // fields that a row has no value for are null
		if i < len(values) {
			v = values[i]
		}
		if err := write(v); err != nil {
			return "", refused("%s cannot be written as JSON: %v", f.Name, err)
		}
	}
	b.WriteByte('}')
	return b.String(), nil
}
