package salesforce

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

// sendCollection writes up to [mostRecords] rows.
func (d *destination) sendCollection(ctx context.Context, o *object, b *syncs.Batch) ([]error, error) {
	out := make([]error, len(b.Rows))
	sent, places := b, []int(nil)
	var ids []string
	if needsID(b) {
		found, err := d.lookup(ctx, o, b)
		if err != nil {
			return nil, err
		}
		sent, ids, places = there(b, found, out)
		if len(ids) == 0 {
			return out, nil
		}
	}
	request, err := d.collection(o, sent, ids)
	if err != nil {
		return nil, err
	}
	var saved []result
	if err := d.read(ctx, request, &saved); err != nil {
		return nil, err
	}
	if len(saved) != len(sent.Rows) {
		return nil, &syncs.Error{Class: syncs.Transient, Message: fmt.Sprintf("Salesforce told of %d records of %d", len(saved), len(sent.Rows))}
	}
	for i := range saved {
		at := i
		if places != nil {
			at = places[i]
		}
		out[at] = saved[i].outcome(b)
	}
	return out, nil
}

// needsID tells whether records are named by the IDs that Salesforce gave them: an external ID names only one that is upserted.
func needsID(b *syncs.Batch) bool {
	return b.Op == syncs.Delete || b.Op == syncs.Clear || b.Mode == syncs.UpdateMode
}

// there picks the rows whose records are there. One that is to be removed and is not needs nothing more, one that is to be updated is refused.
func there(b *syncs.Batch, found []string, out []error) (part *syncs.Batch, ids []string, places []int) {
	part = &syncs.Batch{Target: b.Target, Run: b.Run, Op: b.Op}
	for i, id := range found {
		switch {
		case id != "":
			part.Rows, ids, places = append(part.Rows, b.Rows[i]), append(ids, id), append(places, i)
		case b.Op != syncs.Delete && b.Op != syncs.Clear:
			out[i] = &syncs.Error{Class: syncs.Rejected, Message: fmt.Sprintf("there is no %s with this %s", b.Object, b.Key[0])}
		}
	}
	return part, ids, places
}

// collection is the request for a batch; ids are those of its records, where they are needed.
func (d *destination) collection(o *object, b *syncs.Batch, ids []string) (*web.Request, error) {
	if b.Op == syncs.Delete {
		return d.request(http.MethodDelete, "/composite/sobjects?allOrNone=false&ids="+url.QueryEscape(strings.Join(ids, ",")), nil)
	}
	records := make([]any, len(b.Rows))
	for i := range b.Rows {
		records[i] = o.record(b, &b.Rows[i])
		if needsID(b) {
			record := records[i].(map[string]any)
			delete(record, b.Key[0])
			record[ownID] = ids[i]
		}
	}
	method, path := http.MethodPatch, "/composite/sobjects/"+url.PathEscape(b.Object)+"/"+url.PathEscape(b.Key[0])
	switch {
	case needsID(b):
		path = "/composite/sobjects"
	case b.Mode == syncs.InsertMode:
		method, path = http.MethodPost, "/composite/sobjects"
	}
	return d.request(method, path, map[string]any{"allOrNone": false, "records": records})
}

// record is a row as an sObject. What the row has no value for is emptied.
func (o *object) record(b *syncs.Batch, r *syncs.Row) any {
	out := map[string]any{"attributes": map[string]any{"type": b.Object}}
	for i, f := range b.Fields {
		var v any
		if i < len(r.Values) {
			v = o.spell(f.Name, r.Values[i])
		}
		relationship, name, related := strings.Cut(f.Name, ".")
		switch {
		case related && v != nil:
			out[relationship] = map[string]any{name: v}
		case related:
			out[relationship] = nil
		default:
			out[f.Name] = v
		}
	}
	return out
}

// mostQuery is how long a query may be in a URL, whose whole may have 16,384 bytes.
const mostQuery = 6000

// lookup finds the IDs of the records of a batch by their keys, "" for one that is not there.
func (d *destination) lookup(ctx context.Context, o *object, b *syncs.Batch) ([]string, error) {
	ids := make([]string, len(b.Rows))
	if b.Key[0] == ownID {
		for i := range b.Rows {
			ids[i] = template.Format(b.Rows[i].Values[0])
		}
		return ids, nil
	}
	number := o.number(b.Key[0])
	places := map[string]int{}
	var literals []string
	length := 0
	for i := range b.Rows {
		key := template.Format(b.Rows[i].Values[0])
		places[folded(number, key)] = i
		literals = append(literals, literal(number, key))
		if length += len(url.QueryEscape(literals[len(literals)-1])) + 3; length < mostQuery && i < len(b.Rows)-1 {
			continue
		}
		if err := d.query(ctx, b, literals, func(key, id string) {
			if at, ok := places[folded(number, key)]; ok {
				ids[at] = id
			}
		}); err != nil {
			return nil, err
		}
		literals, length = nil, 0
	}
	return ids, nil
}

// query finds records whose key is one of some.
func (d *destination) query(ctx context.Context, b *syncs.Batch, keys []string, found func(key, id string)) error {
	q := "SELECT Id, " + b.Key[0] + " FROM " + b.Object + " WHERE " + b.Key[0] + " IN (" + strings.Join(keys, ",") + ")"
	var page struct{ Records []map[string]any }
	if err := d.ask(ctx, http.MethodGet, "/query?q="+url.QueryEscape(q), nil, &page); err != nil {
		return err
	}
	for _, r := range page.Records {
		id, _ := r[ownID].(string)
		for name, value := range r {
			if name != ownID && strings.EqualFold(name, b.Key[0]) {
				found(template.Format(value), id)
			}
		}
	}
	return nil
}

func (o *object) number(name string) bool {
	f := o.field(name)
	return f != nil && (f.Type == "double" || f.Type == "int" || f.Type == "currency")
}

// literal is a key in a query (https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm).
func literal(number bool, key string) string {
	if number {
		if _, err := strconv.ParseFloat(key, 64); err == nil {
			return key
		}
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(key) + "'"
}

// folded is the same for keys that Salesforce takes for the same.
func folded(number bool, key string) string {
	if f, err := strconv.ParseFloat(key, 64); number && err == nil {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strings.ToLower(key)
}
