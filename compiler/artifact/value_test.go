package artifact

import (
	"math"
	"math/big"
	"reflect"
	"testing"

	"github.com/modsql/mod/compiler/jinja"
)

func TestValuesAreWhatIsReadOfWhatIsWritten(t *testing.T) {
	t.Parallel()
	deep := jinja.Value("end")
	for range 60 {
		deep = jinja.NewList(deep)
	}
	for name, v := range map[string]jinja.Value{
		"nothing": nil, "true": true, "text": "a\u2028<b> \"ö\" \x00", "broken text": "a\xffb", "half a character": "\xed\xa0\x80",
		"number": 3, "large": math.MaxInt, "odd": 1<<53 + 1, "larger": new(big.Int).Lsh(big.NewInt(1), 80), "fraction": 0.1, "minus nothing": math.Copysign(0, -1), "tiny": 5e-324,
		"list": jinja.NewList(1, "a", nil, jinja.NewList()), "no list": jinja.NewList(), "dict": jinja.DictOf("a", jinja.DictOf("b", jinja.NewList(true))), "no dict": jinja.NewDict(),
		"other keys": func() *jinja.Dict { d := jinja.DictOf("a", 1); _ = d.Set(2, "two"); return d }(), "deep": deep, "undefined": &jinja.Undefined{},
	} {
		d := jinja.DictOf("before", 1, "is", v)
		want, err := reread(d)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := Values(d)
		if !reflect.DeepEqual(want, got) || err != nil { // cmp takes ages for what is deep
			t.Errorf("%s: want %v, got %v, %v", name, want, got, err)
		}
	}
	if _, err := Values(jinja.DictOf("is", math.NaN())); err == nil {
		t.Error("no JSON has NaN")
	}
}
