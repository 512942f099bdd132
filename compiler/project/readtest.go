package project

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// testConfigs are the configs that may stand among a test's arguments, in the order in which dbt takes them out.
var testConfigs = []string{"severity", "tags", "enabled", "where", "limit", "warn_if", "error_if", "fail_calc", "store_failures",
	"store_failures_as", "sql_header", "meta", "database", "schema", "alias"}

var testName = regexp.MustCompile(`^(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)$`)

// tests reads data_tests: or tests:, of which only one may be given; has tells whether one is.
func (r *propertiesReader) tests(n *node) (tests []*Test, has bool) {
	key, list := n.pair("data_tests")
	if old, oldList := n.pair("tests"); old != nil {
		if key != nil && !oldList.isNull() {
			d := r.list.Errorf(old.at, CodeInvalidProperty, "tests and data_tests are the same")
			d.Hint = "put all under data_tests"
			d.Related = []diag.Note{{Span: key.at, Message: "the other one"}}
		}
		if key == nil {
			key, list = old, oldList
			r.old(old, `"tests:" is an old spelling`, `write "data_tests:"`, respell(old, "data_tests")...)
		}
	}
	if key == nil {
		return nil, false
	}
	items := r.itemsOf(list, key.text)
	if len(items) > 0 {
		tests = make([]*Test, 0, len(items))
	}
	for _, item := range items {
		if t := r.test(item); t != nil {
			tests = append(tests, t)
		}
	}
	return tests, !list.isNull()
}

// test reads one test: its name alone, {name: arguments}, or {test_name: name, argument: …}.
func (r *propertiesReader) test(n *node) *Test {
	var name, body *node
	switch {
	case n.kind == scalar && !n.isNull():
		name = n
	case n.kind == mapping && n.get("test_name") != nil:
		name, body = n.get("test_name"), n
	case n.kind == mapping && len(n.items) == 2:
		name, body = n.items[0], n.items[1]
		if body.isNull() {
			body = nil
		}
	case n.kind == mapping:
		d := r.list.Errorf(n.at, CodeInvalidProperty, "a test must have one name, not %s", quotedKeys(n))
		d.Hint = "indent the arguments below the test's name"
		return nil
	default:
		r.list.Errorf(n.at, CodeInvalidProperty, "a test must be a name or a mapping, not %s", describe(n))
		return nil
	}
	m := testName.FindStringSubmatch(name.text)
	if name.kind != scalar || m == nil {
		r.list.Errorf(name.at, CodeInvalidProperty, "%q is not the name of a test", name.text).Hint = "write it as not_null, or package.test"
		return nil
	}
	t := &Test{Namespace: m[1], Name: m[2], At: name.at, File: r.file}
	if body == nil {
		return t
	}
	if body.kind != mapping {
		r.list.Errorf(body.at, CodeInvalidProperty, "the arguments of %q must be a mapping, not %s", name.text, describe(body)).
			Hint = "write each as name: value"
		return nil
	}
	l := newLayer()
	t.Config, t.Args = &l, jinja.NewDict()
	r.arguments(t, body)
	return t
}

func quotedKeys(n *node) string {
	var names []string
	for i := 0; i+1 < len(n.items); i += 2 {
		names = append(names, n.items[i].text)
	}
	return quotedList(names)
}

// arguments sorts what is given to a test into arguments, configs, name and description.
func (r *propertiesReader) arguments(t *Test, body *node) {
	pairs := r.argumentPairs(body)
	config := r.mappingOr(pairs["config"], "config")
	for _, name := range testConfigs {
		k, v := config.pair(name)
		if loose := pairs[name]; loose != nil && !loose.isNull() {
			if k != nil {
				d := r.list.Errorf(k.at, CodeInvalidProperty, "%q is given here and beside config", name)
				d.Related = []diag.Note{{Span: loose.at, Message: "the other one"}}
			}
			k, v = loose, loose
		}
		r.testConfig(t.Config, name, k, v)
	}
	if config != nil {
		for i := 0; i+1 < len(config.items); i += 2 {
			if k := config.items[i]; !slices.Contains(testConfigs, k.text) {
				r.testConfig(t.Config, k.text, k, config.items[i+1])
			}
		}
	}
	var nested *node
	for i := 0; i+1 < len(body.items); i += 2 {
		k, v := body.items[i], body.items[i+1]
		r.oldArgument(k)
		if k.text == "arguments" && !r.plainArguments {
			nested = r.mappingOr(v, k.text)
			continue
		}
		r.argument(t, body, k, v)
	}
	t.Loose = t.Args.Len()
	if nested != nil {
		for i := 0; i+1 < len(nested.items); i += 2 {
			r.argument(t, nested, nested.items[i], nested.items[i+1])
		}
	}
}

// oldArgument reports a key of a test that belongs under arguments: or config: now.
func (r *propertiesReader) oldArgument(k *node) {
	switch name := k.text; {
	case slices.Contains([]string{"test_name", "config", "name", "description", "arguments", "column_name"}, name):
	case slices.Contains(testConfigs, name):
		r.old(k, `config "`+name+`" of a test beside config`, `put it under "config:"`)
	default:
		r.old(k, `argument "`+name+`" of a test without arguments`, `put it under "arguments:"`)
	}
}

// argumentPairs are the values by key, those under arguments: included, which count more.
func (r *propertiesReader) argumentPairs(body *node) map[string]*node {
	pairs := make(map[string]*node, len(body.items)/2)
	for i := 0; i+1 < len(body.items); i += 2 {
		pairs[body.items[i].text] = body.items[i+1]
	}
	if nested := pairs["arguments"]; nested != nil && nested.kind == mapping && !r.plainArguments {
		for i := 0; i+1 < len(nested.items); i += 2 {
			pairs[nested.items[i].text] = nested.items[i+1]
		}
	}
	return pairs
}

// argument adds a key of a test: as an argument unless it means something else.
func (r *propertiesReader) argument(t *Test, body, k, v *node) {
	switch name := k.text; {
	case name == "test_name" && body.get("test_name") == v, name == "config", slices.Contains(testConfigs, name):
	case name == "name":
		t.CustomName = r.text(v, raw(v, r.list), name)
	case name == "description":
		t.Description = r.text(v, raw(v, r.list), name)
	case name == "model":
		r.list.Errorf(k.at, CodeInvalidProperty, `a test cannot be given "model"`).Hint = "it is what the test is put on: remove the argument"
	case name == "column_name":
		t.Args.Put(name, raw(v, r.list))
	default:
		t.Args.Put(name, raw(v, r.list))
		if t.ArgsAt == nil {
			t.ArgsAt = map[string]diag.Span{}
		}
		t.ArgsAt[name] = v.at
	}
}

// testConfig adds a config of a test. As in dbt, text is rendered, what stands deeper is not.
func (r *propertiesReader) testConfig(l *Layer, name string, k, v *node) {
	if k == nil || v.isNull() {
		return
	}
	value := raw(v, r.list)
	l.At[name] = k.at
	l.Unrendered.Put(name, value)
	if s, ok := value.(string); ok && needsRendering(s) {
		value = r.renderer.text(v, s)
	}
	if name == "severity" {
		if s, ok := value.(string); !ok || !strings.EqualFold(s, "warn") && !strings.EqualFold(s, "error") {
			r.list.Errorf(v.at, CodeInvalidProperty, "%q is no severity: it is warn or error", jinja.Str(value))
		}
	}
	l.Values.Put(name, value)
}
