package macros_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/jinja"
)

// TestValuesBehaveAsProjectsExpect has what other engines got wrong: expressions, and what they render to; "error: part" is an error.
func TestValuesBehaveAsProjectsExpect(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop+`
-- macros/edge.sql --
{% macro typed(a, b=1) %}{{ kwargs.pop('c', 'none') }}{{ varargs | length }}{% endmacro %}
{% macro größe() %}groß{% endmacro %}
`), stock())
	c.Extra = map[string]jinja.Value{}
	for in, want := range map[string]string{
		// Undefined.
		"{{ nobody == none }}":                         "False",
		"{{ nobody is defined }} {{ nobody is none }}": "False False",
		"{{ nobody.method() }}":                        "error: nobody",
		"{{ nobody() }}":                               "error: nobody",
		"{{ [] | first is defined }}":                  "False",
		// Lists that the adapter gives can be changed; so can keyword arguments.
		"{% set l = adapter.get_columns_in_relation(" + rel + ")) %}{% do l.pop(0) %}{% do l.append(1) %}{{ l | length }}":                         "2",
		"{% set l = adapter.get_missing_columns(" + rel + "), adapter.get_relation('shop', 'main', 'teas_view')) %}{% do l.remove(l[0]) %}{{ l }}": "[]",
		"{{ typed(1, 2, 3, c=4) }}": "41",
		"{% set l = [1] %}{% do l.insert(99, 2) %}{% do l.insert(-99, 0) %}{{ l }}": "[0, 1, 2]",
		"{{ (1, 2, 1).count(1) }} {{ (1, 2).index(2) }} {{ (1,) + (2,) }}":          "2 1 (1, 2)",
		"{{ dict.fromkeys(['a', 'b'], 0) }}":                                        "{'a': 0, 'b': 0}",
		"{{ [1].index(2) }}":                                                        "error: not in list",
		"{{ [].pop() }}":                                                            "error: pop from empty list",
		// Macros are found in every way of writing them.
		"{{ dbt['type_string']() | trim == dbt.type_string() | trim }}": "True",
		"{{ context['number']() }}{{ shop.number() }}":                  "4242",
		"{{ größe() }}": "groß",
		// What the parser must read.
		"{% set n = namespace(none=0, true=1, a=2) %}{{ n.a }}": "2",
		"{{ [{'b': 1}, {'b': 2}] | map(attribute='b') | sum }}": "3",
		"{{ [{'b': 1}]|first.b }}":                              "1",
		"{{ 10 ** -1 }} {{ 2 ** 3 }}":                           "0.1 8",
		"{{ range(3, 0, -1) | list }}":                          "[3, 2, 1]",
		"{{ 'abcdefghij' | truncate(5, true, '', 0) }}":         "abcde",
		"{{ 'a b' | wordwrap(1) }}":                             "a\nb",
		"{{ {'b': 1, 'A': 2} | dictsort(false, 'value') }}":     "[('b', 1), ('A', 2)]",
		"{% if 1, 0 %}yes{% endif %}":                           "yes",
		// dbt's filters say nothing in text.
		`{{ "true" | as_bool }} {{ "1.50" | as_number }} {{ "[1]" | as_native }}`: "true 1.50 [1]",
		// JSON and YAML.
		"{{ fromjson('{', 'bad') }} {{ fromjson('{') }}": "bad None",
		"{{ fromyaml('a: 1\na: 2') }}":                   "{'a': 2}",
		"{{ tojson({'b': 1, 'a': 2}, sort_keys=true) }}": `{"a": 2, "b": 1}`,
		// Modules.
		`{{ modules.re.sub('x*', '-', 'abxd') }}`:        "-a-b--d-",
		`{{ modules.re.sub('(a)(b)', '\\2\\1', 'ab') }}`: "ba",
		"{% set m = modules.re.match('(a)', 'ab') %}{{ m.string }} {{ m.lastindex }} {{ m.pos }} {{ m.endpos }} {{ true if m }}":                   "ab 1 0 2 True",
		"{{ modules.datetime.time(1, 2).replace(hour=3) }}":                                                                                        "03:02:00",
		"{{ modules.datetime.timezone.utc is defined }}":                                                                                           "True",
		"{{ modules.re.error }} {{ modules.pytz.UnknownTimeZoneError }}":                                                                           "<class 're.error'> <class 'pytz.exceptions.UnknownTimeZoneError'>",
		"{{ modules.pytz.all_timezones[0] }} {{ 'US/Pacific' in modules.pytz.common_timezones_set }} {{ 'EST' in modules.pytz.common_timezones }}": "Africa/Abidjan True False",
		"{{ modules.pytz.all_timezones | length > modules.pytz.common_timezones | length }}":                                                       "True",
		// A relation of what describes a node.
		"{{ api.Relation.create_from(none, {'database': 'd', 'schema': 's', 'alias': 'a'}) }}": `"d"."s"."a"`,
		"{{ api.Relation.create_from(none, {'schema': 's'}) }}":                                "error: has no database",
		// Rows of agate.
		"{{ load_agate_table is defined }}": "True",
		// Quoting and texts.
		"{{ 'it' ~ \"'s\" }}":                            "it's",
		"{{ '%s-%s' % ('a', 1) }} {{ '{}'.format(2) }}":  "a-1 2",
		"{{ 'a,b'.split(',', 1)[1] }}{{ 'x'.zfill(3) }}": "b00x",
	} {
		got, err := render(t, c, in)
		if part, isError := strings.CutPrefix(want, "error: "); isError {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: got %q, %v, want an error with %q", in, got, err, part)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", in, got, err, want)
		}
	}
}
