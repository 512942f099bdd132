package salesforce

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

// null empties a field in CSV: nothing at all would leave it as it is
// (https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_prepare_csv.htm).
const null = "#N/A"

// bulk tells whether a batch becomes a job. A text that CSV cannot tell from null goes another way.
func (d *destination) bulk(b *syncs.Batch) bool {
	return len(b.Rows) >= d.bulkFrom && !needsID(b) && !slices.ContainsFunc(b.Rows, func(r syncs.Row) bool { return slices.Contains(r.Values, any(null)) })
}

// job is a job of Bulk API 2.0.
type job struct {
	ID, State, ErrorMessage string
	Processed               int `json:"numberRecordsProcessed"`
}

// create is the request that makes the job of a batch.
func (d *destination) create(b *syncs.Batch) (*web.Request, error) {
	settings := map[string]any{"object": b.Object, "contentType": "CSV", "operation": "insert", "lineEnding": "LF"}
	if b.Mode != syncs.InsertMode {
		settings["operation"], settings["externalIdFieldName"] = "upsert", b.Key[0]
	}
	return d.request(http.MethodPost, "/jobs/ingest", settings)
}

// upload is the request that gives a job its rows.
func (d *destination) upload(o *object, b *syncs.Batch, id string) (*web.Request, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	var line []string
	for _, f := range b.Fields {
		line = append(line, f.Name)
	}
	_ = w.Write(line) // its errors come back from Flush
	for i := range b.Rows {
		line = line[:0]
		for j, v := range b.Rows[i].Values {
			text := template.Format(o.spell(b.Fields[j].Name, v))
			if text == "" {
				text = null
			}
			line = append(line, text)
		}
		_ = w.Write(line) // its errors come back from Flush
	}
	w.Flush()
	return &web.Request{
		Method: http.MethodPut, URL: d.base + "/jobs/ingest/" + id + "/batches", Header: http.Header{"Content-Type": {"text/csv; charset=UTF-8"}}, Body: out.Bytes(),
	}, w.Error()
}

// sendJob writes a batch by a job: it is made, given its rows, closed, waited for, and asked which rows it refused. Another one writes the
// same records if the delivery ends in between.
func (d *destination) sendJob(ctx context.Context, o *object, b *syncs.Batch) ([]error, error) {
	request, err := d.create(b)
	if err != nil {
		return nil, err
	}
	var j job
	if err := d.read(ctx, request, &j); err != nil {
		return nil, err
	}
	if request, err = d.upload(o, b, j.ID); err != nil {
		return nil, err
	}
	if err := d.read(ctx, request, nil); err != nil {
		return nil, err
	}
	if err := d.ask(ctx, http.MethodPatch, "/jobs/ingest/"+j.ID, map[string]any{"state": "UploadComplete"}, &j); err != nil {
		return nil, err
	}
	for j.State != "JobComplete" && j.State != "Failed" && j.State != "Aborted" {
		if err := wait(ctx, d.poll); err != nil {
			return nil, err
		}
		if err := d.ask(ctx, http.MethodGet, "/jobs/ingest/"+j.ID, nil, &j); err != nil {
			return nil, err
		}
	}
	return d.results(ctx, b, &j)
}

func wait(ctx context.Context, length time.Duration) error {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// results are the outcomes of a job that has ended. A row that it tells nothing of was not tried, unless all were.
func (d *destination) results(ctx context.Context, b *syncs.Batch, j *job) ([]error, error) {
	out, places := make([]error, len(b.Rows)), make(map[string]int, len(b.Rows))
	whole := j.State == "JobComplete" && j.Processed == len(b.Rows)
	untried := &syncs.Error{Class: syncs.Transient, Message: "the job did not come to this row: " + strings.TrimSpace(j.State+" "+j.ErrorMessage)}
	for i := range b.Rows {
		places[key(template.Format(b.Rows[i].Values[0]))] = i
		if !whole {
			out[i] = untried
		}
	}
	told := 0
	tell := func(list string, of func(message string) error) error {
		return d.lines(ctx, "/jobs/ingest/"+j.ID+"/"+list, b.Key[0], func(k, message string) {
			if at, ok := places[key(k)]; ok {
				out[at] = of(message)
				told++
			}
		})
	}
	if !whole {
		if err := tell("successfulResults", func(string) error { return nil }); err != nil {
			return nil, err
		}
	}
	err := tell("failedResults", func(message string) error {
		code, words, _ := strings.Cut(message, ":")
		return outcome(b, code, words)
	})
	if err == nil && told == 0 && j.State != "JobComplete" {
		err = jobFailure(j)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// key is a key as it comes back: the CSV of answers has but line feeds.
func key(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// jobFailure is what a job that wrote nothing failed for.
func jobFailure(j *job) error {
	code, _, _ := strings.Cut(j.ErrorMessage, " ")
	code = strings.TrimSuffix(code, ":")
	class := classOf(strings.ToUpper(code), j.ErrorMessage)
	if class == "" {
		class = syncs.Transient
	}
	return &syncs.Error{Class: class, Message: "the job has ended as " + j.State + ": " + j.ErrorMessage}
}

// lines reads the keys and the errors of a list of results.
func (d *destination) lines(ctx context.Context, path, keyField string, line func(key, message string)) error {
	answer, err := d.client.Do(ctx, &web.Request{Method: http.MethodGet, URL: d.base + path, Header: http.Header{"Accept": {"text/csv"}}})
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(answer.Body))
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	at := slices.IndexFunc(header, func(name string) bool { return strings.EqualFold(name, keyField) })
	message := slices.Index(header, "sf__Error")
	if err != nil || at < 0 {
		return &syncs.Error{Class: syncs.Transient, Message: fmt.Sprintf("the results of the job have no column %s", keyField)}
	}
	for {
		values, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &syncs.Error{Class: syncs.Transient, Message: "the results of the job cannot be read: " + err.Error()}
		}
		words := ""
		if message >= 0 {
			words = values[message]
		}
		line(values[at], words)
	}
}

func (d *destination) renderJob(o *object, b *syncs.Batch) ([]string, error) {
	create, err := d.create(b)
	if err != nil {
		return nil, err
	}
	upload, err := d.upload(o, b, "JOB")
	if err != nil {
		return nil, err
	}
	return []string{d.client.Render(create), d.client.Render(upload)}, nil
}
