// Package http delivers rows to any HTTP API: method, URL, headers and body are templates, one request takes a batch or a row, and an
// answer may tell of each row.
package http

import (
	"context"
	"errors"
	nethttp "net/http"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name:      "http",
		Doc:       "Any HTTP API. URL, headers and body are templates: ${row.email} is a field, ${rows} all rows of a batch.",
		Settings:  settings(),
		Modes:     syncs.Modes(),
		Removals:  []syncs.Op{syncs.Delete, syncs.Clear, syncs.Archive},
		Limits:    syncs.Limits{Batch: 500, Bytes: 4 << 20, Concurrency: 4},
		Guarantee: guarantee,
		Open:      func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return open(c) },
	}
}

func settings() []syncs.Setting {
	own := []syncs.Setting{
		{Name: "url", Required: true, Doc: "where requests go; values are escaped for the place they have in it"},
		{Name: "method", Doc: "POST if it is not set"},
		{Name: "headers", Doc: "a mapping of further headers"},
		{Name: "body", Doc: "what a request says: a structure, or JSON as text; ${rows} or ${row} if it is not set"},
		{Name: "row", Doc: "what ${rows} has for each row; ${row} if it is not set"},
		{Name: "each", Doc: "batch or row: how many rows a request takes; row if URL, headers or body have fields of one"},
		{Name: "format", Doc: "of the body: json, jsonl (a line for each row), form or text; json if it is not set"},
		{Name: "insert", Doc: "method, url, headers, body, row, each and format of inserts, where they differ"},
		{Name: "update", Doc: "the same of updates"},
		{Name: "delete", Doc: "the same of deletes, whose method is DELETE if it is not set"},
		{Name: "clear", Doc: "the same of rows whose fields are to be emptied"},
		{Name: "archive", Doc: "the same of rows that are to be archived"},
		{Name: "errors", Doc: "where an answer that is a success tells of rows that are refused: a mapping with list (the path of a list), index or " +
			"key (the path of a row's place, or of its key, in an item of the list), ok (the path of what is true for a row that was taken) " +
			"and message (the path of the words)"},
		{Name: "idempotent", Doc: "true if the same request twice has the effect of one"},
		{Name: "idempotency_header", Doc: "the header that is the same for the same rows; Idempotency-Key if it is not set, none if it is empty"},
		{Name: "check", Doc: "a URL that is asked, before rows are sent, whether we are let in"},
		web.AuthSetting(),
	}
	return append(own, web.Settings()...)
}

// guarantee follows from the methods (https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2), or from what the settings say.
func guarantee(c syncs.Config, m syncs.Mode) syncs.Guarantee {
	if c.Bool("idempotent", false) {
		return syncs.Idempotent
	}
	ops := []syncs.Op{syncs.Insert, syncs.Update}
	switch m {
	case syncs.InsertMode, syncs.AppendMode:
		ops = ops[:1]
	case syncs.UpdateMode:
		ops = ops[1:]
	}
	for _, op := range ops {
		if method := merge(c, op).String("method", "POST"); method != nethttp.MethodPut {
			return syncs.Duplicates
		}
	}
	return syncs.Idempotent
}

type destination struct {
	client  *web.Client
	calls   map[syncs.Op]*call
	answers *answers // nil if a success is one for every row
	key     string   // header
	check   string
}

func open(c syncs.Config) (syncs.Destination, error) {
	d := &destination{client: web.NewClient(c, 0), calls: map[syncs.Op]*call{}, key: c.String("idempotency_header", "Idempotency-Key"), check: c.String("check", "")}
	auth, err := d.client.NewAuth(c)
	d.client.Auth = auth
	errs := []error{err}
	for _, op := range []syncs.Op{syncs.Insert, syncs.Update, syncs.Delete, syncs.Clear, syncs.Archive} {
		if c.Map(string(op)) == nil && op != syncs.Insert && op != syncs.Update {
			continue
		}
		d.calls[op], err = newCall(merge(c, op))
		errs = append(errs, err)
	}
	d.answers, err = newAnswers(c.Map("errors"))
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, web.Mistake("%v", err)
	}
	return d, nil
}

func (d *destination) Close() error { return d.client.Close() }

// Send makes one request of the batch, or one of each row.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	call, err := d.call(b.Op)
	if err != nil {
		return nil, err
	}
	if call.each {
		return web.EachRow(ctx, b, func(ctx context.Context, one *syncs.Batch) error { return d.sendRow(ctx, call, one) })
	}
	request, err := d.request(call, b)
	if err != nil {
		return nil, err
	}
	answer, err := d.client.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	return d.answers.outcomes(b, answer)
}

// sendRow sends a batch of one row. What is gone already need not be deleted; another row that is not found is refused.
func (d *destination) sendRow(ctx context.Context, call *call, one *syncs.Batch) error {
	request, err := d.request(call, one)
	if err != nil {
		return err
	}
	answer, err := d.client.Do(ctx, request)
	if err == nil {
		var outcomes []error
		if outcomes, err = d.answers.outcomes(one, answer); err == nil {
			return outcomes[0]
		}
		return err
	}
	var failure *syncs.Error
	if errors.As(err, &failure) && failure.Class == syncs.Missing && call.ofRow() {
		if one.Op == syncs.Delete {
			return nil
		}
		failure.Class = syncs.Rejected
	}
	return err
}

func (d *destination) call(op syncs.Op) (*call, error) {
	if call := d.calls[op]; call != nil {
		return call, nil
	}
	return nil, web.Mistake("the destination's settings do not say how to %s: set %q to a mapping with its method and url", op, op)
}

func (d *destination) request(c *call, b *syncs.Batch) (*web.Request, error) {
	r, err := c.request(b)
	if err == nil && d.key != "" {
		r.Header.Set(d.key, b.IdempotencyKey())
	}
	return r, err
}

// Render shows the requests of a batch.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	call, err := d.call(b.Op)
	if err != nil {
		return nil, err
	}
	m := web.Messages{Client: d.client, Each: call.each, Request: func(b *syncs.Batch) (*web.Request, error) { return d.request(call, b) }}
	return m.Render(b)
}

// Check finds the names in the templates that are no fields of the target, and asks the URL of the setting check.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	ops := []syncs.Op{syncs.Insert, syncs.Update}
	if t.Removal != "" {
		ops = append(ops, t.Removal)
	}
	for _, op := range ops {
		call, err := d.call(op)
		if err != nil {
			return err
		}
		if err := call.check(op, t); err != nil {
			return err
		}
	}
	if d.check == "" {
		return context.Cause(ctx)
	}
	_, err := d.client.Do(ctx, &web.Request{Method: nethttp.MethodGet, URL: d.check})
	return err
}
