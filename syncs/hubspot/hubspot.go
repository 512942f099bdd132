// Package hubspot delivers rows to records of HubSpot's CRM, by the batch endpoints of its objects
// (https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/objects/guide).
package hubspot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

const (
	api = "https://api.hubapi.com"
	// ownID is the property that HubSpot gives each record itself.
	ownID = "hs_object_id"
)

// New is the kind. Its limits are those of https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines: inputs of a
// batch, and of the least of its plans 100 requests in ten seconds for all that use the account.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "hubspot",
		Doc:  "Records of HubSpot's CRM: contacts, companies, deals or any other object, found by a property with unique values.",
		Settings: append([]syncs.Setting{
			{Name: "token", Secret: true, Doc: "the access token of a private app"},
			web.AuthSetting(),
			{Name: "url", Doc: "where the API is, if not at " + api},
		}, web.Settings()...),
		Modes:     []syncs.Mode{syncs.UpsertMode, syncs.MirrorMode, syncs.InsertMode, syncs.UpdateMode},
		Removals:  []syncs.Op{syncs.Delete, syncs.Clear},
		Limits:    syncs.Limits{Batch: 100, Concurrency: 3, Rate: 8},
		Guarantee: func(syncs.Config, syncs.Mode) syncs.Guarantee { return syncs.Idempotent },
		Open:      func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return open(c) },
	}
}

type destination struct {
	client *web.Client
	url    string
}

func open(c syncs.Config) (syncs.Destination, error) {
	d := &destination{client: web.NewClient(c, 0), url: c.String("url", api)}
	d.client.Classify = classify
	auth, err := d.client.NewAuth(c)
	if err != nil {
		return nil, err
	}
	token := c.String("token", "")
	switch {
	case (token == "") == (auth == nil):
		return nil, web.Mistake("set token, or auth: HubSpot lets in private apps by a token, and others by OAuth2")
	case auth == nil:
		d.client.Secrets.Add(token)
		auth = web.Header("Authorization", "Bearer "+token)
	}
	d.client.Auth = auth
	return d, nil
}

func (d *destination) Close() error { return d.client.Close() }

// input is a record of a batch.
type input struct {
	ID         string            `json:"id,omitempty"`
	IDProperty string            `json:"idProperty,omitempty"`
	Properties map[string]string `json:"properties,omitempty"`
	// Trace has a record that is refused told by it, and the others of the batch written
	// (https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors).
	Trace string `json:"objectWriteTraceId,omitempty"`
}

// verb is the batch endpoint of an op.
func verb(b *syncs.Batch) string {
	switch {
	case b.Op == syncs.Clear, b.Mode == syncs.UpdateMode:
		return "update"
	case b.Mode == syncs.InsertMode:
		return "create"
	default:
		return "upsert"
	}
}

// request is that of a batch, but of deletes.
func (d *destination) request(b *syncs.Batch) (*web.Request, error) {
	verb, key := verb(b), b.Key[0]
	inputs := make([]input, len(b.Rows))
	for i := range b.Rows {
		in := input{Trace: trace(&b.Rows[i]), Properties: properties(b, &b.Rows[i])}
		if verb != "create" {
			in.ID = text(b.Rows[i].Values[0])
			delete(in.Properties, key)
		}
		if key == ownID {
			delete(in.Properties, key)
		} else if verb != "create" {
			in.IDProperty = key
		}
		inputs[i] = in
	}
	return d.post(b.Target, verb, map[string]any{"inputs": inputs})
}

// properties are the values of a row; null empties a property, as does clearing it.
func properties(b *syncs.Batch, r *syncs.Row) map[string]string {
	out := make(map[string]string, len(b.Fields))
	for i, f := range b.Fields {
		out[f.Name] = ""
		if i < len(r.Values) {
			out[f.Name] = text(r.Values[i])
		}
	}
	return out
}

// text is a value as properties have it: times in milliseconds and UTC, the choices of a list with semicolons between
// (https://developers.hubspot.com/docs/api-reference/legacy/crm/properties/guide#property-type-and-fieldtype-values).
func text(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	case []any:
		out := ""
		for i, item := range v {
			if i > 0 {
				out += ";"
			}
			out += template.Format(item)
		}
		return out
	default:
		return template.Format(v)
	}
}

func (d *destination) objects(t *syncs.Target, verb string) string {
	return d.url + "/crm/v3/objects/" + url.PathEscape(t.Object) + "/batch/" + verb
}

func (d *destination) post(t *syncs.Target, verb string, body any) (*web.Request, error) {
	text, err := template.JSON(body)
	header := http.Header{"Content-Type": {"application/json"}}
	return &web.Request{Method: http.MethodPost, URL: d.objects(t, verb), Header: header, Body: text}, err
}

// Send writes a batch.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	if b.Op == syncs.Delete {
		return d.remove(ctx, b)
	}
	request, err := d.request(b)
	if err != nil {
		return nil, err
	}
	answer, err := d.client.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	return outcomes(b, answer)
}

// remove archives the records of a batch, which HubSpot keeps for 90 days. It takes its own IDs there, which are looked up first.
func (d *destination) remove(ctx context.Context, b *syncs.Batch) ([]error, error) {
	ids, err := d.lookup(ctx, b)
	if err != nil || len(ids) == 0 {
		return make([]error, len(b.Rows)), err
	}
	request, err := d.post(b.Target, "archive", map[string]any{"inputs": ids})
	if err != nil {
		return nil, err
	}
	if _, err := d.client.Do(ctx, request); err != nil {
		return nil, err
	}
	return make([]error, len(b.Rows)), nil
}

// lookup finds the IDs of the records of a batch that are there.
func (d *destination) lookup(ctx context.Context, b *syncs.Batch) ([]input, error) {
	if b.Key[0] == ownID {
		return keys(b, ""), nil
	}
	request, err := d.post(b.Target, "read", reading(b))
	if err != nil {
		return nil, err
	}
	answer, err := d.client.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	var found struct{ Results []input }
	if err := json.Unmarshal(answer.Body, &found); err != nil {
		return nil, unreadable(err)
	}
	for i := range found.Results {
		found.Results[i] = input{ID: found.Results[i].ID}
	}
	return found.Results, nil
}

// keys are the inputs that have but the key of a row.
func keys(b *syncs.Batch, before string) []input {
	out := make([]input, len(b.Rows))
	for i := range b.Rows {
		out[i].ID = before + text(b.Rows[i].Values[0])
	}
	return out
}

// reading asks for the records of a batch.
func reading(b *syncs.Batch) any {
	return map[string]any{"idProperty": b.Key[0], "properties": b.Key, "inputs": keys(b, "")}
}

// Render shows the request of a batch; of deletes, that which finds the records and that which archives them.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	if b.Op != syncs.Delete {
		request, err := d.request(b)
		if err != nil {
			return nil, err
		}
		return []string{d.client.Render(request)}, nil
	}
	read, err := d.post(b.Target, "read", reading(b))
	if err != nil {
		return nil, err
	}
	archive, err := d.post(b.Target, "archive", map[string]any{"inputs": keys(b, "the ID of ")})
	if err != nil {
		return nil, err
	}
	return []string{d.client.Render(read), d.client.Render(archive)}, nil
}

// Check finds the properties that an object does not have, or that cannot be its key.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	if len(t.Key) != 1 {
		return web.Mistake("a record of HubSpot is found by one property, and the key is %v", t.Key)
	}
	answer, err := d.client.Do(ctx, &web.Request{Method: http.MethodGet, URL: d.url + "/crm/v3/properties/" + url.PathEscape(t.Object)})
	if err != nil {
		return about(t.Object, err)
	}
	var there struct{ Results []property }
	if err := json.Unmarshal(answer.Body, &there); err != nil {
		return unreadable(err)
	}
	for _, f := range t.Fields {
		at := slices.IndexFunc(there.Results, func(p property) bool { return p.Name == f.Name })
		switch {
		case at < 0:
			return &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("%s has no property %q", t.Object, f.Name)}
		case f.Name == t.Key[0]:
			if !there.Results[at].identifies(t.Object) {
				return web.Mistake("the property %q of %s is no key: its values need not be unique", f.Name, t.Object)
			}
		case there.Results[at].ModificationMetadata.ReadOnlyValue:
			return web.Mistake("the property %q of %s can only be read", f.Name, t.Object)
		}
	}
	return nil
}

// property is one of an object's.
type property struct {
	Name                 string
	HasUniqueValue       bool
	ModificationMetadata struct{ ReadOnlyValue bool }
}

// identifies tells whether records can be found by it. A contact's address is unique without being told as such.
func (p *property) identifies(object string) bool {
	contact := object == "contacts" || object == "contact" || object == "0-1"
	return p.HasUniqueValue || p.Name == ownID || contact && p.Name == "email"
}
