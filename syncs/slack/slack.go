// Package slack posts rows as messages to a Slack channel, by an incoming webhook
// (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks) or as a bot
// (https://docs.slack.dev/reference/methods/chat.postMessage).
package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

const (
	// pace is what a channel takes: a message a second (https://docs.slack.dev/apis/web-api/rate-limits).
	pace = 1
	// mostText is the length of a text after which Slack cuts it off (https://docs.slack.dev/changelog/2018-truncating-really-long-messages).
	mostText = 40000
	api      = "https://slack.com/api"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "slack",
		Doc:  "Messages in a Slack channel, one for each row or one for many.",
		Settings: append([]syncs.Setting{
			{Name: "url", Secret: true, Doc: "of an incoming webhook"},
			{Name: "token", Secret: true, Doc: "of a bot that may write to the channel, in place of url"},
			{Name: "channel", Doc: "where a bot writes, if the sync names no object"},
			{Name: "text", Doc: "the message, such as \"${row.name} has ordered\"; the fields if it is not set. Of a message for many rows it is the first line"},
			{Name: "line", Doc: "what a message for many rows says of each; the fields if it is not set"},
			web.EachSetting("a message"),
			{Name: "api", Doc: "where Slack's API is, if not at " + api},
		}, web.Settings()...),
		Modes:     []syncs.Mode{syncs.AppendMode, syncs.InsertMode},
		Limits:    syncs.Limits{Batch: 50},
		Guarantee: func(syncs.Config, syncs.Mode) syncs.Guarantee { return syncs.Duplicates },
		Open:      func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return open(c) },
	}
}

type destination struct {
	web.Messages
	url        string // of messages
	test       string // where a bot asks who it is; "" for an incoming webhook
	channel    string
	text, line *template.Text // nil for the fields
}

func open(c syncs.Config) (syncs.Destination, error) {
	d := &destination{url: c.String("url", ""), channel: c.String("channel", "")}
	d.Messages = web.Messages{Client: web.NewClient(c, pace), Request: d.request, Ask: d.ask}
	d.Classify = classify
	token := c.String("token", "")
	switch {
	case (d.url == "") == (token == ""):
		return nil, web.Mistake("set url, or token: messages are posted by an incoming webhook or by a bot")
	case token != "":
		base := c.String("api", api)
		d.url, d.test = base+"/chat.postMessage", base+"/auth.test"
		d.Auth = web.Header("Authorization", "Bearer "+token)
		d.Secrets.Add(token)
	default:
		d.Secrets.Add(d.url)
	}
	var err error
	d.Each, err = web.ReadEach(c)
	errs := []error{err}
	d.text, err = parse(c, "text")
	errs = append(errs, err)
	d.line, err = parse(c, "line")
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, web.Mistake("%v", err)
	}
	return d, nil
}

func parse(c syncs.Config, setting string) (*template.Text, error) {
	text := c.String(setting, "")
	if text == "" {
		return nil, nil
	}
	t, err := template.ParseText(text)
	if err != nil {
		return nil, web.Mistake("%s: %v", setting, err)
	}
	return t, nil
}

// message is the text that is posted. Values cannot be taken for a mention or a link.
func (d *destination) message(b *syncs.Batch) (string, error) {
	scope := template.Scope{Batch: b}
	if d.Each {
		scope.Row = &b.Rows[0]
		text, err := expand(d.text, scope)
		return shorten(text), err
	}
	var lines []string
	add := func(t *template.Text) error {
		line, err := expand(t, scope)
		lines = append(lines, line)
		return err
	}
	if d.text != nil {
		if err := add(d.text); err != nil {
			return "", err
		}
	}
	for i := range b.Rows {
		scope.Row = &b.Rows[i]
		if err := add(d.line); err != nil {
			return "", err
		}
	}
	return shorten(strings.Join(lines, "\n")), nil
}

func expand(t *template.Text, s template.Scope) (string, error) {
	if t != nil {
		return t.Expand(s, escape)
	}
	var parts []string
	for i, v := range s.Row.Values {
		parts = append(parts, escape(s.Batch.Fields[i].Name+": "+template.Format(v)))
	}
	return strings.Join(parts, ", "), nil
}

// escape takes their meaning from the signs of https://docs.slack.dev/messaging/formatting-message-text#escaping.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

func shorten(text string) string {
	if len(text) <= mostText {
		return text
	}
	cut := mostText - len("…")
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

func (d *destination) request(b *syncs.Batch) (*web.Request, error) {
	text, err := d.message(b)
	if err != nil {
		return nil, err
	}
	message := map[string]any{"text": text}
	if d.test != "" {
		message["channel"] = d.channelOf(b.Target)
	}
	body, err := template.JSON(message)
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	return &web.Request{Method: http.MethodPost, URL: d.url, Header: header, Body: body}, err
}

func (d *destination) channelOf(t *syncs.Target) string {
	if t.Object != "" {
		return t.Object
	}
	return d.channel
}

// ask sends a request. What a bot is answered tells inside whether it was taken.
func (d *destination) ask(ctx context.Context, r *web.Request) error {
	answer, err := d.Do(ctx, r)
	if err != nil || d.test == "" {
		return err
	}
	var told struct {
		OK    bool
		Error string
	}
	if json.Unmarshal(answer.Body, &told) != nil {
		return &syncs.Error{Class: syncs.Transient, Message: "Slack's answer is no JSON"}
	}
	if told.OK {
		return nil
	}
	return &syncs.Error{Class: classOf(told.Error), Message: told.Error}
}

// classify sorts the failures that have a status: an incoming webhook tells its error as the body's text.
func classify(r *web.Response) *syncs.Error {
	e := web.Failure(r)
	if class := classOf(strings.TrimSpace(string(r.Body))); e.Class != syncs.Limited && class != syncs.Rejected {
		e.Class = class
	}
	return e
}

// classOf sorts Slack's errors; one that is not known is of the message.
func classOf(code string) syncs.Class {
	switch code {
	case "channel_not_found", "channel_is_archived", "is_archived", "not_in_channel", "no_service", "no_team", "team_disabled", "user_not_found":
		return syncs.Missing
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "action_prohibited", "posting_to_general_channel_denied",
		"invalid_token", "no_permission", "restricted_action", "ekm_access_denied", "org_login_required":
		return syncs.Denied
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return syncs.Limited
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error":
		return syncs.Transient
	default:
		return syncs.Rejected
	}
}

// Check finds fields in the texts that there are not, and asks Slack who a bot is. An incoming webhook cannot be asked without a message.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	for name, text := range map[string]*template.Text{"text": d.text, "line": d.line} {
		if text == nil {
			continue
		}
		if err := template.Missing(name, text.Names(), t.Fields); err != nil {
			return err
		}
	}
	if d.test == "" {
		return d.reachable(ctx)
	}
	if d.channelOf(t) == "" {
		return web.Mistake("a bot needs to know where to write: set channel, or the sync's object")
	}
	return d.ask(ctx, &web.Request{Method: http.MethodPost, URL: d.test})
}

// reachable sends what is no message, and takes a refusal of it for a good sign.
func (d *destination) reachable(ctx context.Context) error {
	_, err := d.Do(ctx, &web.Request{Method: http.MethodPost, URL: d.url, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")})
	if err != nil && syncs.ClassOf(err) == syncs.Rejected {
		return nil
	}
	return err
}
