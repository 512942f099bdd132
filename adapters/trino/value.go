package trino

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/trinodb/trino-go-client/trino"

	"github.com/modsql/mod/adapters"
)

// decoder makes a value of the contract of one that the driver has read.
type decoder func(any) any

// decoderOf is the decoder of a type. What has no better form in Go stays text: json, uuid, intervals, times of day.
func decoderOf(typ string) decoder {
	read := reading(typ)
	return func(v any) any {
		if v == nil {
			return nil
		}
		return read(v)
	}
}

func reading(typ string) decoder {
	name, inside := family(typ)
	switch name {
	case "decimal":
		return func(v any) any { return adapters.Decimal(fmt.Sprint(v)) }
	case "time":
		return timeOfDay("15:04:05.999999999")
	case "time with time zone":
		return timeOfDay("15:04:05.999999999-07:00")
	case "timestamp with time zone":
		return func(v any) any {
			if t, ok := v.(time.Time); ok {
				return t.UTC()
			}
			return nested(v)
		}
	case "array":
		element := decoderOf(inside)
		return func(v any) any { return list(v, element) }
	case "map":
		value := decoderOf("varchar")
		if kv := parts(inside); len(kv) == 2 {
			value = decoderOf(kv[1])
		}
		return func(v any) any { return dict(v, value) }
	case "varbinary":
		return bytesOf
	}
	return nested
}

func timeOfDay(layout string) decoder {
	return func(v any) any {
		if t, ok := v.(time.Time); ok {
			return t.Format(layout)
		}
		return nested(v)
	}
}

func list(v any, element decoder) any {
	items, ok := v.([]any)
	if !ok {
		return nested(v)
	}
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = element(item)
	}
	return out
}

func dict(v any, value decoder) any {
	items, ok := v.(map[string]any)
	if !ok {
		return nested(v)
	}
	out := make(map[string]any, len(items))
	for k, item := range items {
		out[k] = value(item)
	}
	return out
}

// bytesOf reads bytes: the driver's own, or their text inside of a list.
func bytesOf(v any) any {
	if text, ok := v.(string); ok {
		if b, err := base64.StdEncoding.DecodeString(text); err == nil {
			return b
		}
	}
	return v
}

// nested is a value as the driver gives it, but for what is inside of lists and rows, where it leaves numbers as they came.
func nested(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil && !strings.ContainsAny(v.String(), ".eE") {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []any:
		return list(v, nestedOrNil)
	case map[string]any:
		return dict(v, nestedOrNil)
	case trino.Row:
		out := make(map[string]any, v.Len())
		for i := range v.Len() {
			out[v.Name(i)] = nestedOrNil(v.Value(i))
		}
		return out
	case time.Time:
		return v.UTC()
	case float32:
		return float64(v)
	default:
		return v
	}
}

func nestedOrNil(v any) any {
	if v == nil {
		return nil
	}
	return nested(v)
}
