package diag

import "strings"

// Suggest returns the candidate nearest to name, or "" if none is near enough to be what was meant. Letter case does not
// count as a difference. Ties go to the earlier candidate.
func Suggest(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+1
	if bestDistance > 4 {
		bestDistance = 4
	}
	folded := strings.ToLower(name)
	for _, c := range candidates {
		if c == name {
			continue
		}
		if d := distance(folded, strings.ToLower(c), bestDistance); d < bestDistance || d == bestDistance && best == "" && d < len(name) {
			best, bestDistance = c, d
		}
	}
	return best
}

// DidYouMean is the hint for a misspelt name: `did you mean "x"?`, or "" without a near candidate.
func DidYouMean(name string, candidates []string) string {
	if s := Suggest(name, candidates); s != "" {
		return `did you mean "` + s + `"?`
	}
	return ""
}

// distance is the optimal string alignment distance of a and b (insert, delete, replace, swap of neighbours), or limit+1 once it
// is known to exceed limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row[0] = i + 1
		least := row[0]
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			d := min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}

// Meant is the candidate that name is a slip of the pen of: the only one that a single letter more, less, other or swapped makes
// of it. It is "" if there is none, or any doubt.
func Meant(name string, candidates []string) string {
	meant := ""
	for _, c := range candidates {
		if len(name) < 3 || c == name || c == meant || distance(name, c, 1) > 1 {
			continue
		}
		if meant != "" {
			return ""
		}
		meant = c
	}
	return meant
}

// Rename is the fix that writes right instead of a name within a place, such as the argument of a call; none unless the name
// stands there once, in quotes.
func Rename(at Span, wrong, right string) []Edit {
	text, found := at.Text(), -1
	for _, quote := range []string{"'", `"`} {
		quoted := quote + wrong + quote
		switch i := strings.Index(text, quoted); {
		case i < 0:
		case found >= 0 || strings.Contains(text[i+len(quoted):], quoted):
			return nil
		default:
			found = i + 1
		}
	}
	if found < 0 || right == "" {
		return nil
	}
	start := at.Start + found
	return Replace(Span{at.Source, start, start + len(wrong)}, right)
}
