package runner

import (
	"testing"
	"time"

	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/runner/state"
)

func TestNotesComeAfterWhatWasDoneAndNotAfterWhatIsOfTheFuture(t *testing.T) {
	t.Parallel()
	now := time.Now()
	soon, far := now.Add(time.Minute), now.Add(24*time.Hour)
	key := state.Key{Node: "model.shop.orders"}
	for name, known := range map[string]state.Known{
		"the newest":                  {Newest: soon},
		"a build before a future one": {Newest: far, Builds: map[state.Key]state.Build{key: {At: soon}}},
		"a range before a future one": {Newest: far, Claims: map[state.Key]interval.Claims{key: {{At: soon}, {At: far}}}},
	} {
		b := &Book{Known: known}
		b.follow()
		if at := b.noted(now); !at.After(soon.Add(-time.Second)) || at.After(far.Add(-time.Hour)) {
			t.Errorf("%s: what is done now is noted at %s, and not soon after %s", name, at, soon)
		}
		if at := b.now(); !at.After(soon) {
			t.Errorf("%s: it is noted to be %s, before %s", name, at, soon)
		}
	}
	b := &Book{Known: state.Known{Newest: far}}
	if b.follow(); b.ahead != 0 {
		t.Errorf("the clock follows the future, by %s", b.ahead)
	}
}
