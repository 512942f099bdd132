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

// dumpYAML writes v as PyYAML's safe_dump does, except that long lines are not folded. ok is false for a value that YAML has no
// form for.
func dumpYAML(v jinja.Value, sorted bool) (text string, ok bool) {
	d := yamlDumper{sorted: sorted}
	switch v.(type) {
	case *jinja.Dict, *jinja.List:
		d.block(v, 0, false)
	default:
		d.scalar(v)
		if _, isText := v.(string); !isText || isPlainYAML(v.(string)) {
			d.b.WriteString("\n...")
		}
		d.b.WriteString("\n")
	}
	return d.b.String(), !d.failed
}

type yamlDumper struct {
	b      strings.Builder
	sorted bool
	failed bool
}

// block writes a list or dict at an indentation; inList says that its first line continues a list's dash.
func (d *yamlDumper) block(v jinja.Value, indent int, inList bool) {
	if indent > 2*maxDepth {
		d.failed = true
		return
	}
	pad := strings.Repeat(" ", indent)
	switch v := v.(type) {
	case *jinja.Dict:
		if v.Len() == 0 {
			d.b.WriteString(pad + "{}\n")
			return
		}
		keys := v.Keys()
		if d.sorted {
			slices.SortStableFunc(keys, func(x, y jinja.Value) int { return strings.Compare(jinja.Str(x), jinja.Str(y)) })
		}
		for i, k := range keys {
			if i > 0 || !inList {
				d.b.WriteString(pad)
			}
			d.scalar(k)
			d.b.WriteString(":")
			item, _ := v.Get(k)
			d.value(item, indent)
		}
	case *jinja.List:
		if len(v.Items) == 0 {
			d.b.WriteString(pad + "[]\n")
			return
		}
		for i, item := range v.Items {
			if i > 0 || !inList {
				d.b.WriteString(pad)
			}
			d.b.WriteString("- ")
			switch item := item.(type) {
			case *jinja.Dict:
				if item.Len() > 0 {
					d.block(item, indent+2, true)
					continue
				}
				d.b.WriteString("{}\n")
			case *jinja.List:
				if len(item.Items) > 0 {
					d.block(item, indent+2, true)
					continue
				}
				d.b.WriteString("[]\n")
			default:
				d.scalar(item)
				d.b.WriteString("\n")
			}
		}
	}
}

// value writes what follows a key's colon.
func (d *yamlDumper) value(v jinja.Value, indent int) {
	switch v := v.(type) {
	case *jinja.Dict:
		if v.Len() > 0 {
			d.b.WriteString("\n")
			d.block(v, indent+2, false)
			return
		}
		d.b.WriteString(" {}\n")
	case *jinja.List:
		if len(v.Items) > 0 {
			d.b.WriteString("\n")
			d.block(v, indent, false) // a list in a dict is not indented
			return
		}
		d.b.WriteString(" []\n")
	default:
		d.b.WriteString(" ")
		d.scalar(v)
		d.b.WriteString("\n")
	}
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
	case strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\n' || r == 0x7f || r > 0x7e }):
		writeYAMLQuoted(&d.b, s)
	default:
		// In single quotes a line break is written as an empty line.
		d.b.WriteString("'" + strings.ReplaceAll(strings.ReplaceAll(s, "'", "''"), "\n", "\n\n") + "'")
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
