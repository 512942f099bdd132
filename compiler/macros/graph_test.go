package macros_test

import (
	"sync"
	"testing"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
)

// TestTheGraphIsOneForAllRenderings lets renderings that run side by side keep what they learn in the graph; the race detector
// watches.
func TestTheGraphIsOneForAllRenderings(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	described := 0
	graph := macros.NewGraph(func() *jinja.Dict { described++; return jinja.DictOf("nodes", jinja.NewDict()) })
	var wait sync.WaitGroup
	for i := range 8 {
		c := at(t, p, stock())
		c.Graph = graph
		c.Connect(c.Warehouse)
		c.Extra = map[string]jinja.Value{"me": i}
		wait.Go(func() {
			_, err := render(t, c, `{% for n in range(50) %}
				{% do graph.setdefault('kept', {'seen': [], 'by': {}}) %}
				{% do graph['kept'].seen.append(me) %}
				{% do adapter.get_relation('shop', 'main', 'teas') %}
				{% do graph.kept.by.update({me: n}) %}
				{% do graph.kept.by.pop(me) %}
			{% endfor %}{% do graph.kept.by.update({me: 'done'}) %}`)
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	c := at(t, p, nil)
	c.Graph = graph
	got, err := render(t, c, "{{ graph.kept.seen | length }} {{ graph.kept.by.values() | unique | list }} {{ graph.nodes }}")
	if want := "400 ['done'] {}"; err != nil || got != want || described != 1 {
		t.Errorf("got %q, %v, described %d times; want %q, once", got, err, described, want)
	}
}

// TestTheGraphIsFreeWhenARenderingEnds has one that failed, and one after it.
func TestTheGraphIsFreeWhenARenderingEnds(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), nil)
	if _, err := render(t, c, "{{ graph.update(a=1) }}{{ 1 / 0 }}"); err == nil {
		t.Error("a division by zero is no mistake")
	}
	other := at(t, load(t, shop), nil)
	other.Graph = c.Graph
	done := make(chan string)
	go func() {
		got, err := render(t, other, "{{ graph.a }}")
		if err != nil {
			t.Error(err)
		}
		done <- got
	}()
	select {
	case got := <-done:
		if got != "1" {
			t.Errorf("got %q, want 1", got)
		}
	case <-time.After(time.Minute):
		t.Fatal("the graph was not given back")
	}
}

// TestWhatRenderingsShareIsEachOnesOwn has them change it side by side; the race detector watches.
func TestWhatRenderingsShareIsEachOnesOwn(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	p.CLIVars.Put("kept", jinja.NewList(1))
	invocation := &macros.Invocation{Args: jinja.DictOf("which", "run"), Flags: map[string]jinja.Value{"INTROSPECT": true}}
	var wait sync.WaitGroup
	for range 8 {
		c := at(t, p, stock())
		c.Invocation = invocation
		wait.Go(func() {
			got, err := render(t, c, `{% for n in range(50) -%}
				{% do invocation_args_dict.update({n: n}) %}{% do target.update({n: n}) %}{% do var('kept').append(n) %}
			{%- endfor -%}
			{{ invocation_args_dict[49] }} {{ target[49] }} {{ var('kept') | length }} {{ invocation_args_dict.introspect }}`)
			if want := "49 49 51 True"; err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
	wait.Wait()
	if kept, _ := p.CLIVars.Get("kept"); invocation.Args.Len() != 1 || !jinja.Equal(kept, jinja.NewList(1)) {
		t.Errorf("a rendering has changed what all share: %v, %v", invocation.Args, kept)
	}
}
