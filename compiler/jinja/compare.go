package jinja

import (
	"cmp"
	"math"
	"math/big"
	"reflect"
	"slices"
)

// Truth is Python's bool(v).
func Truth(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case Markup:
		return v != ""
	case *List:
		return len(v.Items) > 0
	case *Tuple:
		return len(v.Items) > 0
	case *Undefined:
		return false
	case Truther:
		return v.Truth()
	case Sized:
		return v.Len() > 0
	case Mapping:
		return v.Dict().Len() > 0
	}
	return true
}

// Equal is Python's a == b. Values that are too large to compare in reasonable time are not equal.
func Equal(a, b Value) bool {
	c := comparer{left: defaultSteps}
	return c.equal(a, b, 0)
}

// comparer compares within a number of steps: lists that hold the same list twice, and so on, would take forever.
type comparer struct{ left int }

// equal is Equal, counted.
func (s *State) equal(a, b Value) (bool, error) {
	c := comparer{left: s.steps}
	r := c.equal(a, b, 0)
	s.steps = c.left
	if s.steps < 0 {
		return false, s.check()
	}
	return r, nil
}

func (c *comparer) equal(a, b Value, depth int) bool {
	if c.left < 0 || depth > reprDepth {
		return same(a, b)
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := asString(b)
		return ok && x == y
	case Markup:
		y, ok := asString(b)
		return ok && string(x) == y
	case bool, int, float64, *big.Int:
		if r, ok := compareNumbers(a, b); ok {
			return r == 0
		}
		if y, ok := b.(Equaler); ok {
			return y.Equal(a)
		}
		return false
	case *Undefined:
		_, ok := b.(*Undefined)
		return ok
	case *List:
		y, ok := b.(*List)
		return ok && (x == y || c.items(x.Items, y.Items, depth+1))
	case *Tuple:
		y, ok := b.(*Tuple)
		return ok && (x == y || c.items(x.Items, y.Items, depth+1))
	case *Dict:
		y, ok := b.(*Dict)
		return ok && c.dicts(x, y, depth+1)
	case *Set:
		y, ok := b.(*Set)
		return ok && x.Len() == y.Len() && subset(x, y)
	case Equaler:
		return x.Equal(b)
	}
	if y, ok := b.(Equaler); ok {
		return y.Equal(a)
	}
	return same(a, b)
}

func (c *comparer) items(a, b []Value, depth int) bool {
	return slices.EqualFunc(a, b, func(x, y Value) bool {
		c.left--
		return c.equal(x, y, depth)
	})
}

func (c *comparer) dicts(a, b *Dict, depth int) bool {
	if a == b {
		return true
	}
	if a.Len() != b.Len() {
		return false
	}
	for k, v := range a.All() {
		c.left--
		if w, ok := b.Get(k); !ok || !c.equal(v, w, depth) {
			return false
		}
	}
	return true
}

func subset(a, b *Set) bool {
	for k := range a.members.All() {
		if !b.Has(k) {
			return false
		}
	}
	return true
}

// same is Python's `is`, as far as it can be told: small values are the same if they are equal.
func same(a, b Value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if f, ok := a.(Func); ok {
		return reflect.ValueOf(f.Fn).Pointer() == reflect.ValueOf(b.(Func).Fn).Pointer()
	}
	if x := reflect.ValueOf(a); !x.Comparable() || !reflect.ValueOf(b).Comparable() {
		return false
	}
	return a == b
}

// compareNumbers orders two numbers; ok is false if one is not a number. A comparison with NaN gives 2.
func compareNumbers(a, b Value) (c int, ok bool) {
	x, xInt := toSmallInt(a)
	y, yInt := toSmallInt(b)
	if xInt && yInt {
		return cmp.Compare(x, y), true
	}
	if p, q := toBig(a), toBig(b); p != nil && q != nil {
		return p.Cmp(q), true
	}
	f, fok := toRat(a)
	g, gok := toRat(b)
	if !fok || !gok {
		return 0, false
	}
	if math.IsNaN(f.approx) || math.IsNaN(g.approx) {
		return 2, true
	}
	if f.exact == nil || g.exact == nil {
		return cmp.Compare(f.approx, g.approx), true
	}
	return f.exact.Cmp(g.exact), true
}

// number is a value for comparison: exact unless infinite.
type number struct {
	approx float64
	exact  *big.Float
}

func toRat(v Value) (number, bool) {
	switch v := v.(type) {
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return number{approx: v}, true
		}
		return number{v, big.NewFloat(v)}, true
	case bool, int, *big.Int:
		i := toBig(v)
		f := new(big.Float).SetInt(i)
		approx, _ := f.Float64()
		return number{approx, f}, true
	}
	return number{}, false
}

// toSmallInt is the value of a bool or an int that is not big.
func toSmallInt(v Value) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// toBig is the value of any int or bool; nil for others.
func toBig(v Value) *big.Int {
	switch v := v.(type) {
	case int:
		return big.NewInt(int64(v))
	case bool:
		if v {
			return big.NewInt(1)
		}
		return new(big.Int)
	case *big.Int:
		return v
	}
	return nil
}

// order compares for <, <=, >, >= (op is used in the message); 2 stands for "none of them" (NaN, sets that do not contain each other).
func (s *State) order(a, b Value, op string) (int, error) {
	c := comparer{left: s.steps}
	r, err := c.order(a, b, op, 0)
	s.steps = c.left
	if s.steps < 0 {
		return 0, s.check()
	}
	return r, err
}

func (c *comparer) order(a, b Value, op string, depth int) (int, error) {
	if u, ok := a.(*Undefined); ok {
		return 0, undefinedError(u)
	}
	if u, ok := b.(*Undefined); ok {
		return 0, undefinedError(u)
	}
	if x, ok := asString(a); ok {
		if y, ok := asString(b); ok {
			return cmp.Compare(x, y), nil
		}
	} else if r, ok := compareNumbers(a, b); ok {
		return r, nil
	}
	switch x := a.(type) {
	case *List:
		if y, ok := b.(*List); ok {
			return c.orderItems(x.Items, y.Items, op, depth)
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return c.orderItems(x.Items, y.Items, op, depth)
		}
	case *Set:
		if y, ok := b.(*Set); ok {
			switch {
			case subset(x, y) && x.Len() == y.Len():
				return 0, nil
			case subset(x, y):
				return -1, nil
			case subset(y, x):
				return 1, nil
			}
			return 2, nil
		}
	case Ordered:
		if r, ok := x.Compare(b); ok {
			return r, nil
		}
	}
	if y, ok := b.(Ordered); ok {
		if r, ok := y.Compare(a); ok {
			return -r, nil
		}
	}
	return 0, typeErrorf("'%s' not supported between instances of '%s' and '%s'", op, TypeName(a), TypeName(b))
}

func (c *comparer) orderItems(a, b []Value, op string, depth int) (int, error) {
	if depth > reprDepth {
		return 0, failf("RecursionError", "maximum recursion depth exceeded in comparison")
	}
	for i := 0; i < len(a) && i < len(b); i++ {
		c.left--
		if !c.equal(a[i], b[i], depth+1) {
			return c.order(a[i], b[i], op, depth+1)
		}
	}
	return cmp.Compare(len(a), len(b)), nil
}

// sortValues sorts by key, stably, as sorted() does; the items at the same place belong to the keys.
func sortValues(s *State, keys, items []Value, reverse bool) error {
	places := make([]int, len(keys))
	for i := range places {
		places[i] = i
	}
	var failed error
	slices.SortStableFunc(places, func(i, j int) int {
		if failed != nil {
			return 0
		}
		a, b := keys[i], keys[j]
		if reverse {
			a, b = b, a
		}
		c, err := s.order(a, b, "<")
		if err != nil {
			failed = err
		}
		if c == 2 {
			c = 0
		}
		return c
	})
	if failed != nil {
		return failed
	}
	sorted := make([]Value, len(items))
	for i, p := range places {
		sorted[i] = items[p]
	}
	copy(items, sorted)
	return nil
}
