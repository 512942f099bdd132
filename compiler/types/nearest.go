package types

// nearest finds names of a table that are nearly the given one.
func (r *read) nearest(table, name string) []string {
	if found, ok := r.names.Load(name); ok {
		return found.([]string)
	}
	found := nearest(table, name)
	r.names.Store(name, found)
	return found
}

// distance is how many letters must be changed, added, dropped or swapped with the next to make b of a.
func distance(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			now[j] = min(last[j], now[j-1]) + 1
			if a[i-1] == b[j-1] {
				now[j] = min(now[j], last[j-1])
			} else {
				now[j] = min(now[j], last[j-1]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
