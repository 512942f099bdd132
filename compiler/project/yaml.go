package project

import (
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/diag"
	"gopkg.in/yaml.v3"
)

type kind uint8

const (
	scalar kind = iota
	sequence
	mapping
)

// node is a piece of YAML with its place. Aliases are resolved and merge keys applied.
type node struct {
	kind  kind
	plain bool   // a scalar without quotes: its type is what its text looks like
	tag   string // an explicit tag such as "!!str", or ""
	text  string // of a scalar
	at    diag.Span
	items []*node // of a sequence; of a mapping, keys and values by turns
	size  int     // how many nodes there are in it, up to maxNodes; aliases count as what they name
}

// maxNodes bounds what aliases can blow a file up to.
const maxNodes = 5_000_000

// get returns the value of a key in a mapping, or nil.
func (n *node) get(key string) *node {
	_, value := n.pair(key)
	return value
}

// pair returns a key of a mapping and its value, or nils.
func (n *node) pair(key string) (k, v *node) {
	if n == nil || n.kind != mapping {
		return nil, nil
	}
	for i := 0; i+1 < len(n.items); i += 2 {
		if n.items[i].text == key && n.items[i].kind == scalar {
			return n.items[i], n.items[i+1]
		}
	}
	return nil, nil
}

// isNull tells whether n is missing or a YAML null.
func (n *node) isNull() bool {
	return n == nil || n.kind == scalar && (n.plain && isNullText(n.text) && n.tag == "" || n.tag == "!!null")
}

// readYAML reads a YAML file; shown is its path in messages. The error is that of reading it; what is wrong in it is in the list,
// and the node is then nil, as it is for an empty file.
func readYAML(file, shown string, l *diag.List) (*node, *diag.Source, error) {
	text, err := os.ReadFile(file)
	src := diag.NewSource(shown, string(trimBOM(text)))
	if err != nil {
		return nil, src, err
	}
	if !checkUTF8(src, l) {
		return nil, src, nil
	}
	return parseYAML(src, l), src, nil
}

// parseYAML reads the one document of src; nil without an error in the list means an empty document.
func parseYAML(src *diag.Source, l *diag.List) *node {
	return parseYAMLText(src, src.Text, l)
}

// parseYAMLText is parseYAML for a text that stands in src at the same offsets.
func parseYAMLText(src *diag.Source, text string, l *diag.List) *node {
	dec := yaml.NewDecoder(strings.NewReader(text))
	var doc yaml.Node
	if err := decodeYAML(dec, &doc); err != nil {
		if !errors.Is(err, io.EOF) {
			l.Add(diagnoseYAML(src, text, err))
		}
		return nil
	}
	var second yaml.Node
	if err := decodeYAML(dec, &second); err == nil {
		l.Errorf((&places{src: src}).span(&second), CodeInvalidYAML, "a second document in the file").
			Hint = "keep one document per file: remove the line ---"
		return nil
	} else if !errors.Is(err, io.EOF) {
		l.Add(diagnoseYAML(src, text, err))
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	c := converter{places: places{src: src, ascii: isASCII(text)}, list: l}
	n := c.node(doc.Content[0])
	if n.size >= maxNodes {
		l.Errorf(n.at, CodeInvalidYAML, "aliases make the file too large")
		return nil
	}
	return n
}

// decodeYAML turns the parser's panics on hostile input into errors.
func decodeYAML(dec *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("yaml: the parser gave up")
		}
	}()
	return dec.Decode(into)
}

// converter turns the parser's nodes into ours.
type converter struct {
	places
	list    *diag.List
	anchors map[*yaml.Node]*node // what aliases name; nil while it is being converted: an alias to it is then a cycle
}

func (c *converter) node(y *yaml.Node) *node {
	if y.Kind == yaml.AliasNode {
		n, known := c.anchors[y.Alias]
		if !known {
			return c.node(y.Alias) // an anchor on a key that was merged or dropped
		}
		if n == nil {
			at := c.span(y)
			c.list.Errorf(at, CodeInvalidYAML, "the alias *%s stands inside of what it names", y.Value)
			return &node{kind: scalar, plain: true, at: at, size: 1}
		}
		return n
	}
	if y.Anchor == "" {
		return c.own(y)
	}
	if c.anchors == nil {
		c.anchors = map[*yaml.Node]*node{}
	}
	c.anchors[y] = nil
	n := c.own(y)
	c.anchors[y] = n
	return n
}

// own converts anything but an alias.
func (c *converter) own(y *yaml.Node) *node {
	switch y.Kind {
	case yaml.MappingNode:
		return c.mapping(y)
	case yaml.SequenceNode:
		n := &node{kind: sequence, at: c.span(y), items: make([]*node, len(y.Content)), size: 1}
		for i, item := range y.Content {
			n.items[i] = c.node(item)
			n.size = min(n.size+n.items[i].size, maxNodes)
		}
		return n
	default:
		n := &node{kind: scalar, text: y.Value, plain: y.Style&quoted == 0, at: c.span(y), size: 1}
		if y.Style&yaml.TaggedStyle != 0 {
			n.tag = y.Tag
		}
		return n
	}
}

// quoted are the styles in which a scalar is always text.
const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

func (c *converter) mapping(y *yaml.Node) *node {
	n := &node{kind: mapping, at: c.span(y), items: make([]*node, 0, len(y.Content)), size: 1}
	seen := newKeyIndex(len(y.Content) / 2)
	merges := false
	for i := 0; i+1 < len(y.Content); i += 2 {
		merges = merges || isMergeKey(y.Content[i])
	}
	if merges {
		for i := 0; i+1 < len(y.Content); i += 2 {
			if isMergeKey(y.Content[i]) {
				c.merge(n, seen, y.Content[i+1])
			}
		}
	}
	own := newKeyIndex(0)
	if !merges {
		own = seen
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		if isMergeKey(y.Content[i]) {
			continue
		}
		k, v := c.node(y.Content[i]), c.node(y.Content[i+1])
		if first := own.find(n, k); first >= 0 && own != seen || first >= 0 && !merges {
			d := c.list.Warnf(k.at, CodeDuplicateKey, "key %q is given twice, the last one counts", k.text)
			d.Related = []diag.Note{{Span: n.items[first].at, Message: "given here before"}}
		}
		c.put(n, seen, k, v)
		if own != seen {
			own.add(n, k, seen.find(n, k))
		}
	}
	return n
}

// merge adds the pairs of what << names; an earlier one in a list of mappings wins.
func (c *converter) merge(n *node, seen *keyIndex, y *yaml.Node) {
	from := c.node(y)
	sources := []*node{from}
	if from.kind == sequence {
		sources = from.items
	}
	for i := len(sources) - 1; i >= 0; i-- {
		s := sources[i]
		if s.kind != mapping {
			c.list.Errorf(c.span(y), CodeInvalidYAML, "<< must name a mapping or a list of them")
			return
		}
		for j := 0; j+1 < len(s.items); j += 2 {
			c.put(n, seen, s.items[j], s.items[j+1])
		}
	}
}

func (c *converter) put(n *node, seen *keyIndex, k, v *node) {
	n.size = min(n.size+k.size+v.size, maxNodes)
	if i := seen.find(n, k); i >= 0 {
		n.items[i], n.items[i+1] = k, v
		return
	}
	seen.add(n, k, len(n.items))
	n.items = append(n.items, k, v)
}

func isMergeKey(y *yaml.Node) bool { return y.Kind == yaml.ScalarNode && y.Tag == "!!merge" }

// keyIndex finds the keys of a mapping; small ones by looking, large ones by a map.
type keyIndex struct {
	at    map[string]int
	pairs []int
}

func newKeyIndex(size int) *keyIndex {
	x := &keyIndex{}
	if size > 12 {
		x.at = make(map[string]int, size)
	}
	return x
}

func (x *keyIndex) find(n *node, k *node) int {
	if k.kind != scalar {
		return -1
	}
	if x.at != nil {
		if i, ok := x.at[k.text]; ok && n.items[i].plain == k.plain {
			return i
		}
		return -1
	}
	for _, i := range x.pairs {
		if n.items[i].text == k.text && n.items[i].kind == scalar && (n.items[i].plain == k.plain || sameText(n.items[i], k)) {
			return i
		}
	}
	return -1
}

// sameText tells whether two keys of the same text have the same value, although only one is quoted.
func sameText(a, b *node) bool {
	_, x := resolveScalar(a).(string)
	_, y := resolveScalar(b).(string)
	return x == y
}

func (x *keyIndex) add(n *node, k *node, i int) {
	if x.at != nil {
		x.at[k.text] = i
		return
	}
	x.pairs = append(x.pairs, i)
	if len(x.pairs) > 24 {
		x.at = make(map[string]int, 64)
		for _, j := range x.pairs {
			if j < len(n.items) {
				x.at[n.items[j].text] = j
			} else {
				x.at[k.text] = j
			}
		}
	}
}

// places finds the parser's places, which are lines and columns in characters, in a text. It is quick where they come in order.
type places struct {
	src                  *diag.Source
	ascii                bool
	line, column, offset int // where the last place was
}

func (p *places) span(y *yaml.Node) diag.Span {
	if y.Line == 0 {
		return diag.Span{Source: p.src}
	}
	start := p.find(y.Line, y.Column)
	end := min(start+1, len(p.src.Text))
	if y.Kind == yaml.ScalarNode {
		end = start + scalarLength(p.src.Text[start:], y)
	}
	return diag.Span{Source: p.src, Start: start, End: end}
}

// find is the byte offset of a line and a column, both from 1.
func (p *places) find(line, column int) int {
	start := p.src.Offset(line, 1)
	if p.ascii {
		return min(start+max(column-1, 0), len(p.src.Text))
	}
	at := 1
	if line == p.line && column >= p.column {
		at, start = p.column, p.offset
	}
	for at < column && start < len(p.src.Text) {
		_, size := utf8.DecodeRuneInString(p.src.Text[start:])
		start += size
		at++
	}
	p.line, p.column, p.offset = line, at, start
	return start
}

// scalarLength is the length of the scalar that text begins with as it is written, its quotes included; of one that goes over
// several lines without quotes, that of the first.
func scalarLength(text string, y *yaml.Node) int {
	switch {
	case y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 && text != "":
		return quotedEnd(text)
	case strings.HasPrefix(text, y.Value):
		return len(y.Value)
	}
	line, _, _ := strings.Cut(text, "\n")
	return len(strings.TrimRight(line, " \t\r"))
}

// quotedEnd is the length of the quoted scalar that s begins with.
func quotedEnd(s string) int {
	q := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case q == '"' && s[i] == '\\':
			i++
		case s[i] == q && q == '\'' && i+1 < len(s) && s[i+1] == q:
			i++
		case s[i] == q:
			return i + 1
		}
	}
	return len(s)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

var yamlErrorLine = regexp.MustCompile(`^yaml: (?:unmarshal errors:\n\s*)?(?:line (\d+): )?(.*)$`)

// diagnoseYAML makes a diagnostic of the parser's error: it knows the line at best, so the place is looked for in the text.
func diagnoseYAML(src *diag.Source, text string, err error) *diag.Diagnostic {
	message, line := err.Error(), 1
	if m := yamlErrorLine.FindStringSubmatch(message); m != nil {
		message = m[2]
		if n, e := strconv.Atoi(m[1]); e == nil {
			line = n
		}
	}
	d := &diag.Diagnostic{Code: CodeInvalidYAML, Message: "not valid YAML: " + message}
	if found := findMistake(text, message, line); found != nil {
		d.Span = diag.Span{Source: src, Start: found.start, End: found.end}
		d.Hint = found.hint
		if found.message != "" {
			d.Message = "not valid YAML: " + found.message
		}
		return d
	}
	d.Span = lineSpan(src, line)
	return d
}

// lineSpan covers a line without its indentation.
func lineSpan(src *diag.Source, line int) diag.Span {
	start := src.Offset(line, 1)
	text := src.Line(line)
	body := strings.TrimLeft(text, " \t")
	start += len(text) - len(body)
	return diag.Span{Source: src, Start: min(start, len(src.Text)), End: min(start+len(body), len(src.Text))}
}

// trimBOM removes a byte order mark.
func trimBOM(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) }
