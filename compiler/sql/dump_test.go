package sql_test

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/modsql/mod/compiler/sql"
)

// dump writes a tree, one node a line, without its spans and without what is not set.
func dump(n sql.Node) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(n), 0, "")
	return b.String()
}

func dumpValue(b *strings.Builder, v reflect.Value, depth int, label string) {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	indent := strings.Repeat("  ", depth) + label
	switch v.Kind() {
	case reflect.Struct:
		if id, ok := v.Interface().(sql.Ident); ok {
			if id.Given() {
				fmt.Fprintf(b, "%s%s\n", indent, dumpIdent(id))
			}
			return
		}
		var plain, nested []string
		var fields []reflect.Value
		for i := range v.NumField() {
			f, name := v.Field(i), v.Type().Field(i).Name
			switch {
			case name == "Span" || f.IsZero():
			case f.Kind() == reflect.Slice && f.Type().Elem() == reflect.TypeFor[sql.Ident]():
				plain = append(plain, strings.ToLower(name)+"="+dumpIdents(f.Interface().([]sql.Ident)))
			case f.Type() == reflect.TypeFor[sql.Ident]():
				plain = append(plain, strings.ToLower(name)+"="+dumpIdent(f.Interface().(sql.Ident)))
			case f.Kind() == reflect.Struct, f.Kind() == reflect.Interface, f.Kind() == reflect.Pointer, f.Kind() == reflect.Slice:
				nested, fields = append(nested, strings.ToLower(name)), append(fields, f)
			case f.Kind() == reflect.Bool:
				plain = append(plain, strings.ToLower(name))
			default:
				plain = append(plain, fmt.Sprintf("%s=%v", strings.ToLower(name), f.Interface()))
			}
		}
		fmt.Fprintf(b, "%s%s\n", indent, strings.TrimSpace(v.Type().Name()+" "+strings.Join(plain, " ")))
		for i, f := range fields {
			dumpValue(b, f, depth+1, nested[i]+": ")
		}
	case reflect.Slice:
		for i := range v.Len() {
			dumpValue(b, v.Index(i), depth, label)
		}
	default:
		fmt.Fprintf(b, "%s%v\n", indent, v.Interface())
	}
}

func dumpIdent(id sql.Ident) string {
	if id.Quoted {
		return fmt.Sprintf("%q", id.Name)
	}
	return id.Name
}

func dumpIdents(list []sql.Ident) string {
	var out []string
	for _, id := range list {
		out = append(out, dumpIdent(id))
	}
	return strings.Join(out, ".")
}
