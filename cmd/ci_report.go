package cmd

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
)

// longestReport is how many characters a report has at most: a comment of GitHub has no more than 65,536.
// https://github.com/orgs/community/discussions/27190
const longestReport = 60_000

// markdown is the report. Of one that would be longer than most characters (0 for any number) some is left out of each of its parts, and that is said there.
func (v *review) markdown(most int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n## %s\n\n%s", v.marker(), v.verdict(), v.comparedWith())
	b.WriteString(v.failures(most / 4))
	b.WriteString(v.checked(most / 8))
	b.WriteString(v.table(most / 2))
	b.WriteString(v.sent(most / 16))
	b.WriteString(v.approvals())
	b.WriteString(v.graphic())
	left := 0
	if most > 0 {
		left = max(most-utf8.RuneCountInString(b.String()), 1)
	}
	b.WriteString(fitted(v.comparisons(), left, func(n int) string { return "\n" + inWhole(n, "comparison") + "\n" }))
	return b.String()
}

// marker is by what a comment is found again: one of each project in a repository.
func (v *review) marker() string { return "<!-- mod ci: " + v.project.Root.Name + " -->" }

// room is what is kept free for saying what is left out.
const room = 200

// fitted are the first texts, as many as are no longer together than most characters (0 for any number); rest says how many more there are.
func fitted(texts []string, most int, rest func(n int) string) string {
	var b strings.Builder
	length := 0
	for i, text := range texts {
		if length += utf8.RuneCountInString(text); most > 0 && length > most-room {
			b.WriteString(rest(len(texts) - i))
			break
		}
		b.WriteString(text)
	}
	return b.String()
}

// inWhole says where what is left out is.
func inWhole(n int, what string) string { return count(n, "more "+what) + " in target/ci/report.md" }

// models are the nodes that the pull request has otherwise than the target, in the graph's order, and then what is in the project no more.
func (v *review) models() (list []*change.Verdict) {
	for _, n := range v.graph.Order {
		if h := v.home[n.ID]; h != nil && !isTest(n) {
			list = append(list, h)
		}
	}
	var gone []*change.Verdict
	for _, h := range v.home {
		if h.Node == nil && !strings.HasPrefix(h.ID, "test.") && !strings.HasPrefix(h.ID, "unit_test.") {
			gone = append(gone, h)
		}
	}
	slices.SortFunc(gone, func(a, b *change.Verdict) int { return strings.Compare(a.ID, b.ID) })
	return append(list, gone...)
}

// passed are the data tests and unit tests of what the environment has of its own that passed, now or when it had last been built.
func (v *review) passed() (list []*compiler.Node) {
	for _, verdict := range v.verdicts {
		if n := verdict.Node; n != nil && isTest(n) && !verdict.Elsewhere && !verdict.Needed() {
			list = append(list, n)
		}
	}
	for _, r := range v.ordered() {
		if isTest(r.Node) && (r.Status == runner.Pass || r.Status == runner.Success) {
			list = append(list, r.Node)
		}
	}
	return list
}

func isTest(n *compiler.Node) bool { return n.Type == compiler.Test || n.Type == compiler.UnitTest }

// tests are the data tests and unit tests that did not pass, by how they ended.
func (v *review) tests() (warned, failed []*runner.Result) {
	for _, r := range v.ordered() {
		if !isTest(r.Node) {
			continue
		}
		switch r.Status {
		case runner.Warn:
			warned = append(warned, r)
		case runner.Fail, runner.Error:
			failed = append(failed, r)
		}
	}
	return warned, failed
}

// broken are the models that could not be built.
func (v *review) broken() (list []*runner.Result) {
	for _, r := range v.ordered() {
		if r.Status == runner.Error && !isTest(r.Node) {
			list = append(list, r)
		}
	}
	return list
}

// verdict is all of it in a line.
func (v *review) verdict() string {
	models := len(v.models())
	warned, failed := v.tests()
	failed, excused := v.split(failed)
	broken := v.broken()
	unknown := v.steps == nil && v.base.why != nil
	changes := "nothing changes in the data"
	switch {
	case unknown:
		changes = "what changes is not known"
	case models > 0:
		verb := map[bool]string{true: "changes", false: "change"}[models == 1]
		changes = count(models, "model") + " " + verb
	}
	parts := []string{changes}
	if n := len(broken); n > 0 {
		parts = append(parts, count(n, "model")+" cannot be built")
	}
	for _, t := range []struct {
		n         int
		one, many string
	}{{len(v.problemsOf(diag.Error)), "check fails", "checks fail"}, {len(failed), "test fails", "tests fail"}, {len(excused), "test fails as at the target", "tests fail as at the target"}, {len(v.problemsOf(diag.Warning)), "check warns", "checks warn"}, {len(warned), "test warns", "tests warn"}, {len(v.passed()), "test passes", "tests pass"}} {
		if t.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", t.n, map[bool]string{true: t.one, false: t.many}[t.n == 1]))
		}
	}
	mark := "✅"
	switch {
	case len(failed)+len(broken)+len(v.problemsOf(diag.Error)) > 0:
		mark = "❌"
	case len(warned)+len(excused)+len(v.problemsOf(diag.Warning)) > 0 || unknown:
		mark = "⚠️"
	}
	return mark + " " + strings.Join(parts, ", ")
}

// failures are what failed, each with its place.
func (v *review) failures(most int) string {
	var b strings.Builder
	warned, failed := v.tests()
	for _, section := range []struct {
		title string
		list  []*runner.Result
	}{{"Cannot be built", v.broken()}, {"Failing tests", failed}, {"Warnings", warned}} {
		if len(section.list) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n### %s\n\n", section.title)
		var lines []string
		for _, r := range section.list {
			lines = append(lines, fmt.Sprintf("- %s%s\n", code(r.Node.Label()), v.failure(r)))
		}
		b.WriteString(fitted(lines, most/3, func(n int) string { return fmt.Sprintf("- %d more in target/ci/report.md\n", n) }))
	}
	return b.String()
}

// failure is how a node failed, and where.
func (v *review) failure(r *runner.Result) string {
	text := ""
	switch {
	case r.Failures != nil && *r.Failures > 0:
		text = ": " + count(*r.Failures, "row")
	case r.Problem != nil:
		text = ": " + cell(r.Problem.Message)
	case r.Message != "":
		text = ": " + cell(r.Message)
	}
	text += placeOf(problemOf(r))
	if v.failsBefore[r.Node] {
		text += fmt.Sprintf(" (at target %s too, with the same rows)", code(v.project.Target.Name))
	}
	return text
}

// placeOf is where a problem is, after a comma; "" if it is nowhere.
func placeOf(d *diag.Diagnostic) string {
	if d.Span.Source == nil {
		return ""
	}
	return ", " + code(fmt.Sprintf("%s:%d", filepath.ToSlash(d.Span.Source.Path), d.Span.Position().Line))
}

// checked are the problems that checks found, the worst first; those that are but worth knowing are counted.
func (v *review) checked(most int) string {
	var lines []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning} {
		for _, d := range v.problemsOf(s) {
			lines = append(lines, fmt.Sprintf("- %s: %s [%s]%s\n", s, cell(d.Message), cell(string(d.Code)), placeOf(d)))
		}
	}
	rest := v.leftOut()
	if len(lines) == 0 && (rest == "" || !v.options.baseline) { // what is wrong elsewhere is worth no section
		return ""
	}
	return "\n### Checks\n\n" + fitted(lines, most, func(n int) string { return fmt.Sprintf("- %d more in target/ci/report.md\n", n) }) + rest
}

// mostDrawn is how many nodes a drawing has at most: one with more says nothing to anybody.
const mostDrawn = 30

// graphic draws the models that change, and what they reach.
func (v *review) graphic() string {
	drawn := map[string]bool{}
	for _, m := range v.models() {
		if m.Node != nil {
			drawn[m.ID] = true
		}
	}
	changed := len(drawn)
	for _, n := range v.graph.Order {
		if n.Type == compiler.Exposure || n.Type == compiler.Sync {
			drawn[n.ID] = slices.ContainsFunc(n.DependsOn, func(id string) bool { return drawn[id] })
		}
	}
	var b strings.Builder
	place := map[string]int{}
	for _, n := range v.graph.Order {
		if !drawn[n.ID] {
			continue
		}
		place[n.ID] = len(place) + 1
		fmt.Fprintf(&b, "  n%d[\"%s\"]\n", place[n.ID], strings.NewReplacer(`"`, "#quot;", "<", "#lt;").Replace(n.Label()))
		for _, parent := range v.drawnAbove(n, drawn) {
			fmt.Fprintf(&b, "  n%d --> n%d\n", place[parent], place[n.ID])
		}
	}
	if changed < 2 || len(place) > mostDrawn {
		return ""
	}
	return "\n```mermaid\nflowchart LR\n" + b.String() + "```\n"
}

// drawnAbove are the IDs of the nearest drawn nodes of which a node is made, in order.
func (v *review) drawnAbove(n *compiler.Node, drawn map[string]bool) []string {
	var out []string
	seen := map[string]bool{}
	var add func(n *compiler.Node)
	add = func(n *compiler.Node) {
		for _, id := range n.DependsOn {
			if seen[id] {
				continue
			}
			seen[id] = true
			if drawn[id] {
				out = append(out, id)
			} else if parent := v.graph.Nodes[id]; parent != nil {
				add(parent)
			}
		}
	}
	add(n)
	slices.Sort(out)
	return out
}

// comparisons are the comparisons that found something, each folded.
func (v *review) comparisons() (list []string) {
	for _, c := range v.found {
		if c.Err == nil && c.Result.Same() {
			continue
		}
		text := strings.TrimRight((&differ{session: v.session}).plain(c), "\n")
		fence := "```"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		list = append(list, fmt.Sprintf("\n<details><summary>Rows of %s</summary>\n\n%stext\n%s\n%s\n\n</details>\n", code(nameOf(c)), fence, text, fence))
	}
	return list
}

// plain tells of a comparison without colours.
func (d *differ) plain(c runner.Compared) string {
	t := &diffText{}
	if c.Err != nil {
		return nameOf(c) + " was not compared: " + c.Err.Error()
	}
	t.result(nameOf(c), c.Result)
	return t.out.String()
}

// code is a name in a line of Markdown, whatever is in it.
func code(name string) string {
	fence := "`"
	for strings.Contains(name, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		name = " " + name + " "
	}
	return fence + cell(name) + fence
}

// cell is text in a cell of a table, on one line.
func cell(text string) string {
	text = strings.NewReplacer("\r", " ", "\n", " ", "|", "\\|", "<", "&lt;").Replace(text)
	if short := []rune(text); len(short) > 300 {
		return string(short[:300]) + "…"
	}
	return text
}
