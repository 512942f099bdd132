package smtp

import (
	"bytes"
	"encoding/csv"
	"html/template"
	"strings"

	"github.com/wneessen/go-mail"

	"github.com/modsql/mod/syncs"
	values "github.com/modsql/mod/syncs/template"
)

// table is the rows as HTML. Values are escaped.
const table = `<html><body>{{range .Text}}<p>{{.}}</p>{{end}}<table border="1" cellpadding="4" style="border-collapse: collapse">
<tr>{{range .Names}}<th align="left">{{.}}</th>{{end}}</tr>
{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{end}}</table></body></html>
`

// message is the mail of a batch.
func (d *destination) message(b *syncs.Batch) (*mail.Msg, error) {
	subject, err := d.subjectOf(b)
	if err != nil {
		return nil, err
	}
	text, err := d.text.Expand(values.Scope{Batch: b}, nil)
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg()
	m.Subject(subject)
	m.SetMessageIDWithValue(d.idempotent(b))
	m.SetDate()
	if err := m.From(d.from); err != nil {
		return nil, err
	}
	if err := m.To(d.to...); err != nil {
		return nil, err
	}
	names, rows := cells(b)
	if d.csv {
		m.SetBodyString(mail.TypeTextPlain, text+"\n")
		return m, attach(m, b, append([][]string{names}, rows...))
	}
	return m, d.body(m, text, names, rows)
}

// subjectOf is the subject, on one line.
func (d *destination) subjectOf(b *syncs.Batch) (string, error) {
	subject, err := d.subject.Expand(values.Scope{Batch: b}, nil)
	return strings.Join(strings.Fields(subject), " "), err
}

func cells(b *syncs.Batch) (names []string, rows [][]string) {
	for _, f := range b.Fields {
		names = append(names, f.Name)
	}
	for i := range b.Rows {
		row := make([]string, len(b.Rows[i].Values))
		for j, v := range b.Rows[i].Values {
			row[j] = values.Format(v)
		}
		rows = append(rows, row)
	}
	return names, rows
}

// body is the rows in the mail itself, for readers of HTML and for those of plain text.
func (d *destination) body(m *mail.Msg, text string, names []string, rows [][]string) error {
	page, err := template.New("").Parse(table)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := page.Execute(&html, map[string]any{"Text": paragraphs(text), "Names": names, "Rows": rows}); err != nil {
		return err
	}
	var plain strings.Builder
	if text != "" {
		plain.WriteString(text + "\n\n")
	}
	for _, row := range append([][]string{names}, rows...) {
		plain.WriteString(strings.Join(row, "\t") + "\n")
	}
	m.SetBodyString(mail.TypeTextPlain, plain.String())
	m.AddAlternativeString(mail.TypeTextHTML, html.String())
	return nil
}

func paragraphs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n\n")
}

// attach adds the rows as a CSV file.
func attach(m *mail.Msg, b *syncs.Batch, lines [][]string) error {
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(lines); err != nil {
		return err
	}
	return m.AttachReader(b.Sync+".csv", &out, mail.WithFileContentType("text/csv; charset=utf-8"))
}

// Render shows the mail of a batch.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	subject, err := d.subjectOf(b)
	if err != nil {
		return nil, err
	}
	text, err := d.text.Expand(values.Scope{Batch: b}, nil)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	out.WriteString("From: " + d.from + "\nTo: " + strings.Join(d.to, ", ") + "\nSubject: " + subject + "\n\n" + text + "\n")
	names, rows := cells(b)
	w := csv.NewWriter(&out)
	if err := w.WriteAll(append([][]string{names}, rows...)); err != nil {
		return nil, err
	}
	return []string{d.secrets.Redact(out.String())}, nil
}
