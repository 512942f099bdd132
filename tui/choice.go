package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// chosen is the selection: what its line says, and the nodes that this is.
type chosen struct {
	terms    []term
	excludes []string
	ids      map[string]bool
	brief    string // the line, as far as the screen can show it
	counted  string // how many ids there are, in words
	seq      int    // of the question that ids answer, or are going to
	problem  string // of the line
}

// term is a criterion of the selection: anything that the flag takes, or a node that the list was used to pick.
type term struct {
	words    string
	node     string // its ID; "" for what was written
	up, down int    // how many generations come with it
}

func (t term) String() string {
	out := t.words
	if t.up > 0 {
		out = fmt.Sprintf("%d+%s", t.up, out)
	}
	if t.down > 0 {
		out = fmt.Sprintf("%s+%d", out, t.down)
	}
	return out
}

// choice is the selection as the flags say it.
func (c chosen) choice() Choice {
	var out Choice
	for _, t := range c.terms {
		out.Select = append(out.Select, t.String())
	}
	out.Exclude = slices.Clone(c.excludes)
	return out
}

// String is the selection as one would type it after mod run.
func (c Choice) String() string {
	if len(c.Select) == 0 && len(c.Exclude) == 0 {
		return ""
	}
	var parts []string
	if len(c.Select) > 0 {
		parts = append(parts, "--select "+strings.Join(quote(c.Select), " "))
	}
	if len(c.Exclude) > 0 {
		parts = append(parts, "--exclude "+strings.Join(quote(c.Exclude), " "))
	}
	return strings.Join(parts, " ")
}

// quote puts in quotes what a shell would take apart.
func quote(words []string) []string {
	out := slices.Clone(words)
	for i, w := range out {
		if strings.ContainsAny(w, " *?[]{}()<>|&;$'\"\\`!#~") {
			out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return out
}

// written is a selection line as the choice that it is: words, and those after --exclude.
func written(words string) chosen {
	var c chosen
	excluding := false
	for _, w := range strings.Fields(words) {
		switch {
		case w == "--select" || w == "-s":
			excluding = false
		case w == "--exclude":
			excluding = true
		case excluding:
			c.excludes = append(c.excludes, strings.Trim(w, "'"))
		default:
			c.terms = append(c.terms, term{words: strings.Trim(w, "'")})
		}
	}
	return c
}

// line is the selection as it is written in the line of the screen.
func (c chosen) line() string {
	choice := c.choice()
	out := strings.Join(choice.Select, " ")
	if len(choice.Exclude) > 0 {
		out = strings.TrimSpace(out + " --exclude " + strings.Join(choice.Exclude, " "))
	}
	return out
}

// head is as much of the selection as there is room for in a line.
func (c chosen) head() chosen {
	c.terms, c.excludes = c.terms[:min(len(c.terms), wordsDrawn)], c.excludes[:min(len(c.excludes), wordsDrawn)]
	return c
}

// wordsDrawn is how many criteria are more than a line has room for.
const wordsDrawn = 150

// choose takes a new selection; what it picks is asked for.
func (s State) choose(c chosen) (State, []Effect) {
	c.seq, c.ids, c.counted, c.problem, c.brief = s.chosen.seq+1, s.chosen.ids, s.chosen.counted, "", c.head().line()
	s.chosen = c
	if len(c.terms) == 0 && len(c.excludes) == 0 {
		s = s.taken(nil)
		return s, nil
	}
	return s, []Effect{Select{c.seq, c.choice()}}
}

// toggle picks a node or takes it out again. The list shows it at once; the answer to the question that goes with it says the same.
func (s State) toggle(nodes ...*Node) (State, []Effect) {
	if len(nodes) == 0 {
		return s, nil
	}
	all := true
	for _, n := range nodes {
		all = all && s.chosen.ids[n.ID]
	}
	c := chosen{terms: slices.Grow(slices.Clone(s.chosen.terms), len(nodes)), excludes: slices.Clone(s.chosen.excludes)}
	ids := make(map[string]bool, len(s.chosen.ids)+len(nodes))
	maps.Copy(ids, s.chosen.ids)
	for _, n := range nodes {
		if all {
			c = c.without(n)
			delete(ids, n.ID)
		} else if !ids[n.ID] {
			c = c.with(n)
			ids[n.ID] = true
		}
	}
	if len(c.terms) == 0 {
		c.excludes = nil
	}
	s, effects := s.choose(c)
	if effects != nil {
		s = s.taken(ids)
	}
	return s, effects
}

// toggleFolder picks all that is in a folder, or takes it out again.
func (s State) toggleFolder(folder string) (State, []Effect) {
	words := "path:" + folder
	c := chosen{terms: slices.Clone(s.chosen.terms), excludes: slices.Clone(s.chosen.excludes)}
	all, ids := true, map[string]bool{}
	maps.Copy(ids, s.chosen.ids)
	nodes := s.under(folder)
	for _, n := range nodes {
		all = all && ids[n.ID]
	}
	at := slices.IndexFunc(c.terms, func(t term) bool { return t.words == words })
	out := slices.Index(c.excludes, words)
	switch {
	case at >= 0:
		c.terms = slices.Delete(c.terms, at, at+1)
	case all:
		c.excludes = append(c.excludes, words)
	case out >= 0:
		c.excludes = slices.Delete(c.excludes, out, out+1)
	default:
		c.terms = append(c.terms, term{words: words})
	}
	for _, n := range nodes {
		if at >= 0 || all {
			delete(ids, n.ID)
		} else {
			ids[n.ID] = true
		}
	}
	if len(c.terms) == 0 {
		c.excludes = nil
	}
	s, effects := s.choose(c)
	if effects != nil {
		s = s.taken(ids)
	}
	return s, effects
}

func (c chosen) with(n *Node) chosen {
	if i := slices.Index(c.excludes, n.Selector); i >= 0 {
		c.excludes = slices.Delete(c.excludes, i, i+1)
		return c
	}
	c.terms = append(c.terms, term{words: n.Selector, node: n.ID})
	return c
}

// without takes a node out: its own term, or, if it came with another, by excluding it.
func (c chosen) without(n *Node) chosen {
	i := slices.IndexFunc(c.terms, func(t term) bool { return t.node == n.ID })
	if i >= 0 {
		grown := c.terms[i].up+c.terms[i].down > 0
		if !grown {
			c.terms = slices.Delete(c.terms, i, i+1)
			return c
		}
	}
	c.excludes = append(c.excludes, n.Selector)
	return c
}

// grow takes one more generation of what the selection is made from, or of what is made from it.
func (s State) grow(up, down int) (State, []Effect) {
	c := chosen{terms: slices.Clone(s.chosen.terms), excludes: slices.Clone(s.chosen.excludes)}
	if n := s.node(); len(c.terms) == 0 && n != nil {
		c = c.with(n)
	}
	if len(c.terms) == 0 {
		return s, nil
	}
	for i := range c.terms {
		if c.terms[i].node != "" {
			c.terms[i].up, c.terms[i].down = c.terms[i].up+up, c.terms[i].down+down
			continue
		}
		c.terms[i].words = grown(c.terms[i].words, up, down)
	}
	return s.choose(c)
}

// grown is a criterion as somebody wrote it, with more generations; one that already takes all of them stays.
func grown(words string, up, down int) string {
	if strings.Contains(words, ",") || strings.HasPrefix(words, "@") {
		return words
	}
	if up > 0 && !strings.HasPrefix(words, "+") {
		words = "+" + words
	}
	if down > 0 && !strings.HasSuffix(words, "+") {
		words += "+"
	}
	return words
}

// picked takes the answer to the question what the selection is.
func (s State) picked(m Selected) State {
	if m.Seq != s.chosen.seq {
		return s
	}
	if s.chosen.problem = m.Problem; m.Problem != "" {
		return s
	}
	ids := make(map[string]bool, len(m.IDs))
	for _, id := range m.IDs {
		ids[id] = true
	}
	return s.taken(ids)
}

// wanted is what a command is for: the selection, or without one the node or the folder that the cursor is on.
func (s State) wanted() (Choice, bool) {
	if len(s.chosen.terms) > 0 || len(s.chosen.excludes) > 0 {
		return s.chosen.choice(), s.chosen.problem == ""
	}
	r := s.row()
	switch {
	case r == nil:
		return Choice{}, false
	case r.node != nil:
		return Choice{Select: []string{r.node.Selector}}, true
	default:
		return Choice{Select: []string{"path:" + r.folder}}, true
	}
}

// taken is the state in which those nodes are selected; they are counted, once for all the screens that tell of it.
func (s State) taken(ids map[string]bool) State {
	s.chosen.ids, s.chosen.counted = ids, s.counted(ids)
	return s
}

// counted is how many nodes there are, in words.
func (s State) counted(ids map[string]bool) string {
	if s.project == nil {
		return ""
	}
	nodes, tests := 0, 0
	for id := range ids {
		switch n := s.nodes[id]; {
		case n == nil:
		case n.test():
			tests++
		default:
			nodes++
		}
	}
	out := many(nodes, "node")
	if tests > 0 {
		out += ", " + many(tests, "test")
	}
	return out
}
