// Package salesforce delivers rows to records of Salesforce: up to 200 a request by sObject Collections
// (https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm), and many by jobs of
// Bulk API 2.0 (https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0.htm).
package salesforce

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

const (
	// mostRecords is how many records a request of sObject Collections takes.
	mostRecords = 200
	// mostRows are those of one internal batch of a bulk job.
	mostRows = 10000
	// bulkFrom is from how many rows on Salesforce recommends a bulk job.
	bulkFrom = 2000
	ownID    = "Id"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "salesforce",
		Doc:  "Records of Salesforce, found by an external ID; many at once by Bulk API 2.0.",
		Settings: append([]syncs.Setting{
			{Name: "url", Required: true, Doc: "of the organization, such as https://mycompany.my.salesforce.com"},
			{Name: "client_id", Doc: "of a connected app that is let in by client credentials"},
			{Name: "client_secret", Secret: true, Doc: "of the app"},
			{Name: "refresh_token", Secret: true, Doc: "that a user has given the app, in place of its own credentials"},
			{Name: "token", Secret: true, Doc: "an access token, in place of an app"},
			{Name: "version", Doc: "of the API; v62.0 if it is not set"},
			{Name: "bulk_from", Doc: "rows of a batch from which on it becomes a bulk job; 2000 if it is not set"},
			{Name: "poll", Doc: "how long to wait before a bulk job is asked for again; 5s if it is not set"},
		}, web.Settings()...),
		Modes:     []syncs.Mode{syncs.UpsertMode, syncs.MirrorMode, syncs.InsertMode, syncs.UpdateMode},
		Removals:  []syncs.Op{syncs.Delete, syncs.Clear},
		Limits:    syncs.Limits{Batch: mostRows, Bytes: 16 << 20, Concurrency: 2},
		Guarantee: func(syncs.Config, syncs.Mode) syncs.Guarantee { return syncs.Idempotent },
		Open:      func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return open(c) },
	}
}

type destination struct {
	client   *web.Client
	base     string // of the API's version
	bulkFrom int
	poll     time.Duration

	mu      sync.Mutex
	objects map[string]*object // by name, once they were asked for
}

func open(c syncs.Config) (syncs.Destination, error) {
	root := strings.TrimSuffix(c.String("url", ""), "/")
	d := &destination{
		client: web.NewClient(c, 0), base: root + "/services/data/" + c.String("version", "v62.0"),
		bulkFrom: c.Int("bulk_from", bulkFrom), poll: c.Duration("poll", 5*time.Second), objects: map[string]*object{},
	}
	d.client.Classify = classify
	d.client.MostBody = 64 << 20 // a job gives back the rows it had
	token, app := c.String("token", ""), c.String("client_id", "")
	if (token == "") == (app == "") {
		return nil, web.Mistake("set client_id and client_secret of a connected app, or token")
	}
	auth := map[string]any{"type": "bearer", "token": token}
	if app != "" {
		auth = map[string]any{
			"type": "oauth2", "token_url": root + "/services/oauth2/token", "client_id": app,
			"client_secret": c.String("client_secret", ""), "refresh_token": c.String("refresh_token", ""),
		}
	}
	var err error
	d.client.Auth, err = d.client.NewAuth(syncs.Config{"auth": auth})
	return d, err
}

func (d *destination) Close() error { return d.client.Close() }

// request is one of the API, with a body of JSON; nil for none.
func (d *destination) request(method, path string, body any) (*web.Request, error) {
	r := &web.Request{Method: method, URL: d.base + path, Header: http.Header{"Accept": {"application/json"}}}
	if body == nil {
		return r, nil
	}
	r.Header.Set("Content-Type", "application/json")
	var err error
	r.Body, err = template.JSON(body)
	return r, err
}

// ask makes a request and decodes what it is answered.
func (d *destination) ask(ctx context.Context, method, path string, body, into any) error {
	r, err := d.request(method, path, body)
	if err != nil {
		return err
	}
	return d.read(ctx, r, into)
}

// Send writes a batch: a large one by a job, a small one by requests of [mostRecords].
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	o, err := d.describe(ctx, b.Object)
	if err != nil {
		return nil, err
	}
	if d.bulk(b) {
		return d.sendJob(ctx, o, b)
	}
	return web.InParts(ctx, b, mostRecords, func(ctx context.Context, part *syncs.Batch) ([]error, error) {
		return d.sendCollection(ctx, o, part)
	})
}

// Render shows the requests of a batch. Those that need IDs of Salesforce's have them looked up first, and are shown with the key.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	o := &object{}
	if d.bulk(b) {
		return d.renderJob(o, b)
	}
	var out []string
	for from := 0; from < len(b.Rows); from += mostRecords {
		part := &syncs.Batch{Target: b.Target, Run: b.Run, Op: b.Op, Rows: b.Rows[from:min(from+mostRecords, len(b.Rows))]}
		ids := make([]string, len(part.Rows))
		for i := range ids {
			ids[i] = "the ID of " + template.Format(part.Rows[i].Values[0])
		}
		r, err := d.collection(o, part, ids)
		if err != nil {
			return nil, err
		}
		out = append(out, d.client.Render(r))
	}
	return out, nil
}
