package project

import (
	"crypto/md5"
	"encoding/hex"
	"math"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// functions are the functions of dbt's base context that need nothing but their arguments.
var functions = map[string]func(c *jinja.Call) (jinja.Value, error){
	"return":            callReturn,
	"fromjson":          callFromJSON,
	"tojson":            callToJSON,
	"fromyaml":          callFromYAML,
	"toyaml":            callToYAML,
	"set":               callSet,
	"set_strict":        callSetStrict,
	"zip":               callZip,
	"zip_strict":        callZipStrict,
	"local_md5":         callLocalMD5,
	"diff_of_two_dicts": callDictDifference,
	"log":               callNothing,
	"print":             callNothing,
}

func callReturn(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("return", 1, "data")
	if err != nil {
		return nil, err
	}
	return nil, &jinja.Return{Value: args.Value(0)}
}

// callNothing stands for log and print, which have nowhere to write to while YAML is read.
func callNothing(*jinja.Call) (jinja.Value, error) { return "", nil }

func callFromJSON(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("fromjson", 1, "string", "default")
	if err != nil {
		return nil, err
	}
	text, ok := args.Value(0).(string)
	if !ok {
		return nil, wrongArgument("fromjson", "text", args.Value(0))
	}
	v, err := fromJSON(text)
	if err != nil {
		return args.Value(1), nil
	}
	return v, nil
}

func callToJSON(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("tojson", 1, "value", "default", "sort_keys")
	if err != nil {
		return nil, err
	}
	return jinja.JSON{SortKeys: jinja.Truth(args.Value(2))}.Dump(args.Value(0))
}

func callFromYAML(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("fromyaml", 1, "value", "default")
	if err != nil {
		return nil, err
	}
	text, ok := args.Value(0).(string)
	if !ok {
		return nil, wrongArgument("fromyaml", "text", args.Value(0))
	}
	l := &diag.List{}
	n := parseYAML(diag.NewSource("fromyaml", text), l)
	if l.HasErrors() {
		return args.Value(1), nil
	}
	return raw(n, l), nil
}

func callToYAML(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("toyaml", 1, "value", "default", "sort_keys")
	if err != nil {
		return nil, err
	}
	text, ok := dumpYAML(args.Value(0), jinja.Truth(args.Value(2)))
	if !ok {
		return args.Value(1), nil
	}
	return text, nil
}

func callSet(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("set", 1, "value", "default")
	if err != nil {
		return nil, err
	}
	if items, err := jinja.Items(args.Value(0)); err == nil {
		if s, err := jinja.NewSet(items...); err == nil {
			return s, nil
		}
	}
	return args.Value(1), nil
}

func callSetStrict(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("set_strict", 1, "value")
	if err != nil {
		return nil, err
	}
	items, err := jinja.Items(args.Value(0))
	if err != nil {
		return nil, err
	}
	return jinja.NewSet(items...)
}

func callZip(c *jinja.Call) (jinja.Value, error) {
	if v, err := zipped(c.Args); err == nil {
		return v, nil
	}
	v, _ := c.Kwargs.Get("default")
	return v, nil
}

func callZipStrict(c *jinja.Call) (jinja.Value, error) { return zipped(c.Args) }

func zipped(args []jinja.Value) (jinja.Value, error) {
	columns := make([][]jinja.Value, len(args))
	length := math.MaxInt
	for i, arg := range args {
		items, err := jinja.Items(arg)
		if err != nil {
			return nil, err
		}
		columns[i], length = items, min(length, len(items))
	}
	out := jinja.NewList()
	for row := 0; len(columns) > 0 && row < length; row++ {
		items := make([]jinja.Value, len(columns))
		for i := range columns {
			items[i] = columns[i][row]
		}
		out.Items = append(out.Items, jinja.NewTuple(items...))
	}
	return out, nil
}

func callLocalMD5(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("local_md5", 1, "value")
	if err != nil {
		return nil, err
	}
	sum := md5.Sum([]byte(jinja.Str(args.Value(0))))
	return hex.EncodeToString(sum[:]), nil
}

// callDictDifference is diff_of_two_dicts: the items of the first dict's lists that the second does not have under that key,
// whatever the letters' case.
func callDictDifference(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("diff_of_two_dicts", 2, "dict_a", "dict_b")
	if err != nil {
		return nil, err
	}
	a, ok := args.Value(0).(*jinja.Dict)
	if !ok {
		return nil, wrongArgument("diff_of_two_dicts", "a dict", args.Value(0))
	}
	b, ok := args.Value(1).(*jinja.Dict)
	if !ok {
		return nil, wrongArgument("diff_of_two_dicts", "a dict", args.Value(1))
	}
	has := map[string][]string{}
	for k, v := range b.All() {
		key := strings.ToLower(jinja.Str(k))
		for _, item := range listed(v) {
			has[key] = append(has[key], strings.ToLower(jinja.Str(item)))
		}
	}
	out := jinja.NewDict()
	for k, v := range a.All() {
		var items []jinja.Value
		for _, item := range listed(v) {
			if !slices.Contains(has[strings.ToLower(jinja.Str(k))], strings.ToLower(jinja.Str(item))) {
				items = append(items, item)
			}
		}
		if len(items) > 0 {
			_ = out.Set(k, jinja.NewList(items...)) // the key is one of a dict
		}
	}
	return out, nil
}

func wrongArgument(function, want string, have jinja.Value) error {
	return &diag.Diagnostic{Code: CodeInvalidTemplate, Message: function + " needs " + want + ", not " + jinja.TypeName(have)}
}
