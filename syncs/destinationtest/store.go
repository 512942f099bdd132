package destinationtest

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/modsql/mod/syncs"
)

// Store is records in memory, for servers that stand in for a destination's. It is safe for concurrent use.
type Store struct {
	Key []string // the fields of the key

	mu      sync.Mutex
	records []map[string]any
	seen    map[string]bool
}

// Archived is the field that marks a record as archived in a Store.
const Archived = "archived"

// Seen tells whether a batch of that idempotency key was noted before, and notes it.
func (s *Store) Seen(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	before := s.seen[key]
	s.seen[key] = true
	return before
}

// Apply does with a record what op says in a mode; false if there is none that it could be done with, and none is to be created.
func (s *Store) Apply(m syncs.Mode, op syncs.Op, record map[string]any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.records, func(r map[string]any) bool {
		return !slices.ContainsFunc(s.Key, func(k string) bool { return Spell(r[k]) != Spell(record[k]) })
	})
	switch {
	case op == syncs.Insert || op == syncs.Update:
		return s.put(m, op, at, record)
	case at < 0:
		return false
	case op == syncs.Delete:
		s.records = slices.Delete(s.records, at, at+1)
	case op == syncs.Archive:
		s.records[at][Archived] = true
	default:
		s.records[at] = record
	}
	return true
}

// put creates a record, or changes the one at a place.
func (s *Store) put(m syncs.Mode, op syncs.Op, at int, record map[string]any) bool {
	switch {
	case m == syncs.AppendMode || at < 0 && m != syncs.UpdateMode:
		s.records = append(s.records, record)
	case at < 0:
		return false
	case m == syncs.InsertMode && op == syncs.Insert:
	default:
		s.records[at] = record
	}
	return true
}

// Records are copies of all records.
func (s *Store) Records(*testing.T) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]map[string]any, len(s.records))
	for i, r := range s.records {
		out[i] = maps.Clone(r)
	}
	return out
}
