package jinja

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
)

// Args are the arguments of a call by the parameters they belong to.
type Args struct{ values []Value }

// Has tells whether parameter i was given.
func (a Args) Has(i int) bool { return !isUnset(a.values[i]) }

// Value is the argument for parameter i; nil if it was not given.
func (a Args) Value(i int) Value {
	if isUnset(a.values[i]) {
		return nil
	}
	return a.values[i]
}

// Or is the argument for parameter i, or otherwise if it was not given.
func (a Args) Or(i int, otherwise Value) Value {
	if isUnset(a.values[i]) {
		return otherwise
	}
	return a.values[i]
}

// Bind matches the call's arguments with those parameters, of which the first ones are required, as Python does for a function of
// that name. What does not match is a TypeError with Python's words.
func (c *Call) Bind(function string, required int, params ...string) (Args, error) {
	if len(c.Args) > len(params) {
		return Args{}, tooManyArguments(function, required, len(params), len(c.Args))
	}
	if len(c.Args) == len(params) && c.Kwargs.Len() == 0 {
		return Args{c.Args}, nil
	}
	values := make([]Value, len(params))
	n := copy(values, c.Args)
	for i := n; i < len(values); i++ {
		values[i] = unset{}
	}
	for k, v := range c.Kwargs.All() {
		key, _ := k.(string)
		i := slices.Index(params, key)
		switch {
		case i < 0:
			return Args{}, typeErrorf("%s() got an unexpected keyword argument %s", function, Repr(key))
		case !isUnset(values[i]):
			return Args{}, typeErrorf("%s() got multiple values for argument %s", function, Repr(key))
		}
		values[i] = v
	}
	var missing []string
	for i := range required {
		if isUnset(values[i]) {
			missing = append(missing, Repr(params[i]))
		}
	}
	if missing != nil {
		return Args{}, missingArguments(function, missing)
	}
	return Args{values}, nil
}

func tooManyArguments(function string, required, most, given int) error {
	takes := fmt.Sprint(most)
	if required < most {
		takes = fmt.Sprintf("from %d to %d", required, most)
	}
	word, were := "arguments", "were"
	if takes == "1" {
		word = "argument"
	}
	if given == 1 {
		were = "was"
	}
	return typeErrorf("%s() takes %s positional %s but %d %s given", function, takes, word, given, were)
}

func missingArguments(function string, missing []string) error {
	n := len(missing)
	if n == 1 {
		return typeErrorf("%s() missing 1 required positional argument: %s", function, missing[0])
	}
	list := strings.Join(missing[:n-1], ", ") + " and " + missing[n-1]
	if n > 2 {
		list = strings.Join(missing[:n-1], ", ") + ", and " + missing[n-1]
	}
	return typeErrorf("%s() missing %d required positional arguments: %s", function, n, list)
}

// toIndex is an argument that must be an int; one that is too large for an index is the largest.
func toIndex(v Value) (int, error) {
	if b, ok := v.(*big.Int); ok {
		return b.Sign() * math.MaxInt, nil
	}
	if _, ok := toSmallInt(v); !ok {
		return 0, typeErrorf("slice indices must be integers or None or have an __index__ method")
	}
	return toInt(v)
}

// toInt is an argument that must be an int.
func toInt(v Value) (int, error) {
	if i, ok := toSmallInt(v); ok {
		return i, nil
	}
	if b := toBig(v); b != nil {
		return 0, failf("OverflowError", "Python int too large to convert to C ssize_t")
	}
	if u, ok := v.(*Undefined); ok {
		return 0, undefinedError(u)
	}
	return 0, typeErrorf("'%s' object cannot be interpreted as an integer", TypeName(v))
}
