// Package modules is what the object `modules` gives to templates: the parts of Python's datetime, re, itertools and of pytz that
// templates may use.
package modules

import (
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// New returns the object `modules`. started is the time that now() tells: a rendering does not look at a clock, so that the same
// files give the same SQL during a run.
func New(started time.Time) jinja.Value {
	return members{"datetime": datetimeModule(started), "pytz": pytzModule(), "re": reModule(), "itertools": itertoolsModule()}
}

// members are the names of a module.
type members map[string]jinja.Value

// Attr implements jinja.Attributer.
func (m members) Attr(name string) (jinja.Value, bool) {
	v, ok := m[name]
	return v, ok
}

// Index implements jinja.Indexer.
func (m members) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := m[name]
	return v, ok, nil
}

// class is a Python class: called to make an instance, with methods of its own.
type class struct {
	name    string
	params  string
	create  func(c *jinja.Call, a bind.Args) (jinja.Value, error)
	members members
}

// Call implements jinja.Callable.
func (k *class) Call(c *jinja.Call) (jinja.Value, error) {
	a, err := bind.To(c, k.name, k.params)
	if err != nil {
		return nil, err
	}
	return k.create(c, a)
}

// Attr implements jinja.Attributer.
func (k *class) Attr(name string) (jinja.Value, bool) {
	if name == "__name__" {
		return k.name, true
	}
	v, ok := k.members[name]
	return v, ok
}

// String is how a class is shown.
func (k *class) String() string { return "<class 'datetime." + k.name + "'>" }

// exception is a class of errors: it can be shown and compared, and nothing can be made of it, since templates catch none.
type exception string

// String is how the class is shown.
func (e exception) String() string { return "<class '" + string(e) + "'>" }

// function is a method or function without receiver in the table of a module.
func function(name, params string, fn func(c *jinja.Call, a bind.Args) (jinja.Value, error)) jinja.Func {
	return bind.Func(name, params, fn)
}
