package macros

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/agate"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

// stored is the result of a statement under its name.
type stored struct {
	value    *jinja.Dict // response, data and table
	table    *agate.Table
	response *response
	loaded   bool
}

// response is what the warehouse says of a statement, as templates see it.
type response struct{ Response }

// Attr implements jinja.Attributer.
func (r *response) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "_message", "message":
		return r.Message, true
	case "code":
		return optional(r.Code), true
	case "rows_affected":
		if r.Rows < 0 {
			return nil, true
		}
		return int(r.Rows), true
	case "query_id":
		return nil, true
	}
	return nil, false
}

// Index implements jinja.Indexer.
func (r *response) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := r.Attr(name)
	return v, ok, nil
}

// String is the warehouse's message.
func (r *response) String() string { return r.Message }

// Stored is the response of the statement that a template stored under that name: of `statement("main")` in a materialization.
func (c *Context) Stored(name string) (Response, bool) {
	s := c.results[name]
	if s == nil {
		return Response{}, false
	}
	return s.response.Response, true
}

// StoredRows are the rows that the statement of that name brought, with values as templates see them; nil if it is not stored.
func (c *Context) StoredRows(name string) *Result {
	s := c.results[name]
	if s == nil {
		return nil
	}
	out := &Result{}
	for _, column := range s.table.Names() {
		out.Columns = append(out.Columns, relation.Column{Name: column})
	}
	for _, row := range s.table.Rows() {
		out.Rows = append(out.Rows, slices.Clone(row))
	}
	return out
}

// resultName resolves the functions that keep results of statements.
func (c *Context) resultName(name string) (jinja.Value, bool) {
	switch name {
	case "load_result":
		return bind.Func(name, "name", c.loadResult), true
	case "store_result":
		return bind.Func(name, "name response? agate_table?", c.storeResult), true
	case "store_raw_result":
		return bind.Func(name, "name message? code? rows_affected? agate_table?", c.storeRawResult), true
	case "load_agate_table":
		return bind.Func(name, "", c.loadTable), true
	}
	return nil, false
}

// loadResult gives a result once; that of "main" as often as it is asked for.
func (c *Context) loadResult(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	name := jinja.Str(a.Value("name"))
	s := c.results[name]
	if s == nil {
		return nil, nil
	}
	if s.loaded && name != "main" {
		return nil, fmt.Errorf("the result of the statement %q has been loaded already", name)
	}
	s.loaded = true
	return s.value, nil
}

func (c *Context) storeResult(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	r, ok := a.Value("response").(*response)
	if !ok {
		r = &response{Response{Rows: -1}}
		if v := a.Value("response"); v != nil {
			r.Message = jinja.Str(v)
		}
	}
	c.store(jinja.Str(a.Value("name")), r, a.Value("response"), a.Value("agate_table"))
	return "", nil
}

func (c *Context) storeRawResult(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	r := &response{Response{Rows: -1}}
	if v := a.Value("message"); v != nil {
		r.Message = jinja.Str(v)
	}
	if v := a.Value("code"); v != nil {
		r.Code = jinja.Str(v)
	}
	if n, ok := a.Value("rows_affected").(int); ok {
		r.Rows = int64(n)
	}
	c.store(jinja.Str(a.Value("name")), r, r, a.Value("agate_table"))
	return "", nil
}

func (c *Context) store(name string, r *response, shown, table jinja.Value) {
	t, ok := table.(*agate.Table)
	if !ok {
		t = agate.New(nil, nil, nil)
	}
	if c.results == nil {
		c.results = map[string]*stored{}
	}
	c.results[name] = &stored{value: jinja.DictOf("response", shown, "data", t.Matrix(), "table", t), table: t, response: r}
}

func (c *Context) loadTable(*jinja.Call, bind.Args) (jinja.Value, error) {
	if c.Rows == nil {
		return nil, fmt.Errorf("load_agate_table() can only be called for a seed")
	}
	result, err := c.Rows()
	if err != nil {
		return nil, err
	}
	return c.table(result), nil
}

// table is a result set as templates see it.
func (c *Context) table(r *Result) *agate.Table {
	if r == nil {
		r = &Result{}
	}
	var show func(string)
	if c.Invocation != nil {
		show = c.Invocation.Print
	}
	return agate.New(r.Columns, r.Rows, show)
}
