package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/modsql/mod/syncs"
)

// Send writes a batch in one request, each row by itself and in any order.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	if err := d.find(ctx, b.Object); err != nil {
		return nil, err
	}
	outcomes := make([]error, len(b.Rows))
	s := &sending{Batch: b, collection: d.db.Collection(b.Object), outcomes: outcomes}
	for i := range b.Rows {
		write, err := d.write(b, &b.Rows[i])
		if err != nil {
			outcomes[i] = err
			continue
		}
		s.writes, s.at = append(s.writes, write), append(s.at, i)
	}
	if err := s.send(ctx, s.writes, s.at); err != nil {
		return nil, classified(ctx, err)
	}
	return outcomes, nil
}

// write is what is to be done about a row.
type write struct {
	model    driver.WriteModel
	rendered bson.D
}

func (d *destination) write(b *syncs.Batch, r *syncs.Row) (write, error) {
	fields := make(bson.D, 0, len(r.Values))
	for i, v := range r.Values {
		f := b.Target.Fields[i]
		value, err := valueOf(f.Name, f.Midnight(v))
		if err != nil {
			return write{}, err
		}
		fields = append(fields, bson.E{Key: f.Name, Value: value})
	}
	keys := len(b.Target.Key)
	if b.Mode == syncs.AppendMode && (b.Op == syncs.Insert || b.Op == syncs.Update) {
		return inserting(append(bson.D{{Key: "_id", Value: placeOf(b, r)}}, nested(without(fields, "_id"))...)), nil
	}
	filter := d.filter(fields[:keys])
	switch b.Op {
	case syncs.Delete:
		return write{driver.NewDeleteOneModel().SetFilter(filter), bson.D{{Key: "deleteOne", Value: filter}}}, nil
	case syncs.Clear:
		return updating(filter, d.cleared(b.Target.Fields[keys:]), false), nil
	case syncs.Archive:
		filter = append(filter, bson.E{Key: d.archive, Value: nil})
		return updating(filter, set("$set", bson.D{{Key: d.archive, Value: bson.NewDateTimeFromTime(time.Now())}}), false), nil
	}
	if b.Mode == syncs.InsertMode {
		return updating(filter, set("$setOnInsert", without(fields, "_id")), true), nil
	}
	changes := set("$set", without(fields, "_id"))
	if b.Removal == syncs.Archive {
		changes = append(changes, set("$unset", bson.D{{Key: d.archive, Value: ""}})...)
	}
	return updating(filter, changes, b.Mode != syncs.UpdateMode), nil
}

// placeOf is the _id of a row that is appended: the same when it is sent again in its run, so that it is there once.
func placeOf(b *syncs.Batch, r *syncs.Row) string {
	return fmt.Sprintf("%s/%s/%d", b.Sync, b.Run, r.Number)
}

// filter finds the document of a key.
func (d *destination) filter(key bson.D) bson.D {
	if !d.byID {
		out := make(bson.D, len(key))
		for i, e := range key {
			out[i] = bson.E{Key: e.Key, Value: equal(e.Value)}
		}
		return out
	}
	if len(key) == 1 {
		return bson.D{{Key: "_id", Value: equal(key[0].Value)}}
	}
	return bson.D{{Key: "_id", Value: equal(key)}}
}

// equal is a condition that a value is that one. A document alone would be read as operators.
func equal(v any) any {
	if document, ok := v.(bson.D); ok {
		return bson.D{{Key: "$eq", Value: document}}
	}
	return v
}

func (d *destination) cleared(fields []syncs.Field) bson.D {
	var out bson.D
	for _, f := range fields {
		out = append(out, bson.E{Key: f.Name, Value: nil})
	}
	return set("$set", out)
}

// set is a change of fields; one of none is left out, since older servers refuse it.
func set(operator string, fields bson.D) bson.D {
	if len(fields) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: operator, Value: fields}}
}

func without(fields bson.D, name string) bson.D {
	return slices.DeleteFunc(slices.Clone(fields), func(e bson.E) bool { return e.Key == name })
}

func inserting(document bson.D) write {
	return write{driver.NewInsertOneModel().SetDocument(document), bson.D{{Key: "insertOne", Value: document}}}
}

func updating(filter, changes bson.D, upsert bool) write {
	if len(changes) == 0 {
		changes = set("$setOnInsert", filter)
	}
	return write{
		driver.NewUpdateOneModel().SetFilter(filter).SetUpdate(changes).SetUpsert(upsert),
		bson.D{{Key: "updateOne", Value: bson.D{{Key: "filter", Value: filter}, {Key: "update", Value: changes}, {Key: "upsert", Value: upsert}}}},
	}
}

// sending is a batch under way.
type sending struct {
	*syncs.Batch
	collection *driver.Collection
	writes     []write
	at         []int // the places of writes in the batch
	outcomes   []error
}

// send sends writes, and halves them until it is known of each what became of it: of updates the server tells only how many met a document,
// and there are servers that stop at the first error, or name another write than the one at fault.
func (s *sending) send(ctx context.Context, writes []write, at []int) error {
	if len(writes) == 0 {
		return nil
	}
	met, failed, err := s.once(ctx, writes)
	if err != nil {
		return err
	}
	sure := met+len(failed) == len(writes)
	if sure && len(failed) > 0 && len(writes) > 1 {
		if sure, err = s.fails(ctx, writes[failed[0].Index], failed[0]); err != nil {
			return err
		}
	}
	if !sure && len(writes) > 1 {
		middle := len(writes) / 2
		if err := s.send(ctx, writes[:middle], at[:middle]); err != nil {
			return err
		}
		return s.send(ctx, writes[middle:], at[middle:])
	}
	if !sure {
		s.outcomes[at[0]] = refused("no document has this key")
	}
	for _, e := range failed {
		s.outcomes[at[e.Index]] = &syncs.Error{Class: classOf(e.Code), Message: e.Message}
	}
	return nil
}

// fails tells whether a write fails by itself as it was said to.
func (s *sending) fails(ctx context.Context, w write, as driver.BulkWriteError) (bool, error) {
	_, failed, err := s.once(ctx, []write{w})
	return len(failed) == 1 && failed[0].Code == as.Code, err
}

// once sends writes in one request. It returns how many did what they are for, and which failed.
func (s *sending) once(ctx context.Context, writes []write) (met int, failed []driver.BulkWriteError, err error) {
	models := make([]driver.WriteModel, len(writes))
	for i, w := range writes {
		models[i] = w.model
	}
	result, err := s.collection.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	failed, there, err := s.sort(err)
	if err != nil {
		return 0, nil, err
	}
	met = len(writes) - len(failed)
	if result != nil && (s.Op == syncs.Insert || s.Op == syncs.Update) {
		met = int(result.MatchedCount+result.UpsertedCount+result.InsertedCount) + there
	}
	return met, failed, nil
}

// sort takes the errors of writes out of that of a request. A row that is appended and is there already has arrived before.
func (s *sending) sort(err error) (failed []driver.BulkWriteError, there int, left error) {
	var bulk driver.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil, 0, err
	}
	failed = slices.DeleteFunc(slices.Clone(bulk.WriteErrors), func(e driver.BulkWriteError) bool {
		return s.Mode == syncs.AppendMode && e.Code == duplicate
	})
	return failed, len(bulk.WriteErrors) - len(failed), nil
}

// duplicate is the code of a second document with an equal key.
const duplicate = 11000

// Render shows the writes of a batch as MongoDB's shell has them.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	var out []string
	for i := range b.Rows {
		w, err := d.write(b, &b.Rows[i])
		if err != nil {
			return nil, err
		}
		text, err := bson.MarshalExtJSON(w.rendered, false, false)
		if err != nil {
			return nil, err
		}
		out = append(out, string(text))
	}
	return out, nil
}
