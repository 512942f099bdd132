// Package smtp sends rows as reports by mail (https://www.rfc-editor.org/rfc/rfc5321).
package smtp

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

// New is the kind.
func New() syncs.Kind {
	return syncs.Kind{
		Name: "smtp",
		Doc:  "Reports by mail: new and changed rows as a table, or as a CSV file with the mail.",
		Settings: []syncs.Setting{
			{Name: "host", Required: true, Doc: "of the mail server"},
			{Name: "port", Doc: "587 if it is not set, 465 for tls: implicit, 25 for tls: none"},
			{Name: "tls", Doc: "starttls, implicit or none; starttls if it is not set, without which nothing is sent"},
			{Name: "user", Doc: "who logs in; nobody if it is not set"},
			{Name: "password", Secret: true, Doc: "of the user"},
			{Name: "from", Required: true, Doc: "the sender"},
			{Name: "to", Required: true, Doc: "the receivers"},
			{Name: "subject", Doc: "such as \"${count} new orders\"; the sync's name and the number of rows if it is not set"},
			{Name: "text", Doc: "what the mail says before the rows"},
			{Name: "format", Doc: "table, or csv for a file with the mail; table if it is not set"},
			{Name: "timeout", Doc: "how long a connection may be silent; 30s if it is not set"},
		},
		Modes:     []syncs.Mode{syncs.AppendMode, syncs.InsertMode},
		Limits:    syncs.Limits{Batch: 1000, Bytes: 8 << 20},
		Guarantee: func(syncs.Config, syncs.Mode) syncs.Guarantee { return syncs.Duplicates },
		Open:      func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return open(c) },
	}
}

type destination struct {
	host          string
	options       []mail.Option
	from          string
	to            []string
	subject, text *template.Text
	csv           bool
	secrets       web.Secrets
}

func open(c syncs.Config) (syncs.Destination, error) {
	d := &destination{host: c.String("host", ""), from: c.String("from", ""), to: c.Strings("to"), csv: c.String("format", "table") == "csv"}
	var subject, text, connection error
	d.subject, subject = template.ParseText(c.String("subject", "${sync}: ${count} rows"))
	d.text, text = template.ParseText(c.String("text", ""))
	d.options, connection = connecting(c)
	d.secrets.Add(c.String("password", ""))
	if !slices.Contains([]string{"table", "csv"}, c.String("format", "table")) {
		connection = errors.Join(connection, web.Mistake("format: %q is neither table nor csv", c.String("format", "")))
	}
	m := mail.NewMsg()
	if err := errors.Join(subject, text, connection, m.From(d.from), m.To(d.to...)); err != nil {
		return nil, web.Mistake("%v", err)
	}
	return d, nil
}

// connecting are the options of a connection.
func connecting(c syncs.Config) ([]mail.Option, error) {
	options := []mail.Option{mail.WithTimeout(c.Duration("timeout", 30*time.Second)), mail.WithoutNoop()}
	port := 587
	switch c.String("tls", "starttls") {
	case "starttls":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case "implicit":
		port, options = 465, append(options, mail.WithSSL())
	case "none":
		port, options = 25, append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, web.Mistake("tls: %q is neither starttls, implicit nor none", c.String("tls", ""))
	}
	options = append(options, mail.WithPort(c.Int("port", port)))
	if user := c.String("user", ""); user != "" {
		auth := mail.SMTPAuthAutoDiscover
		if c.String("tls", "") == "none" {
			auth = mail.SMTPAuthPlain // which the library sends in the clear to this machine alone
		}
		options = append(options, mail.WithSMTPAuth(auth), mail.WithUsername(user), mail.WithPassword(c.String("password", "")))
	}
	return options, nil
}

// connect logs in. When ctx is cancelled the connection ends, whatever it waits for; the caller calls release first, then closes.
func (d *destination) connect(ctx context.Context) (client *mail.Client, release func(), err error) {
	stop := func() bool { return true }
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
		if err == nil {
			stop = context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	client, err = mail.NewClient(d.host, append(slices.Clone(d.options), mail.WithDialContextFunc(dial))...)
	if err != nil {
		return nil, nil, web.Mistake("%v", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		stop()
		return nil, nil, d.failure(ctx, err)
	}
	return client, func() { stop() }, nil
}

// Send sends one mail for all rows of a batch.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	m, err := d.message(b)
	if err != nil {
		return nil, err
	}
	client, release, err := d.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	defer release()
	if err := client.Send(m); err != nil {
		return nil, d.failure(ctx, err)
	}
	return make([]error, len(b.Rows)), nil
}

// Check logs in, and finds fields in the texts that there are not.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	for name, text := range map[string]*template.Text{"subject": d.subject, "text": d.text} {
		for _, n := range text.Names() {
			if n == "row" || n == "key" || strings.HasPrefix(n, "row.") {
				return web.Mistake("%s: a mail is of many rows, and ${%s} of one", name, n)
			}
		}
	}
	client, release, err := d.connect(ctx)
	if err != nil {
		return err
	}
	release()
	return d.failure(ctx, client.Close())
}

func (d *destination) Close() error { return nil }

// idempotent is the ID of a batch's mail, the same whenever it is sent: many servers drop a mail they have had.
func (d *destination) idempotent(b *syncs.Batch) string {
	return b.IdempotencyKey() + "@" + url.PathEscape(d.host)
}

// failure sorts errors by the codes of https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3.
func (d *destination) failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &syncs.Error{Class: classOf(err), Message: d.secrets.Redact(err.Error())}
}

func classOf(err error) syncs.Class {
	var sending *mail.SendError
	if errors.As(err, &sending) {
		switch code := sending.ErrorCode(); {
		case code/100 != 5:
			return syncs.Transient
		case code == 530, code == 535:
			return syncs.Denied
		case code == 552:
			return syncs.TooLarge
		case sending.Reason == mail.ErrSMTPRcptTo:
			return syncs.Missing
		case sending.Reason == mail.ErrSMTPMailFrom:
			return syncs.Denied
		default:
			return syncs.Rejected
		}
	}
	if codeOf(err.Error())/100 == 5 {
		return syncs.Denied // the server takes no mail from us: it ends the connection, or the login
	}
	return syncs.Transient // also a server that seems to have no TLS or no login: a connection that breaks early looks alike
}

// codeOf is the number that a server's answer begins with, somewhere in an error's text; 0 for none.
func codeOf(text string) int {
	for i := 0; i+4 <= len(text); i++ {
		code, err := strconv.Atoi(text[i : i+3])
		if err == nil && code >= 400 && code < 600 && text[i+3] == ' ' && (i == 0 || text[i-1] == ' ') {
			return code
		}
	}
	return 0
}
