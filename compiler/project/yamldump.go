package project

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// maxDepth bounds how deep a value is written: one that contains itself would never end.
const maxDepth = 200

// dumpYAML writes v as PyYAML's safe_dump does, except that long lines are not folded and text of several lines is put in double quotes. ok is false for a value that YAML has no
// form for.
func dumpYAML(v jinja.Value, sorted bool) (out string, ok bool) {
	d := yamlDumper{sorted: sorted}
	if isBlock(v) {
		d.block(v, 0, false)
	} else {
		d.inline(v)
		text, isText := v.(string)
		_, isDict := v.(*jinja.Dict)
		_, isList := v.(*jinja.List)
		if isText && isPlainYAML(text) || !isText && !isDict && !isList {
			d.b.WriteString("...\n")
		}
	}
	return d.b.String(), !d.failed
}

type yamlDumper struct {
	b      strings.Builder
	sorted bool
	failed bool
}

// block writes a list or dict that is not empty at an indentation; inList says that its first line continues a list's dash.
func (d *yamlDumper) block(v jinja.Value, indent int, inList bool) {
	if indent > 2*maxDepth {
		d.failed = true
		return
	}
	pad := strings.Repeat(" ", indent)
	begin := func(i int) {
		if i > 0 || !inList {
			d.b.WriteString(pad)
		}
	}
	switch v := v.(type) {
	case *jinja.Dict:
		keys := v.Keys()
		if d.sorted {
			slices.SortStableFunc(keys, func(x, y jinja.Value) int { return strings.Compare(jinja.Str(x), jinja.Str(y)) })
		}
		for i, k := range keys {
			begin(i)
			d.scalar(k)
			d.b.WriteString(":")
			item, _ := v.Get(k)
			d.value(item, indent)
		}
	case *jinja.List:
		for i, item := range v.Items {
			begin(i)
			d.b.WriteString("- ")
			if isBlock(item) {
				d.block(item, indent+2, true)
			} else {
				d.inline(item)
			}
		}
	}
}

// isBlock tells whether a value takes lines of its own.
func isBlock(v jinja.Value) bool {
	switch v := v.(type) {
	case *jinja.Dict:
		return v.Len() > 0
	case *jinja.List:
		return len(v.Items) > 0
	}
	return false
}

// inline writes a value that is no block, and ends its line.
func (d *yamlDumper) inline(v jinja.Value) {
	switch v.(type) {
	case *jinja.Dict:
		d.b.WriteString("{}")
	case *jinja.List:
		d.b.WriteString("[]")
	default:
		d.scalar(v)
	}
	d.b.WriteString("\n")
}

// value writes what follows a key's colon.
func (d *yamlDumper) value(v jinja.Value, indent int) {
	if !isBlock(v) {
		d.b.WriteString(" ")
		d.inline(v)
		return
	}
	d.b.WriteString("\n")
	if _, isDict := v.(*jinja.Dict); isDict {
		indent += 2 // a list in a dict is not indented
	}
	d.block(v, indent, false)
}

func (d *yamlDumper) scalar(v jinja.Value) {
	switch v := v.(type) {
	case nil:
		d.b.WriteString("null")
	case bool:
		fmt.Fprintf(&d.b, "%t", v)
	case int, *big.Int:
		d.b.WriteString(jinja.Str(v))
	case float64:
		switch {
		case math.IsNaN(v):
			d.b.WriteString(".nan")
		case math.IsInf(v, 1):
			d.b.WriteString(".inf")
		case math.IsInf(v, -1):
			d.b.WriteString("-.inf")
		default:
			d.b.WriteString(jinja.Repr(v))
		}
	case string:
		d.text(v)
	default:
		d.failed = true
	}
}

func (d *yamlDumper) text(s string) {
	switch {
	case isPlainYAML(s):
		d.b.WriteString(s)
	case strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r > 0x7e }):
		writeYAMLQuoted(&d.b, s)
	default:
		d.b.WriteString("'" + strings.ReplaceAll(s, "'", "''") + "'")
	}
}

func writeYAMLQuoted(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(b, `\x%02X`, r)
		case r <= 0xffff:
			fmt.Fprintf(b, `\u%04X`, r)
		default:
			fmt.Fprintf(b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
}

// isPlainYAML tells whether text can stand without quotes and is text again when it is read.
func isPlainYAML(s string) bool {
	if s == "" || strings.TrimSpace(s) != s || s == "-" || s == "?" || s == "=" || s == "<<" || strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...") {
		return false
	}
	if v, ok := resolveText(s).(string); !ok || v != s {
		return false
	}
	if _, isTime := resolveTime(s); isTime {
		return false
	}
	if strings.ContainsRune("!&*|>@`%\"'#,[]{}", rune(s[0])) || strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "? ") || strings.HasPrefix(s, ": ") || s[0] == ':' && len(s) == 1 {
		return false
	}
	if strings.Contains(s, ": ") || strings.HasSuffix(s, ":") || strings.Contains(s, " #") {
		return false
	}
	for _, r := range s {
		if r < 0x20 || r > 0x7e {
			return false
		}
	}
	return true
}
