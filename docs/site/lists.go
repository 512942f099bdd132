package site

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
)

// lists are what the pages of a project list that is never so much that it had to be cut.
type lists struct {
	Sources   []listedNode `json:"sources"`
	Exposures []listedNode `json:"exposures"`
	Syncs     []listedNode `json:"syncs"`
	Docs      []docRow     `json:"docs"`
}

type listedNode struct {
	Node        link        `json:"node"`
	Description string      `json:"description,omitempty"`
	Owner       string      `json:"owner,omitempty"`
	Facts       [][2]string `json:"facts,omitempty"`
	Fresh       *freshness  `json:"fresh,omitempty"`
	Last        *lastRun    `json:"last,omitempty"`
	Up          []link      `json:"up,omitempty"`
	Down        int         `json:"down,omitempty"` // how many nodes read it
	Tests       int         `json:"tests,omitempty"`
	Failing     int         `json:"failing,omitempty"`
}

type docRow struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Path   string `json:"path"`
	Text   string `json:"text"`
	UsedBy []link `json:"usedBy,omitempty"`
}

func (t *telling) lists() *lists {
	out := &lists{Sources: []listedNode{}, Exposures: []listedNode{}, Syncs: []listedNode{}, Docs: t.docs()}
	for _, n := range t.nodes {
		switch n.Type {
		case compiler.Source:
			out.Sources = append(out.Sources, t.listedNode(n))
		case compiler.Exposure:
			out.Exposures = append(out.Exposures, t.listedNode(n))
		case compiler.Sync:
			out.Syncs = append(out.Syncs, t.listedNode(n))
		}
	}
	return out
}

// changeList is what is different from the edition before.
func (t *telling) changeList() any {
	out := struct {
		Since   string   `json:"since"`
		Changes []change `json:"changes"`
	}{t.now.Since, t.now.Changes}
	if out.Changes == nil {
		out.Changes = []change{}
	}
	return out
}

func (t *telling) listedNode(n *compiler.Node) listedNode {
	h := t.known[n.ID].health
	out := listedNode{
		Node: link{n.ID, title(n), string(n.Type)}, Description: describe(n), Owner: t.known[n.ID].owner, Facts: t.facts(n), Fresh: t.freshness(n),
		Down: len(t.downstream(n)), Tests: h.tests, Failing: h.failing + h.warned,
	}
	if n.Type != compiler.Source {
		out.Up = t.links(t.upstream(n))
	}
	if l, ran := t.last[n.ID]; ran {
		out.Last = &l
	}
	return out
}

// docs are the docs blocks of the project, and who shows each of them.
func (t *telling) docs() []docRow {
	used := map[string][]link{}
	for _, n := range t.nodes {
		blocks := slices.Clone(n.DocBlocks)
		for _, c := range n.Columns {
			blocks = append(blocks, c.DocBlocks...)
		}
		slices.Sort(blocks)
		for _, id := range slices.Compact(blocks) {
			used[id] = append(used[id], link{n.ID, title(n), string(n.Type)})
		}
	}
	out := []docRow{}
	for _, d := range t.Graph.Docs {
		if d.Name == "__overview__" || strings.HasPrefix(d.Name, "__") {
			continue
		}
		out = append(out, docRow{ID: d.ID(), Name: d.Name, Path: d.File.Path, Text: d.Text, UsedBy: used[d.ID()]})
	}
	return out
}
