package project

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

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
	args, err := arguments(c, "return", "data")
	if err != nil {
		return nil, err
	}
	return nil, &jinja.Return{Value: args[0]}
}

// callNothing stands for log and print, which have nowhere to write to while YAML is read.
func callNothing(*jinja.Call) (jinja.Value, error) { return "", nil }

func callFromJSON(c *jinja.Call) (jinja.Value, error) {
	args, err := arguments(c, "fromjson", "string", "default")
	if err != nil {
		return nil, err
	}
	text, ok := args[0].(string)
	if !ok {
		return nil, wrongArgument("fromjson", "text", args[0])
	}
	v, err := fromJSON(text)
	if err != nil {
		return optional(args[1]), nil
	}
	return v, nil
}

func callToJSON(c *jinja.Call) (jinja.Value, error) {
	args, err := arguments(c, "tojson", "value", "default", "sort_keys")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	if err := writeJSON(&b, args[0], args[2] != missing && jinja.Truth(args[2]), 0); err != nil {
		return nil, err
	}
	return b.String(), nil
}

func callFromYAML(c *jinja.Call) (jinja.Value, error) {
	args, err := arguments(c, "fromyaml", "value", "default")
	if err != nil {
		return nil, err
	}
	text, ok := args[0].(string)
	if !ok {
		return nil, wrongArgument("fromyaml", "text", args[0])
	}
	l := &diag.List{}
	n := parseYAML(diag.NewSource("fromyaml", text), l)
	if l.HasErrors() {
		return optional(args[1]), nil
	}
	return raw(n, l), nil
}

func callToYAML(c *jinja.Call) (jinja.Value, error) {
	args, err := arguments(c, "toyaml", "value", "default", "sort_keys")
	if err != nil {
		return nil, err
	}
	text, ok := dumpYAML(args[0], args[2] != missing && jinja.Truth(args[2]))
	if !ok {
		return optional(args[1]), nil
	}
	return text, nil
}

func callSet(c *jinja.Call) (jinja.Value, error) {
	args, err := arguments(c, "set", "value", "default")
	if err != nil {
		return nil, err
	}
	if items, ok := iterated(args[0]); ok {
		if s, err := jinja.NewSet(items...); err == nil {
			return s, nil
		}
	}
	return optional(args[1]), nil
}

func callSetStrict(c *jinja.Call) (jinja.Value, error) {
	args, err := arguments(c, "set_strict", "value")
	if err != nil {
		return nil, err
	}
	items, ok := iterated(args[0])
	if !ok {
		return nil, wrongArgument("set_strict", "something to iterate over", args[0])
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
		items, ok := iterated(arg)
		if !ok {
			return nil, wrongArgument("zip", "something to iterate over", arg)
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
	args, err := arguments(c, "local_md5", "value")
	if err != nil {
		return nil, err
	}
	sum := md5.Sum([]byte(jinja.Str(args[0])))
	return hex.EncodeToString(sum[:]), nil
}

// callDictDifference is diff_of_two_dicts: the items of the first dict's lists that the second does not have under that key,
// whatever the letters' case.
func callDictDifference(c *jinja.Call) (jinja.Value, error) {
	args, err := arguments(c, "diff_of_two_dicts", "dict_a", "dict_b")
	if err != nil {
		return nil, err
	}
	a, ok := args[0].(*jinja.Dict)
	if !ok {
		return nil, wrongArgument("diff_of_two_dicts", "a dict", args[0])
	}
	b, ok := args[1].(*jinja.Dict)
	if !ok {
		return nil, wrongArgument("diff_of_two_dicts", "a dict", args[1])
	}
	has := map[string][]string{}
	for k, v := range b.All() {
		for _, item := range listed(v) {
			has[strings.ToLower(jinja.Str(k))] = append(has[strings.ToLower(jinja.Str(k))], strings.ToLower(jinja.Str(item)))
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
			_ = out.Set(k, jinja.NewList(items...))
		}
	}
	return out, nil
}

func wrongArgument(function, want string, have jinja.Value) error {
	return &problem{code: CodeInvalidTemplate, message: function + " needs " + want + ", not " + jinja.TypeName(have)}
}

// iterated are the items of anything that Python can iterate over.
func iterated(v jinja.Value) ([]jinja.Value, bool) {
	switch v := v.(type) {
	case *jinja.List:
		return v.Items, true
	case *jinja.Tuple:
		return v.Items, true
	case *jinja.Set:
		return v.Items(), true
	case *jinja.Dict:
		return v.Keys(), true
	case string:
		var out []jinja.Value
		for _, r := range v {
			out = append(out, string(r))
		}
		return out, true
	case jinja.Iterable:
		return slices.Collect(v.Iterate()), true
	}
	return nil, false
}

// maxDepth bounds how deep a value is written: one that contains itself would never end.
const maxDepth = 200

// writeJSON writes v as Python's json.dumps does: a space after comma and colon, and ASCII only.
func writeJSON(b *strings.Builder, v jinja.Value, sorted bool, depth int) error {
	if depth > maxDepth {
		return &problem{code: CodeInvalidTemplate, message: "tojson: the value is nested too deep"}
	}
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int:
		b.WriteString(strconv.Itoa(v))
	case *big.Int:
		b.WriteString(v.String())
	case float64:
		switch {
		case math.IsNaN(v):
			b.WriteString("NaN")
		case math.IsInf(v, 1):
			b.WriteString("Infinity")
		case math.IsInf(v, -1):
			b.WriteString("-Infinity")
		default:
			b.WriteString(jinja.Repr(v))
		}
	case string:
		writeJSONText(b, v)
	case *jinja.List:
		return writeJSONItems(b, v.Items, sorted, depth)
	case *jinja.Tuple:
		return writeJSONItems(b, v.Items, sorted, depth)
	case *jinja.Dict:
		return writeJSONDict(b, v, sorted, depth)
	default:
		return &problem{code: CodeInvalidTemplate, message: "tojson: a " + jinja.TypeName(v) + " has no JSON"}
	}
	return nil
}

func writeJSONItems(b *strings.Builder, items []jinja.Value, sorted bool, depth int) error {
	b.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			b.WriteString(", ")
		}
		if err := writeJSON(b, item, sorted, depth+1); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeJSONDict(b *strings.Builder, d *jinja.Dict, sorted bool, depth int) error {
	keys := d.Keys()
	if sorted {
		slices.SortStableFunc(keys, func(x, y jinja.Value) int { return strings.Compare(jinja.Str(x), jinja.Str(y)) })
	}
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteString(", ")
		}
		switch k := k.(type) {
		case string:
			writeJSONText(b, k)
		case nil, bool, int, float64:
			var key strings.Builder
			_ = writeJSON(&key, k, sorted, depth)
			writeJSONText(b, key.String())
		default:
			return &problem{code: CodeInvalidTemplate, message: "tojson: a " + jinja.TypeName(k) + " cannot be a key"}
		}
		b.WriteString(": ")
		v, _ := d.Get(k)
		if err := writeJSON(b, v, sorted, depth+1); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

func writeJSONText(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
}
