package salesforce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
	"github.com/modsql/mod/syncs/web"
)

// object is what Salesforce tells of an sObject
// (https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm). The zero value knows no fields.
type object struct{ Fields []field }

type field struct {
	Name, Type, RelationshipName string
	ExternalID                   bool `json:"externalId"`
	IDLookup                     bool `json:"idLookup"`
	Createable, Updateable       bool
}

func (o *object) field(name string) *field {
	at := slices.IndexFunc(o.Fields, func(f field) bool { return f.Name == name })
	if at < 0 {
		at = slices.IndexFunc(o.Fields, func(f field) bool { return strings.EqualFold(f.Name, name) })
	}
	if at < 0 {
		return nil
	}
	return &o.Fields[at]
}

// describe asks for an object, once.
func (d *destination) describe(ctx context.Context, name string) (*object, error) {
	d.mu.Lock()
	o := d.objects[name]
	d.mu.Unlock()
	if o != nil {
		return o, nil
	}
	o = &object{}
	err := d.ask(ctx, http.MethodGet, "/sobjects/"+url.PathEscape(name)+"/describe", nil, o)
	var e *syncs.Error
	if errors.As(err, &e) && e.Class == syncs.Missing {
		return nil, &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("there is no object %q: %s", name, e.Message)}
	}
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.objects[name] = o
	return o, nil
}

// read makes a request and decodes the answer's JSON; into may be nil.
func (d *destination) read(ctx context.Context, r *web.Request, into any) error {
	answer, err := d.client.Do(ctx, r)
	if err != nil || into == nil {
		return err
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		return &syncs.Error{Class: syncs.Transient, Message: "Salesforce's answer cannot be read: " + err.Error()}
	}
	return nil
}

// Check finds the fields that an object does not have, or that cannot be its key.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	if len(t.Key) != 1 {
		return web.Mistake("a record of Salesforce is found by one field, and the key is %v", t.Key)
	}
	d.mu.Lock()
	delete(d.objects, t.Object) // it may have changed since
	d.mu.Unlock()
	o, err := d.describe(ctx, t.Object)
	if err != nil {
		return err
	}
	for _, f := range t.Fields {
		if err := o.check(t, f.Name); err != nil {
			return err
		}
	}
	return nil
}

// check looks at a field. One of a record that this one refers to has the name of the relationship before it: Account.Code__c.
func (o *object) check(t *syncs.Target, name string) error {
	relationship, _, related := strings.Cut(name, ".")
	there := o.field(name)
	switch {
	case related && slices.ContainsFunc(o.Fields, func(f field) bool { return strings.EqualFold(f.RelationshipName, relationship) }):
		return nil
	case there == nil:
		return &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("%s has no field %q", t.Object, name)}
	case name == t.Key[0]:
		if name == ownID && t.Mode == syncs.UpdateMode {
			return nil
		}
		if !there.ExternalID || !there.IDLookup {
			return web.Mistake("the field %q of %s is no key: it must be an external ID with unique values", name, t.Object)
		}
	case !there.Createable && !there.Updateable:
		return web.Mistake("the field %q of %s can only be read", name, t.Object)
	}
	return nil
}

// spell is a value as a field of the object takes it. The choices of a list have semicolons between.
func (o *object) spell(name string, v any) any {
	if f := o.field(name); f != nil && f.Type == "datetime" {
		v = syncs.Field{Type: "date"}.Midnight(v)
	}
	switch v := v.(type) {
	case time.Time:
		if f := o.field(name); f != nil && f.Type == "date" {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, template.Format(item))
		}
		return strings.Join(parts, ";")
	case map[string]any, []byte:
		return template.Format(v)
	default:
		return v
	}
}
