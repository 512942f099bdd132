// Package files writes what has changed to files: in a folder of this machine, or in a bucket of S3 or of what speaks its protocol.
//
// A batch is one file, named by its run and by the numbers of its first and last row:
//
//	path/object/sync/run=20260102T030405/000000000001-000000050000.csv
//	path/object/sync/_manifests/20260102T030405.json
//
// A file appears as a whole or not at all, and a batch that is sent again takes the place of the first: there is one version of it. The
// manifest of a run, which lists its files, is written when the run has come to its end; who reads by manifests never sees half of one.
// Changes are to be taken in the order of finished_at of the manifests, and within a run in that of the files.
// Records have a field _op besides their own: insert, update or delete, of which the last has no values but the key.
//
// Limits: a file cannot be changed, so the only mode is append; rows that are gone are one more record if the sync deletes. Nothing is
// ever removed: what becomes of old files is for you, or for a rule of the bucket. The folder of path has to be there. In CSV a text
// that is empty is quoted, and null is not (https://www.rfc-editor.org/rfc/rfc4180 knows no null); bytes are in base64, lists and mappings
// in JSON. JSON has no NaN and no infinities (https://www.rfc-editor.org/rfc/rfc8259#section-6): such rows are refused. Columns of
// Parquet have the types of the model's columns; a type that Parquet has nothing for is text. S3 takes up to 5 GB at once
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html); a batch is far below.
package files

import (
	"context"
	"fmt"

	"github.com/modsql/mod/syncs"
)

// New is the kind of this package's destinations.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "files",
		Doc:  "Files of changes, on this machine or in S3 and what speaks its protocol: CSV, JSON Lines or Parquet.",
		Settings: []syncs.Setting{
			{Name: "path", Doc: "The folder to write to, or s3://bucket/prefix.", Required: true, Path: true},
			{Name: "format", Doc: "csv, jsonl or parquet. Unless set: csv."},
			{Name: "compression", Doc: "gzip or none; for parquet also zstd and snappy. Unless set: none, for parquet zstd."},
			{Name: "op_field", Doc: "The field that says what happened to a record. Unless set: _op."},
			{Name: "endpoint", Doc: "The server of the bucket, as https://host:port. Unless set: that of Amazon."},
			{Name: "region", Doc: "The region of the bucket. Unless set: what the server says."},
			{Name: "access_key", Doc: "Whose name requests have. Unless set: that of the environment, of ~/.aws/credentials, or of the machine's role."},
			{Name: "secret_key", Doc: "What requests are signed with.", Secret: true},
			{Name: "session_token", Doc: "What goes with keys that are for a while.", Secret: true},
		},
		Modes:     []syncs.Mode{syncs.AppendMode},
		Removals:  []syncs.Op{syncs.Delete},
		Limits:    syncs.Limits{Batch: 50_000, Bytes: 16 << 20, Concurrency: 2},
		Guarantee: func(syncs.Config, syncs.Mode) syncs.Guarantee { return syncs.EffectivelyOnce },
		Open:      open,
	}
}

// store is where files are kept. Names are paths with slashes, below the path of the settings.
type store interface {
	// ready fails if nothing can be written.
	ready(ctx context.Context) error
	// put makes a file, or takes the place of the one that is there, at once.
	put(ctx context.Context, name string, content []byte) error
	// list returns the files in a folder, and the folders with a slash at the end of their names; nothing if there is no such folder.
	list(ctx context.Context, folder string) ([]entry, error)
	// where is a file's place, for people.
	where(name string) string
}

// entry is a file or a folder in a folder.
type entry struct {
	name  string // in the folder
	bytes int64
}

type destination struct {
	store
	format
	opField string
}

func open(_ context.Context, c syncs.Config) (syncs.Destination, error) {
	format, err := formatOf(c)
	if err != nil {
		return nil, err
	}
	store, err := storeOf(c)
	if err != nil {
		return nil, err
	}
	return &destination{store, format, c.String("op_field", "_op")}, nil
}

// Check tells whether files of a target can be written.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	if _, err := folderOf(t); err != nil {
		return err
	}
	for _, f := range t.Fields {
		if f.Name == d.opField {
			return broken("the field %s is where what happened to a record is written: name another with op_field", f.Name)
		}
	}
	return d.ready(ctx)
}

// Send writes a batch as one file.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	name, err := d.fileOf(b)
	if err != nil {
		return nil, err
	}
	content, err := d.encode(d.table(b))
	if err != nil {
		return nil, &syncs.Error{Class: syncs.Rejected, Message: err.Error(), Cause: err}
	}
	if err := d.put(ctx, name, content); err != nil {
		return nil, err
	}
	return make([]error, len(b.Rows)), nil
}

// Render is the file's name and what is in it; of a Parquet file, that as JSON lines.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	name, err := d.fileOf(b)
	if err != nil {
		return nil, err
	}
	content, err := d.readable().encode(d.table(b))
	if err != nil {
		return nil, err
	}
	return []string{d.where(name) + "\n" + string(content)}, nil
}

func (d *destination) Close() error { return nil }

// table is records to be written: the op, and the fields of the target.
type table struct {
	fields []syncs.Field
	rows   [][]any // values that are left out at the end are nil
}

func (d *destination) table(b *syncs.Batch) table {
	t := table{fields: append([]syncs.Field{{Name: d.opField, Type: "text"}}, b.Fields...), rows: make([][]any, len(b.Rows))}
	for i := range b.Rows {
		values := make([]any, len(t.fields))
		values[0] = string(b.Op)
		copy(values[1:], b.Rows[i].Values)
		t.rows[i] = values
	}
	return t
}

func broken(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Broken, Message: fmt.Sprintf(format, args...)}
}
