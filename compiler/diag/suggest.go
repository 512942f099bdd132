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
