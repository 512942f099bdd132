package layout

import "math"

// shelf is a row of columns of parts.
type shelf struct {
	top, height float64
	left, right float64 // of its last column
	bottom      float64 // of what its last column holds
}

// pack puts the parts into shelves, and the shelves under each other. The parts come largest first: the first of a shelf says how high
// it is, the first of a column how wide it is.
func pack(parts []*part, o Options) (width, height float64) {
	limit := widest(parts, o)
	var s shelf
	for i, p := range parts {
		under := s.bottom + o.ComponentGap
		beside := s.right + o.ComponentGap
		switch {
		case i == 0:
			s = shelf{height: p.size.Y}
		case under+p.size.Y <= s.top+s.height && s.left+p.size.X <= max(s.right, limit):
			p.at = Point{s.left, under}
		case beside+p.size.X <= limit && p.size.Y <= s.height:
			p.at = Point{beside, s.top}
			s.left = beside
		default:
			top := s.top + s.height + o.ComponentGap
			p.at = Point{0, top}
			s = shelf{top: top, height: p.size.Y}
		}
		s.right = max(s.right, p.at.X+p.size.X)
		s.bottom = p.at.Y + p.size.Y
		width = max(width, s.right)
		height = max(height, s.bottom)
	}
	return width, height
}

// widest is how wide a shelf may become.
func widest(parts []*part, o Options) float64 {
	area, limit := 0.0, 0.0
	for _, p := range parts {
		area += (p.size.X + o.ComponentGap) * (p.size.Y + o.ComponentGap)
		limit = max(limit, p.size.X)
	}
	return max(limit, math.Sqrt(area*o.Aspect))
}
