package http

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	nethttp "net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

// call is how rows of one op are sent.
type call struct {
	method    string
	path      *template.Text // the URL up to its query
	query     *template.Text // from the question mark on
	headers   map[string]*template.Text
	body, row *template.Value // body is nil for none
	format    string
	each      bool // a request for each row
}

// merge is the settings of an op: its own, and where it has none those of all.
func merge(c syncs.Config, op syncs.Op) syncs.Config {
	out := syncs.Config{}
	for _, name := range []string{"method", "url", "headers", "body", "row", "each", "format"} {
		if v, ok := c[name]; ok {
			out[name] = v
		}
	}
	if op == syncs.Delete {
		out["method"] = nethttp.MethodDelete
		delete(out, "body")
	}
	maps.Copy(out, c.Map(string(op)))
	return out
}

func newCall(c syncs.Config) (*call, error) {
	out := &call{method: strings.ToUpper(c.String("method", nethttp.MethodPost)), format: c.String("format", "json"), headers: map[string]*template.Text{}}
	var errs []error
	wrong := func(setting string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", setting, err))
		}
	}
	address, err := template.ParseText(c.String("url", ""))
	wrong("url", err)
	for name, value := range c.Map("headers") {
		out.headers[name], err = template.ParseText(template.Format(value))
		wrong("header "+name, err)
	}
	out.row, err = structure(out.format, c["row"])
	wrong("row", err)
	if c["body"] != nil {
		out.body, err = structure(out.format, c["body"])
		wrong("body", err)
	}
	if !slices.Contains([]string{"json", "jsonl", "form", "text"}, out.format) {
		wrong("format", fmt.Errorf("%q is none: there are json, jsonl, form and text", out.format))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	out.path, out.query = address.Split("?")
	if err := out.decideEach(c.String("each", "")); err != nil {
		return nil, err
	}
	return out, out.usualBody()
}

// usualBody is the rows, or the one row, where no body is set and the method has one.
func (c *call) usualBody() (err error) {
	bare := c.method == nethttp.MethodGet || c.method == nethttp.MethodDelete || c.method == nethttp.MethodHead
	switch {
	case c.body != nil || bare:
	case c.each:
		c.body = c.row
	default:
		c.body, err = template.ParseValue("${rows}")
	}
	return err
}

// structure parses a body, or what stands for a row in one; the row itself if it is not set. JSON that stands in a text is taken as the structure it is, so that values cannot break it.
func structure(format string, v any) (*template.Value, error) {
	text, ok := v.(string)
	switch {
	case v == nil:
		return template.ParseValue("${row}")
	case !ok || format == "text" || strings.HasPrefix(strings.TrimSpace(text), "${"):
		return template.ParseValue(v)
	}
	decoded, ok := web.Decode([]byte(text))
	if !ok {
		return nil, errors.New("this is no JSON: a name stands in quotes there, or write it as a mapping; format: text takes any text")
	}
	return template.ParseValue(decoded)
}

// decideEach finds out whether a request is of one row or of a batch.
func (c *call) decideEach(setting string) error {
	switch setting {
	case "row":
		c.each = true
	case "":
		c.each = slices.ContainsFunc(c.names(), ofRow)
	case "batch":
		if slices.ContainsFunc(c.names(), ofRow) {
			return errors.New("each: a request for a batch cannot have fields of one row in its URL, headers or body")
		}
	default:
		return fmt.Errorf("each: %q is neither row nor batch", setting)
	}
	return nil
}

// ofRow tells whether a name stands for something of a single row.
func ofRow(name string) bool {
	return name == "row" || name == "key" || strings.HasPrefix(name, "row.")
}

// ofRow tells whether the URL is that of a single record.
func (c *call) ofRow() bool { return slices.ContainsFunc(c.path.Names(), ofRow) }

// names are those in the templates of a request.
func (c *call) names() []string {
	out := append(c.path.Names(), c.query.Names()...)
	for _, name := range slices.Sorted(maps.Keys(c.headers)) {
		out = append(out, c.headers[name].Names()...)
	}
	if c.body != nil && c.format != "jsonl" {
		out = append(out, c.body.Names()...)
	}
	return out
}

// check holds the names against the fields that rows of an op have.
func (c *call) check(op syncs.Op, t *syncs.Target) error {
	fields := t.Fields
	if op != syncs.Insert && op != syncs.Update {
		fields = t.Fields[:len(t.Key)]
	}
	return template.Missing("the request to "+string(op), append(c.names(), c.row.Names()...), fields)
}

// request fills the templates for a batch; one of a row has a batch of that row alone.
func (c *call) request(b *syncs.Batch) (*web.Request, error) {
	scope := template.Scope{Batch: b}
	if c.each {
		scope.Row = &b.Rows[0]
	}
	address, err := c.address(scope)
	if err != nil {
		return nil, err
	}
	r := &web.Request{Method: c.method, URL: address, Header: nethttp.Header{}}
	if r.Body, err = c.encode(scope, r.Header); err != nil {
		return nil, err
	}
	for name, text := range c.headers {
		value, err := text.Expand(scope, nil)
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(value, "\r\n\x00") {
			return nil, refused("a value cannot stand in the header %s: it has more than one line", name)
		}
		r.Header.Set(name, value)
	}
	return r, nil
}

func refused(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Rejected, Message: fmt.Sprintf(format, args...)}
}

// address fills the URL. A value that is empty, or stands for another folder, would make it the URL of something else.
func (c *call) address(scope template.Scope) (string, error) {
	bad := false
	path, err := c.path.Expand(scope, func(value string) string {
		bad = bad || value == "" || value == "." || value == ".."
		return url.PathEscape(value)
	})
	if err == nil && bad {
		err = refused("a value cannot stand in the URL: it is empty or consists of dots")
	}
	if err != nil {
		return "", err
	}
	query, err := c.query.Expand(scope, url.QueryEscape)
	return path + query, err
}

// encode fills the body and names its type.
func (c *call) encode(scope template.Scope, header nethttp.Header) ([]byte, error) {
	if c.body == nil {
		return nil, nil
	}
	if c.format == "jsonl" {
		header.Set("Content-Type", "application/x-ndjson")
		return c.lines(scope)
	}
	if slices.Contains(c.body.Names(), "rows") {
		rows, err := c.rows(scope)
		if err != nil {
			return nil, err
		}
		scope.Rows = rows
	}
	filled, err := c.body.Fill(scope)
	if err != nil {
		return nil, err
	}
	switch c.format {
	case "form":
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		return form(filled)
	case "text":
		header.Set("Content-Type", "text/plain; charset=utf-8")
		return []byte(template.Format(filled)), nil
	default:
		header.Set("Content-Type", "application/json")
		return template.JSON(filled)
	}
}

// rows fills the template of a row for each.
func (c *call) rows(scope template.Scope) ([]any, error) {
	out := make([]any, len(scope.Batch.Rows))
	for i := range scope.Batch.Rows {
		scope.Row = &scope.Batch.Rows[i]
		var err error
		if out[i], err = c.row.Fill(scope); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *call) lines(scope template.Scope) ([]byte, error) {
	rows, err := c.rows(scope)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, row := range rows {
		line, err := template.JSON(row)
		if err != nil {
			return nil, err
		}
		out.Write(append(line, '\n'))
	}
	return out.Bytes(), nil
}

// form writes a mapping as forms have it (https://url.spec.whatwg.org/#urlencoded-serializing).
func form(v any) ([]byte, error) {
	text, err := template.JSON(v)
	if err != nil {
		return nil, err
	}
	decoded, _ := web.Decode(text) // it has just been written
	mapping, ok := decoded.(map[string]any)
	if !ok {
		return nil, web.Mistake("body: a form is a mapping")
	}
	values := url.Values{}
	for name, value := range mapping {
		values.Set(name, template.Format(value))
	}
	return []byte(values.Encode()), nil
}
