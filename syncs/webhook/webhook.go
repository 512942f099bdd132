// Package webhook tells a server of every change as an event, signed as Standard Webhooks has it (https://www.standardwebhooks.com).
package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	nethttp "net/http"
	"slices"
	"strings"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "webhook",
		Doc:  "A server that is told of every change as an event, signed as Standard Webhooks has it.",
		Settings: append([]syncs.Setting{
			{Name: "url", Required: true, Secret: true, Doc: "where events are posted"},
			{Name: "secret", Secret: true, Doc: "the key that signs events: whsec_ and base64, or any text; none are signed if it is not set"},
			web.EachSetting("an event"),
			{Name: "idempotent", Doc: "true if the server passes over an event whose webhook-id it has had"},
			{Name: "headers", Doc: "a mapping of further headers"},
			web.AuthSetting(),
		}, web.Settings()...),
		Modes:    syncs.Modes(),
		Removals: []syncs.Op{syncs.Delete, syncs.Clear, syncs.Archive},
		Limits:   syncs.Limits{Batch: 100, Bytes: 1 << 20, Concurrency: 4},
		Guarantee: func(c syncs.Config, _ syncs.Mode) syncs.Guarantee {
			if c.Bool("idempotent", false) {
				return syncs.Idempotent
			}
			return syncs.Duplicates
		},
		Open: func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return open(c) },
	}
}

type destination struct {
	web.Messages
	url    string
	header nethttp.Header
}

func open(c syncs.Config) (syncs.Destination, error) {
	d := &destination{url: c.String("url", ""), header: nethttp.Header{"Content-Type": {"application/json"}}}
	d.Messages = web.Messages{Client: web.NewClient(c, 0), Request: d.request}
	d.Secrets.Add(d.url)
	for name, value := range c.Map("headers") {
		d.header.Set(name, template.Format(value))
	}
	var err error
	if d.Each, err = web.ReadEach(c); err != nil {
		return nil, err
	}
	auth, err := d.NewAuth(c)
	if err != nil {
		return nil, err
	}
	d.Auth = auth
	if secret := c.String("secret", ""); secret != "" {
		if auth != nil {
			return nil, web.Mistake("set secret or auth, not both: one request is let in by one of them")
		}
		d.Secrets.Add(secret)
		d.Auth, err = signature(secret)
	}
	return d, err
}

// signature is the one of https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
func signature(secret string) (*web.Signature, error) {
	key := []byte(secret)
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return nil, web.Mistake("secret: what comes after whsec_ is no base64")
		}
	}
	return &web.Signature{
		Key: key, Header: "webhook-signature", Prefix: "v1,", Timestamp: "webhook-timestamp", ID: "webhook-id", Payload: "${id}.${timestamp}.${body}",
		Hash: sha256.New, Encode: base64.StdEncoding.EncodeToString,
	}, nil
}

// event is what the server is told. A row that is removed has but its key.
type event struct {
	Type   string     `json:"type"` // SYNC.OP
	Sync   string     `json:"sync"`
	Object string     `json:"object,omitempty"`
	Run    string     `json:"run"`
	Mode   syncs.Mode `json:"mode"`
	Op     syncs.Op   `json:"op"`
	Key    []string   `json:"key"` // the names of its fields
	Data   any        `json:"data"`
}

func (d *destination) request(b *syncs.Batch) (*web.Request, error) {
	e := event{Type: b.Sync + "." + string(b.Op), Sync: b.Sync, Object: b.Object, Run: b.Run, Mode: b.Mode, Op: b.Op, Key: b.Target.Key}
	if d.Each {
		e.Data = template.Record(b.Target, &b.Rows[0])
	} else {
		e.Data = template.Records(b)
	}
	body, err := template.JSON(e)
	if err != nil {
		return nil, err
	}
	header := d.header.Clone()
	header.Set("webhook-id", b.IdempotencyKey())
	return &web.Request{Method: nethttp.MethodPost, URL: d.url, Header: header, Body: body}, nil
}

// Check asks the server whether it can be reached; that it may not know the question is no fault.
func (d *destination) Check(ctx context.Context, _ *syncs.Target) error {
	_, err := d.Do(ctx, &web.Request{Method: nethttp.MethodOptions, URL: d.url})
	var e *syncs.Error
	if errors.As(err, &e) && slices.Contains([]syncs.Class{syncs.Broken, syncs.Rejected, syncs.Missing}, e.Class) {
		return nil
	}
	return err
}
