package modules

import (
	"errors"
	"iter"
	"slices"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// most bounds the results of itertools.product and its like.
const most = 1_000_000

var errTooMany = errors.New("the result has more than a million items")

// endless is an iterator that does not end by itself: count, cycle, repeat.
type endless struct{ items iter.Seq[jinja.Value] }

// Iterate implements jinja.Iterable.
func (e endless) Iterate() iter.Seq[jinja.Value] { return e.items }

// itertoolsModule is modules.itertools. What ends is a list, where Python has an iterator.
func itertoolsModule() members {
	return members{
		"count":       function("count", "start? step?", count),
		"cycle":       function("cycle", "iterable", cycle),
		"repeat":      function("repeat", "object times?", repeat),
		"accumulate":  function("accumulate", "iterable func? initial?", accumulate),
		"chain":       function("chain", "*iterables", chain),
		"compress":    function("compress", "data selectors", compress),
		"islice":      function("islice", "iterable *bounds", islice),
		"starmap":     function("starmap", "function iterable", starmap),
		"tee":         function("tee", "iterable n?", tee),
		"zip_longest": function("zip_longest", "*iterables fillvalue?", zipLongest),
		"product":     function("product", "*iterables repeat?", product),
		"permutations": function("permutations", "iterable r?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			return arrangements(a, true, false)
		}),
		"combinations": function("combinations", "iterable r", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			return arrangements(a, false, false)
		}),
		"combinations_with_replacement": function("combinations_with_replacement", "iterable r", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			return arrangements(a, false, true)
		}),
	}
}

func count(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	start, err := a.Int("start", 0)
	if err != nil {
		return nil, err
	}
	step, err := a.Int("step", 1)
	if err != nil {
		return nil, err
	}
	return endless{func(yield func(jinja.Value) bool) {
		for i := start; yield(i); i += step {
		}
	}}, nil
}

func cycle(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	items, err := jinja.Items(a.Value("iterable"))
	if err != nil {
		return nil, err
	}
	return endless{func(yield func(jinja.Value) bool) {
		for len(items) > 0 {
			for _, v := range items {
				if !yield(v) {
					return
				}
			}
		}
	}}, nil
}

func repeat(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	if a.Value("times") != nil {
		n, err := a.Int("times", 0)
		if err != nil {
			return nil, err
		}
		if n > most {
			return nil, errTooMany
		}
		return jinja.NewList(slices.Repeat([]jinja.Value{a.Value("object")}, max(n, 0))...), nil
	}
	return endless{func(yield func(jinja.Value) bool) {
		for yield(a.Value("object")) {
		}
	}}, nil
}

func accumulate(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	items, err := jinja.Items(a.Value("iterable"))
	if err != nil {
		return nil, err
	}
	if a.Value("initial") != nil {
		items = append([]jinja.Value{a.Value("initial")}, items...)
	}
	out := jinja.NewList()
	for i, v := range items {
		if i > 0 {
			if v, err = combined(c, a.Value("func"), out.Items[i-1], v); err != nil {
				return nil, err
			}
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}

func combined(c *jinja.Call, f, x, y jinja.Value) (jinja.Value, error) {
	if f != nil {
		return c.State.Call(f, []jinja.Value{x, y}, nil)
	}
	switch x := x.(type) {
	case int:
		switch y := y.(type) {
		case int:
			return x + y, nil
		case float64:
			return float64(x) + y, nil
		}
	case float64:
		switch y := y.(type) {
		case int:
			return x + float64(y), nil
		case float64:
			return x + y, nil
		}
	case string:
		if y, ok := y.(string); ok {
			return x + y, nil
		}
	case jinja.Operand:
		v, ok, err := x.Operate("+", y, false)
		if ok || err != nil {
			return v, err
		}
	}
	return nil, errors.New("accumulate() can add numbers and strings; pass a function for other items")
}

func chain(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	out := jinja.NewList()
	for _, v := range a.Rest {
		items, err := jinja.Items(v)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, items...)
	}
	return out, nil
}

func compress(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	data, err := jinja.Items(a.Value("data"))
	if err != nil {
		return nil, err
	}
	chosen, err := jinja.Items(a.Value("selectors"))
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	for i := range min(len(data), len(chosen)) {
		if jinja.Truth(chosen[i]) {
			out.Items = append(out.Items, data[i])
		}
	}
	return out, nil
}

func islice(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	start, stop, step := 0, most, 1
	var numbers []int
	for _, v := range a.Rest {
		n, ok := v.(int)
		if v != nil && (!ok || n < 0) {
			return nil, errors.New("indices for islice() must be None or an integer >= 0")
		}
		if v == nil {
			n = -1
		}
		numbers = append(numbers, n)
	}
	set := func(into *int, n int) {
		if n >= 0 {
			*into = n
		}
	}
	switch len(numbers) {
	case 1:
		set(&stop, numbers[0])
	case 2, 3:
		set(&start, numbers[0])
		set(&stop, numbers[1])
		if len(numbers) == 3 {
			set(&step, numbers[2])
		}
	default:
		return nil, errors.New("islice() takes one to three bounds")
	}
	if step == 0 {
		return nil, errors.New("step for islice() must be a positive integer or None")
	}
	return sliced(a.Value("iterable"), start, stop, step)
}

func sliced(v jinja.Value, start, stop, step int) (jinja.Value, error) {
	items, ok := v.(jinja.Iterable)
	if !ok {
		list, err := jinja.Items(v)
		if err != nil {
			return nil, err
		}
		items = endless{slices.Values(list)}
	}
	out := jinja.NewList()
	i := 0
	for v := range items.Iterate() {
		if i >= stop {
			break
		}
		if i >= start && (i-start)%step == 0 {
			out.Items = append(out.Items, v)
		}
		i++
	}
	return out, nil
}

func starmap(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	items, err := jinja.Items(a.Value("iterable"))
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	for _, v := range items {
		args, err := jinja.Items(v)
		if err != nil {
			return nil, err
		}
		r, err := c.State.Call(a.Value("function"), args, nil)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, r)
	}
	return out, nil
}

func tee(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	items, err := jinja.Items(a.Value("iterable"))
	if err != nil {
		return nil, err
	}
	n, err := a.Int("n", 2)
	if err != nil {
		return nil, err
	}
	if n*len(items) > most || n > most {
		return nil, errTooMany
	}
	var out []jinja.Value
	for range n {
		out = append(out, jinja.NewList(slices.Clone(items)...))
	}
	return jinja.NewTuple(out...), nil
}

func pools(a bind.Args) ([][]jinja.Value, error) {
	var out [][]jinja.Value
	for _, v := range a.Rest {
		items, err := jinja.Items(v)
		if err != nil {
			return nil, err
		}
		out = append(out, items)
	}
	return out, nil
}

func zipLongest(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	lists, err := pools(a)
	if err != nil {
		return nil, err
	}
	longest := 0
	for _, l := range lists {
		longest = max(longest, len(l))
	}
	out := jinja.NewList()
	for i := range longest {
		var row []jinja.Value
		for _, l := range lists {
			if i < len(l) {
				row = append(row, l[i])
			} else {
				row = append(row, a.Value("fillvalue"))
			}
		}
		out.Items = append(out.Items, jinja.NewTuple(row...))
	}
	return out, nil
}

func product(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	lists, err := pools(a)
	if err != nil {
		return nil, err
	}
	times, err := a.Int("repeat", 1)
	if err != nil {
		return nil, err
	}
	if times*len(lists) > 64 {
		return nil, errTooMany
	}
	lists = slices.Repeat(lists, max(times, 0))
	rows := [][]jinja.Value{nil}
	for _, l := range lists {
		if len(rows)*len(l) > most {
			return nil, errTooMany
		}
		var next [][]jinja.Value
		for _, row := range rows {
			for _, v := range l {
				next = append(next, append(slices.Clone(row), v))
			}
		}
		rows = next
	}
	return tuples(rows), nil
}

func tuples(rows [][]jinja.Value) *jinja.List {
	out := jinja.NewList()
	for _, row := range rows {
		out.Items = append(out.Items, jinja.NewTuple(row...))
	}
	return out
}

// arrangements are the choices of r items: in every order, or in that of the items, where an item may repeat itself or not.
func arrangements(a bind.Args, ordered, repeated bool) (jinja.Value, error) {
	items, err := jinja.Items(a.Value("iterable"))
	if err != nil {
		return nil, err
	}
	r, err := a.Int("r", len(items))
	if err != nil {
		return nil, err
	}
	if r < 0 {
		return nil, errors.New("r must be non-negative")
	}
	var rows [][]jinja.Value
	used := make([]bool, len(items))
	var choose func(row []jinja.Value, from int) error
	choose = func(row []jinja.Value, from int) error {
		if len(row) == r {
			if len(rows) >= most {
				return errTooMany
			}
			rows = append(rows, slices.Clone(row))
			return nil
		}
		start := from
		if ordered {
			start = 0
		}
		for i := start; i < len(items); i++ {
			if ordered && used[i] {
				continue
			}
			used[i] = true
			next := i + 1
			if repeated {
				next = i
			}
			if err := choose(append(row, items[i]), next); err != nil {
				return err
			}
			used[i] = false
		}
		return nil
	}
	if r > 1000 {
		return nil, errTooMany
	}
	err = choose(nil, 0)
	return tuples(rows), err
}
