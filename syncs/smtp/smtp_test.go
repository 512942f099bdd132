package smtp_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/smtp"
	"github.com/modsql/mod/syncs/template"
)

func settings(port int) syncs.Config {
	return syncs.Config{
		"type": "smtp", "host": "127.0.0.1", "port": port, "tls": "none", "user": "me", "password": password, "format": "csv",
		"from": "mod@example.com", "to": []any{"ann@example.com", "bob@example.com"},
	}
}

func TestReportsKeepTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, &destinationtest.Suite{
		Kind:  smtp.New(),
		Loose: true,
		Place: func(t *testing.T, _ []syncs.Field, _ []string) destinationtest.Place {
			s := newServer(t)
			return destinationtest.Place{Config: settings(s.port()), Rows: s.rows}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["password"] = "wr0ng"
			return c
		},
		Proxied: destinationtest.Behind("port"),
		Stored: func(_ string, v any) any {
			if s := strings.ReplaceAll(template.Format(v), "\r\n", "\n"); s != "" { // as readers of CSV have lines
				return s
			}
			return nil
		},
	})
}

func orders(rows ...[]any) *syncs.Batch {
	t := &syncs.Target{Sync: "orders", Mode: syncs.AppendMode, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}}}
	b := &syncs.Batch{Target: t, Run: "run-1", Op: syncs.Insert}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: int64(i + 1), Values: values, Hash: fmt.Sprint(values)})
	}
	return b
}

func open(t *testing.T, c syncs.Config) syncs.Destination {
	t.Helper()
	d, err := smtp.New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestTableStandsInTheMail(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := settings(s.port())
	c["format"], c["subject"], c["text"] = "table", "${count} orders – neu", "Good morning.\n\nThese are new:"
	b := orders([]any{int64(7), "Ann"}, []any{int64(8), "<b>Zoë</b>"})
	if outcomes, err := open(t, c).Send(t.Context(), b); err != nil || len(outcomes) != 2 {
		t.Fatal(outcomes, err)
	}
	header, parts := read(t, s.mails[0])
	got := []string{header.Get("Subject"), header.Get("To"), header.Get("Message-ID"), parts[0].kind, parts[1].kind}
	want := []string{"=?UTF-8?q?2_orders_=E2=80=93_neu?=", "<ann@example.com>, <bob@example.com>", "<" + b.IdempotencyKey() + "@127.0.0.1>", "text/plain", "text/html"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	plain := "Good morning.\n\nThese are new:\n\nid\tname\n7\tAnn\n8\t<b>Zoë</b>\n"
	if got := strings.ReplaceAll(parts[0].text, "\r\n", "\n"); got != plain {
		t.Errorf("the plain text is %q", got)
	}
	for _, part := range []string{"<p>Good morning.</p><p>These are new:</p>", "<tr><td>7</td><td>Ann</td></tr>", "<tr><td>8</td><td>&lt;b&gt;Zoë&lt;/b&gt;</td></tr>"} {
		if !strings.Contains(parts[1].text, part) {
			t.Errorf("the page has no %s:\n%s", part, parts[1].text)
		}
	}
}

func TestAnswersOfTheServerAreSortedByWhatCanBeDone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		to   string
		size int
		busy bool
		want syncs.Class
	}{
		"nobody has the address": {to: "x@nowhere.test", want: syncs.Missing},
		"the mail is too big":    {to: "a@example.com", size: mostMail, want: syncs.TooLarge},
		"the server is busy":     {to: "a@example.com", busy: true, want: syncs.Transient},
	} {
		s := newServer(t)
		s.busy = c.busy
		settings := settings(s.port())
		settings["to"] = c.to
		_, err := open(t, settings).Send(t.Context(), orders([]any{int64(7), strings.Repeat("x", c.size)}))
		if syncs.ClassOf(err) != c.want {
			t.Errorf("%s: class %q of %v", name, syncs.ClassOf(err), err)
		}
	}
}

func TestNothingIsSentWithoutTLSUnlessTheSettingsSaySo(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := settings(s.port())
	delete(c, "tls")
	if _, err := open(t, c).Send(t.Context(), orders([]any{int64(7), "Ann"})); err == nil || len(s.mails) > 0 {
		t.Errorf("%v, %d mails", err, len(s.mails))
	}
}

func TestMailIsShownAsItWouldBeSent(t *testing.T) {
	t.Parallel()
	c := settings(25)
	c["subject"], c["text"] = "${count} orders – neu", "Look:"
	got, err := open(t, c).(syncs.Renderer).Render(orders([]any{int64(7), "Ann, or " + password}))
	want := "From: mod@example.com\nTo: ann@example.com, bob@example.com\nSubject: 1 orders – neu\n\nLook:\nid,name\n7,\"Ann, or ***\"\n"
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("%v: got\n%s", err, strings.Join(got, "\n"))
	}
}

func TestMistakesInTheSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]syncs.Config{
		`tls: "yes" is neither starttls, implicit nor none`: {"tls": "yes"},
		`format: "pdf" is neither table nor csv`:            {"format": "pdf"},
		`"x" is no name`:                                    {"subject": "${x}"},
		`failed to parse mail address`:                      {"to": "ann"},
	} {
		c := settings(25)
		maps.Copy(c, change)
		if _, err := smtp.New().Open(t.Context(), c); syncs.ClassOf(err) != syncs.Broken || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", change, err, want)
		}
	}
	c := settings(25)
	c["subject"] = "${row.name}"
	want := "subject: a mail is of many rows, and ${row.name} of one"
	if err := open(t, c).Check(t.Context(), orders().Target); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
