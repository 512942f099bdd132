package sql

// slab hands out values of one type from chunks that grow: a tree of a thousand nodes costs some tens of allocations.
type slab[T any] struct {
	free []T
	size int
}

// reserve makes room for n values in one piece.
func (s *slab[T]) reserve(n int) {
	if n <= len(s.free) {
		return
	}
	s.size = min(max(4, s.size*2), 256)
	s.free = make([]T, max(s.size, n))
}

// one is a fresh value.
func (s *slab[T]) one() *T {
	s.reserve(1)
	p := &s.free[0]
	s.free = s.free[1:]
	return p
}

// stack collects the elements of lists of unknown length, inner ones on top of outer ones, and copies each finished list into a
// slab.
type stack[T any] struct {
	open []T
	done slab[T]
}

// begin marks where a list begins.
func (s *stack[T]) begin() int { return len(s.open) }

func (s *stack[T]) push(x T) { s.open = append(s.open, x) }

// end takes the list off that began at mark; an empty one is nil.
func (s *stack[T]) end(mark int) []T {
	n := len(s.open) - mark
	if n == 0 {
		return nil
	}
	s.done.reserve(n)
	list := s.done.free[:n:n]
	s.done.free = s.done.free[n:]
	copy(list, s.open[mark:])
	s.open = s.open[:mark]
	return list
}
