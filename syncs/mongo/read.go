package mongo

import (
	"context"
	"iter"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/modsql/mod/syncs"
)

// Read yields the documents that are not archived, in no order.
func (d *destination) Read(ctx context.Context, t *syncs.Target) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		if err := d.find(ctx, t.Object); err != nil {
			yield(nil, err)
			return
		}
		wanted, filter := bson.D{}, bson.D{}
		for _, f := range t.Fields {
			wanted = append(wanted, bson.E{Key: f.Name, Value: 1})
		}
		if t.Removal == syncs.Archive {
			filter = bson.D{{Key: d.archive, Value: nil}}
		}
		cursor, err := d.db.Collection(t.Object).Find(ctx, filter, options.Find().SetProjection(wanted))
		if err != nil {
			yield(nil, classified(ctx, err))
			return
		}
		defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }() // the server ends it by itself otherwise
		for cursor.Next(ctx) {
			if !yield(values(cursor.Current, t), nil) {
				return
			}
		}
		if err := cursor.Err(); err != nil {
			yield(nil, classified(ctx, err))
		}
	}
}

func values(document bson.Raw, t *syncs.Target) []any {
	out := make([]any, len(t.Fields))
	for i, f := range t.Fields {
		if v, err := document.LookupErr(strings.Split(f.Name, ".")...); err == nil {
			out[i] = plain(v)
		}
	}
	return out
}

// plain is a value of BSON as rows have it; one that they have no type for is its text in MongoDB's own JSON.
func plain(v bson.RawValue) any {
	switch v.Type {
	case bson.TypeNull, bson.TypeUndefined:
		return nil
	case bson.TypeBoolean:
		return v.Boolean()
	case bson.TypeInt32:
		return int64(v.Int32())
	case bson.TypeInt64:
		return v.Int64()
	case bson.TypeDouble:
		return v.Double()
	case bson.TypeString:
		return v.StringValue()
	case bson.TypeDecimal128:
		return syncs.Number(v.Decimal128().String())
	case bson.TypeBinary:
		_, data := v.Binary()
		return data
	case bson.TypeDateTime:
		return time.UnixMilli(v.DateTime()).UTC()
	case bson.TypeArray:
		items, _ := v.Array().Values() // the driver has read it already
		out := make([]any, len(items))
		for i, item := range items {
			out[i] = plain(item)
		}
		return out
	case bson.TypeEmbeddedDocument:
		elements, _ := v.Document().Elements()
		out := make(map[string]any, len(elements))
		for _, e := range elements {
			out[e.Key()] = plain(e.Value())
		}
		return out
	default:
		return v.String()
	}
}
