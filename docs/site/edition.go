package site

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
)

// EditionFile is the file of a site that the next site is compared with.
const EditionFile = "edition.json"

// Edition is what a site was written from, as far as the next one tells changes from it.
type Edition struct {
	Made    time.Time       `json:"made"`
	Nodes   map[string]face `json:"nodes"`
	Since   string          `json:"since,omitempty"` // when that was written which Changes are told from
	Changes []change        `json:"changes,omitempty"`
}

// face is what is compared of a node: sums of its code and of its description, and its columns with their types.
type face struct {
	Name        string   `json:"name"`
	Code        string   `json:"code,omitempty"`
	Description string   `json:"description,omitempty"`
	Columns     []string `json:"columns,omitempty"`
}

// change is how a node differs from the edition before.
type change struct {
	Node link     `json:"node"`
	What string   `json:"what"` // "added", "removed" or "changed"
	How  []string `json:"how,omitempty"`
}

// ReadEdition reads the file EditionFile of a site.
func ReadEdition(r io.Reader) (*Edition, error) {
	out := &Edition{}
	return out, json.NewDecoder(r).Decode(out)
}

// edition is what the next site is compared with. Where nothing has changed, the changes are those that were told before.
func (t *telling) edition() *Edition {
	out := &Edition{Made: t.Made, Nodes: make(map[string]face, len(t.nodes))}
	for _, n := range t.nodes {
		if n.Type != compiler.Test {
			out.Nodes[n.ID] = t.face(n)
		}
	}
	if t.Earlier == nil {
		return out
	}
	out.Since, out.Changes = stamp(t.Earlier.Made), changes(t.Earlier.Nodes, out.Nodes)
	if len(out.Changes) == 0 {
		out.Since, out.Changes = t.Earlier.Since, t.Earlier.Changes
	}
	return out
}

func (t *telling) face(n *compiler.Node) face {
	f := face{Name: title(n), Code: sum(n.Raw), Description: sum(describe(n))}
	if n.Raws != nil || n.Type == compiler.Seed {
		f.Code = n.Checksum
	}
	for _, c := range t.known[n.ID].columns {
		f.Columns = append(f.Columns, c.Name+"\t"+strings.ToLower(c.Type))
	}
	return f
}

// sum is a short sum of a text, "" for no text.
func sum(text string) string {
	if text == "" {
		return ""
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, text) // never fails
	return strconv.FormatUint(h.Sum64(), 36)
}

// changes are the differences between two editions: what is new first, then what is gone, then what is different.
func changes(before, after map[string]face) []change {
	var out []change
	add := func(id, what string, f face, how []string) {
		kind, _, _ := strings.Cut(id, ".")
		out = append(out, change{Node: link{id, f.Name, kind}, What: what, How: how})
	}
	for id, f := range after {
		was, there := before[id]
		if !there {
			add(id, "added", f, nil)
		} else if how := was.differences(f); len(how) > 0 {
			add(id, "changed", f, how)
		}
	}
	for id, f := range before {
		if _, there := after[id]; !there {
			add(id, "removed", f, nil)
		}
	}
	slices.SortFunc(out, func(a, b change) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Node[0], b.Node[0])) })
	return out
}

// differences are those from a node to the same one later, in words.
func (f face) differences(later face) []string {
	var out []string
	if f.Code != later.Code {
		out = append(out, "code")
	}
	if f.Description != later.Description {
		out = append(out, "description")
	}
	before, after := typed(f.Columns), typed(later.Columns)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		switch was, there := before[name]; {
		case !there:
			out = append(out, fmt.Sprintf("column %s added", name))
		case was != after[name] && was != "" && after[name] != "":
			out = append(out, fmt.Sprintf("column %s: %s, was %s", name, after[name], was))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, there := after[name]; !there {
			out = append(out, fmt.Sprintf("column %s removed", name))
		}
	}
	return out
}

// typed are the types of columns by their names.
func typed(columns []string) map[string]string {
	out := make(map[string]string, len(columns))
	for _, c := range columns {
		i := strings.LastIndexByte(c, '\t')
		out[c[:max(i, 0)]] = c[i+1:]
	}
	return out
}
