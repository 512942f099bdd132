package tui

import (
	"fmt"
	"testing"
)

// large is a project of so many models in a hundred folders, with a test each.
func large(models int) *Project {
	p := &Project{Name: "large", Target: "dev", Warehouse: "duckdb"}
	for i := range models {
		n := &Node{
			ID: fmt.Sprintf("model.large.model_%05d", i), Name: fmt.Sprintf("model_%05d", i), Type: "model", Kind: "view",
			Path: fmt.Sprintf("models/area_%02d/part_%d/model_%05d.sql", i%100, i%7, i), Selector: fmt.Sprintf("model_%05d", i),
		}
		for up := 1; up <= 3 && i-up*7 >= 0; up++ {
			n.Reads = append(n.Reads, fmt.Sprintf("model.large.model_%05d", i-up*7))
		}
		t := &Node{ID: "test" + n.ID, Name: "not_null_" + n.Name, Type: "test", Kind: "test", Selector: "not_null_" + n.Name, Tests: n.ID, Reads: []string{n.ID}}
		p.Nodes = append(p.Nodes, n, t)
	}
	return p
}

// BenchmarkKeyToFrame is what lies between a key and the screen that it leads to, in a project of 10,000 models at 200×60: it is to take less
// than 16 ms.
func BenchmarkKeyToFrame(b *testing.B) {
	size := Size{200, 60}
	s, _ := New(Options{Theme: Theme{Colors: Colors256}})
	s = after(s, Resized(size), Tick{noon()}, Loaded{large(10_000)})
	for name, keys := range map[string][]string{
		"move":   {"j", "j", "pgdown", "k"},
		"filter": {"/", "m", "o", "9", "9", "esc"},
		"toggle": {" ", "j", " ", "u"},
		"fold":   {"g", "enter", "enter", "v", "v"},
		"help":   {"?", "p", "esc"},
	} {
		b.Run(name, func(b *testing.B) {
			at := s
			for i := 0; b.Loop(); i++ {
				at, _ = Update(at, Key(keys[i%len(keys)]))
				_ = View(at, size)
			}
		})
	}
}

// BenchmarkOpen is what it takes to show a project of 10,000 models once it is read.
func BenchmarkOpen(b *testing.B) {
	p, size := large(10_000), Size{200, 60}
	for b.Loop() {
		s, _ := New(Options{})
		s = after(s, Resized(size), Loaded{p})
		_ = View(s, size)
	}
}
