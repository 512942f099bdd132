// Package sheets delivers rows to a sheet of Google Sheets whose first row names the fields
// (https://developers.google.com/workspace/sheets/api/reference/rest).
package sheets

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

const (
	api = "https://sheets.googleapis.com"
	// pace keeps to 60 reads and 60 writes a minute and user (https://developers.google.com/workspace/sheets/api/limits).
	pace = 1
)

// New is the kind. Rows move when others are deleted, so that one batch is written at a time.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "sheets",
		Doc:  "A sheet of Google Sheets, whose first row names the fields; people may add columns of their own.",
		Settings: append([]syncs.Setting{
			{Name: "spreadsheet", Required: true, Doc: "the ID in the spreadsheet's address"},
			{Name: "credentials", Required: true, Secret: true, Doc: "the key of a service account, as JSON; the spreadsheet must be shared with it"},
			{Name: "url", Doc: "where the API is, if not at " + api},
		}, web.Settings()...),
		Modes:    []syncs.Mode{syncs.UpsertMode, syncs.MirrorMode, syncs.InsertMode, syncs.UpdateMode, syncs.AppendMode},
		Removals: []syncs.Op{syncs.Delete, syncs.Clear},
		Limits:   syncs.Limits{Batch: 1000, Bytes: 2 << 20, Concurrency: 1},
		Guarantee: func(_ syncs.Config, m syncs.Mode) syncs.Guarantee {
			if m == syncs.AppendMode {
				return syncs.Duplicates
			}
			return syncs.Idempotent
		},
		Open: func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return open(c) },
	}
}

type destination struct {
	client *web.Client
	base   string        // of the spreadsheet
	turn   chan struct{} // whoever holds it may write
}

func open(c syncs.Config) (syncs.Destination, error) {
	d := &destination{client: web.NewClient(c, pace), turn: make(chan struct{}, 1)}
	d.base = c.String("url", api) + "/v4/spreadsheets/" + url.PathEscape(c.String("spreadsheet", ""))
	d.client.Classify = classify
	var key struct {
		ClientEmail  string `json:"client_email"`
		PrivateKey   string `json:"private_key"`
		PrivateKeyID string `json:"private_key_id"`
		TokenURI     string `json:"token_uri"`
	}
	if json.Unmarshal([]byte(c.String("credentials", "")), &key) != nil || key.ClientEmail == "" || key.PrivateKey == "" || key.TokenURI == "" {
		return nil, web.Mistake("credentials: this is no key of a service account: it is JSON with client_email, private_key and token_uri")
	}
	d.client.Secrets.Add(key.PrivateKey)
	config := jwt.Config{
		Email: key.ClientEmail, PrivateKey: []byte(key.PrivateKey), PrivateKeyID: key.PrivateKeyID, TokenURL: key.TokenURI,
		Scopes: []string{"https://www.googleapis.com/auth/spreadsheets"},
	}
	d.client.Auth = d.client.NewTokens(func(ctx context.Context, _ *oauth2.Token) (*oauth2.Token, error) {
		return config.TokenSource(ctx).Token()
	})
	return d, nil
}

func (d *destination) Close() error { return d.client.Close() }

// classify tells a quota of the day, and a spreadsheet that is full, from a quota of the minute; and a sheet that is not there from a value
// that is refused.
func classify(r *web.Response) *syncs.Error {
	e := web.Failure(r)
	switch {
	case e.Class == syncs.Limited && strings.Contains(e.Message, "per day"), strings.Contains(e.Message, "above the limit of"):
		e.Class = syncs.Exhausted
	case strings.Contains(e.Message, "Unable to parse range"):
		e.Class = syncs.Missing
	}
	return e
}

// ask makes a request and decodes what it is answered; into may be nil.
func (d *destination) ask(ctx context.Context, r *web.Request, into any) error {
	answer, err := d.client.Do(ctx, r)
	if err != nil || into == nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(string(answer.Body)))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return &syncs.Error{Class: syncs.Transient, Message: "Google's answer cannot be read: " + err.Error()}
	}
	return nil
}

func (d *destination) post(path string, body any) (*web.Request, error) {
	text, err := template.JSON(body)
	return &web.Request{Method: http.MethodPost, URL: d.base + path, Header: http.Header{"Content-Type": {"application/json"}}, Body: text}, err
}

// ranges reads ranges of cells, row by row, values as they are held.
func (d *destination) ranges(ctx context.Context, ranges ...string) ([][][]any, error) {
	q := url.Values{"ranges": ranges, "valueRenderOption": {"UNFORMATTED_VALUE"}, "dateTimeRenderOption": {"FORMATTED_STRING"}}
	var read struct{ ValueRanges []struct{ Values [][]any } }
	if err := d.ask(ctx, &web.Request{Method: http.MethodGet, URL: d.base + "/values:batchGet?" + q.Encode()}, &read); err != nil {
		return nil, err
	}
	if len(read.ValueRanges) != len(ranges) {
		return nil, &syncs.Error{Class: syncs.Transient, Message: fmt.Sprintf("Google told of %d ranges of %d", len(read.ValueRanges), len(ranges))}
	}
	var out [][][]any
	for _, r := range read.ValueRanges {
		out = append(out, r.Values)
	}
	return out, nil
}

// columns finds where the fields of a target stand, by the names in the first row.
func (d *destination) columns(ctx context.Context, t *syncs.Target) ([]int, error) {
	read, err := d.ranges(ctx, quote(t.Object)+"!1:1")
	if err != nil {
		return nil, err
	}
	var names []string
	if len(read[0]) > 0 {
		for _, v := range read[0][0] {
			names = append(names, template.Format(v))
		}
	}
	out := make([]int, len(t.Fields))
	for i, f := range t.Fields {
		if out[i] = slices.Index(names, f.Name); out[i] < 0 {
			return nil, &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("the first row of sheet %q has no %q", t.Object, f.Name)}
		}
	}
	return out, nil
}

// Check finds fields that the first row does not name.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	_, err := d.columns(ctx, t)
	return err
}

// quote is a sheet's name as ranges have it.
func quote(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

// letters is the name of a column, counted from 0.
func letters(column int) string {
	if column < 26 {
		return string(rune('A' + column))
	}
	return letters(column/26-1) + string(rune('A'+column%26))
}
