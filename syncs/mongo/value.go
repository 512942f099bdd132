package mongo

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/modsql/mod/syncs"
)

// valueOf is a value as BSON has it (https://bsonspec.org/spec.html).
func valueOf(name string, v any) (any, error) {
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return nil, refused("%s is not valid UTF-8", name)
		}
		return v, nil
	case syncs.Number:
		return number(name, v)
	case []byte:
		return bson.Binary{Data: v}, nil
	case time.Time:
		return bson.NewDateTimeFromTime(v), nil
	case []any:
		out := make(bson.A, len(v))
		for i, item := range v {
			value, err := valueOf(name, item)
			if err != nil {
				return nil, err
			}
			out[i] = value
		}
		return out, nil
	case map[string]any:
		out := make(bson.D, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			value, err := valueOf(name, v[key])
			if err != nil {
				return nil, err
			}
			out = append(out, bson.E{Key: key, Value: value})
		}
		return out, nil
	default:
		return v, nil
	}
}

// number is an exact number: a whole one if that is enough, else one of up to 34 digits.
func number(name string, n syncs.Number) (any, error) {
	if whole, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return whole, nil
	}
	exact, err := bson.ParseDecimal128(string(n))
	if err != nil {
		return nil, refused("%s is no number that MongoDB has: %v", name, err)
	}
	return exact, nil
}

// nested is fields as a document, those with dots in their names within documents of their own.
func nested(fields bson.D) bson.D {
	var out bson.D
	for _, f := range fields {
		out = put(out, strings.Split(f.Key, "."), f.Value)
	}
	return out
}

func put(into bson.D, path []string, value any) bson.D {
	if len(path) == 1 {
		return append(into, bson.E{Key: path[0], Value: value})
	}
	for i := range into {
		if inner, ok := into[i].Value.(bson.D); ok && into[i].Key == path[0] {
			into[i].Value = put(inner, path[1:], value)
			return into
		}
	}
	return append(into, bson.E{Key: path[0], Value: put(nil, path[1:], value)})
}
