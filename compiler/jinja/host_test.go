package jinja_test

import (
	"fmt"
	"math/big"
	"strconv"
	"testing"

	"github.com/modsql/mod/compiler/jinja"
)

// money is a host value that is a number: cents.
type money int

func (m money) String() string   { return fmt.Sprintf("%d.%02d", m/100, m%100) }
func (m money) Repr() string     { return "Money('" + m.String() + "')" }
func (m money) TypeName() string { return "Money" }
func (m money) Float() float64   { return float64(m) / 100 }
func (m money) Int() *big.Int    { return big.NewInt(int64(m) / 100) }
func (m money) Truth() bool      { return m != 0 }
func (m money) HashKey() string  { return "money " + m.String() }

func (m money) Equal(other jinja.Value) bool {
	switch o := other.(type) {
	case money:
		return m == o
	case int:
		return int(m) == 100*o
	}
	return false
}

func (m money) Compare(other jinja.Value) (int, bool) {
	switch o := other.(type) {
	case money:
		return int(m - o), true
	case int:
		return int(m) - 100*o, true
	}
	return 0, false
}

func (m money) Operate(op string, other jinja.Value, swapped bool) (jinja.Value, bool, error) {
	o, ok := other.(money)
	if i, isInt := other.(int); isInt {
		o, ok = money(100*i), true
	}
	if swapped {
		m, o = o, m
	}
	switch op {
	case "+":
		return m + o, ok, nil
	case "-":
		return m - o, ok, nil
	}
	return nil, false, nil
}

func (m money) Round(digits int) (jinja.Value, error) { return (m + 50) / 100 * 100, nil }

// record is a host value with named fields in order.
type record struct{ fields *jinja.Dict }

func (r record) Dict() *jinja.Dict { return r.fields }

func (r record) Index(key jinja.Value) (jinja.Value, bool, error) {
	v, ok := r.fields.Get(key)
	return v, ok, nil
}

func TestHostValuesBehaveAsTheySay(t *testing.T) {
	t.Parallel()
	g := globals{"m": money(1250), "n": money(300), "zero": money(0), "r": record{jinja.DictOf("b", 1, "a", 2)}}
	tests := []struct{ src, want string }{
		{`{{ m }} {{ [m] }}`, `12.50 [Money('12.50')]`},
		{`{{ m + n }} {{ 1 + m }} {{ m - 1 }} {{ 20 - m }} {{ -m < zero }}`, `15.50 13.50 11.50 7.50 True`},
		{`{{ m > n }} {{ 3 == n }} {{ n == 3 }} {{ m in [n, m] }} {{ 12 < m }} {{ [m, n] | sort }}`, `True True True True True [Money('3.00'), Money('12.50')]`},
		{`{{ [m, n] | sum }} {{ [m, n] | max }} {{ -m | abs }} {{ m | round }} {{ m | int }} {{ m | float }}`, `15.50 12.50 12.50 13.00 12 12.5`},
		{`{{ '%.1f %d %s' % (m, m, m) }} {{ '{:.1f} {}'.format(m, m) }}`, `12.5 12 12.50 12.5 12.50`},
		{`{{ m is number }} {{ 'y' if zero else 'n' }} {{ {m: 1}[m] }} {{ [m, m, n] | unique | list | length }}`, `True n 1 2`},
		{`{{ m * 2 }}`, `unsupported operand type(s) for *: 'Money' and 'int'`},
		{`{{ m < 'a' }}`, `'<' not supported between instances of 'Money' and 'str'`},
		{`{{ r.a }} {{ r['b'] }} [{{ r.c }}] {{ r | length }} {{ r | list }} {{ 'a' in r }} {{ r is mapping }} {{ r | dictsort }} {{ r | tojson }}`,
			`2 1 [] 2 ['b', 'a'] True True [('a', 2), ('b', 1)] {"a": 2, "b": 1}`},
		{`{% for k, v in r | items %}{{ k }}{{ v }}{% endfor %} {{ dict(**r) }} {{ dict(r, c=3) }}`, `b1a2 {'b': 1, 'a': 2} {'b': 1, 'a': 2, 'c': 3}`},
	}
	for _, tt := range tests {
		got, err := render(t.Context(), tt.src, g)
		if err != nil {
			got = messageOf(err)
		}
		if got != tt.want {
			t.Errorf("%s = %q, want %q", tt.src, got, tt.want)
		}
	}
}

func TestDictKeepsOrderAndIdentity(t *testing.T) {
	t.Parallel()
	d := jinja.NewDict()
	for i := range 40 {
		if err := d.Set(i, i*i); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < 40; i += 3 {
		d.Delete(i)
	}
	d.Put("s", 1)
	if err := d.Set(1.0, "one"); err != nil {
		t.Fatal(err)
	}
	if v, _ := d.Get(true); v != "one" || d.Len() != 27 || len(d.Keys()) != 27 {
		t.Errorf("d[True] = %v, %d keys", v, d.Len())
	}
	if err := d.Set(jinja.NewList(), 1); err == nil {
		t.Error("a list is a key")
	}
	c := d.Clone()
	c.Put("only", 1)
	if _, ok := d.GetString("only"); ok {
		t.Error("a clone shares its keys")
	}
	if !jinja.Equal(jinja.DictOf("a", 1, "b", 2), jinja.DictOf("b", 2, "a", 1.0)) {
		t.Error("order counts for equality")
	}
	var none *jinja.Dict
	if _, ok := none.Get("a"); ok || none.Len() != 0 || none.Clone().Len() != 0 {
		t.Error("a nil dict is not empty")
	}
	for range none.All() {
		t.Error("a nil dict has items")
	}
}

// TestDictForgetsWhatIsDeleted fills and empties a dict again and again, as a cache is.
func TestDictForgetsWhatIsDeleted(t *testing.T) {
	t.Parallel()
	d := jinja.NewDict()
	for n := range 100 {
		for key := range n % 30 {
			d.Put(strconv.Itoa(key), n)
		}
		for key := range n % 30 {
			if v, ok := d.GetString(strconv.Itoa(key)); !ok || v != n {
				t.Fatalf("round %d: key %d is %v, %v", n, key, v, ok)
			}
			d.Delete(strconv.Itoa(key))
		}
		if d.Len() != 0 {
			t.Fatalf("round %d: %d keys are left", n, d.Len())
		}
	}
}
