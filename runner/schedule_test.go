package runner

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
)

// steps makes a plan of "id<parent,parent weight".
func steps(list ...plan.Step) *plan.Plan {
	p := &plan.Plan{}
	for i := range list {
		p.Steps = append(p.Steps, &list[i])
	}
	return p
}

func step(id string, weight float64, after ...string) plan.Step {
	return plan.Step{Node: &compiler.Node{ID: id, Name: id}, Weight: weight, After: after}
}

func TestTheLongestPathGoesFirst(t *testing.T) {
	t.Parallel()
	s := newSchedule(steps(step("short", 1), step("long", 5), step("same", 5), step("child", 9, "long")))
	var got []string
	for at := s.next(); at != nil; at = s.next() {
		got = append(got, at.Node.ID)
		s.succeeded(at)
	}
	if diff := cmp.Diff([]string{"long", "child", "same", "short"}, got); diff != "" {
		t.Errorf("order mismatch (-want +got):\n%s", diff)
	}
}

func TestAStepWaitsForAllThatItComesAfter(t *testing.T) {
	t.Parallel()
	p := steps(step("a", 1), step("b", 1), step("c", 1, "a", "b", "not in the plan"))
	s := newSchedule(p)
	a, b := s.next(), s.next()
	if got := s.next(); got != nil {
		t.Fatalf("%s is ready before its parents have ended", got.Node.ID)
	}
	s.succeeded(a)
	if _, ok := s.take("c"); ok {
		t.Fatal("c was taken while b had not ended")
	}
	s.succeeded(b)
	if got := s.next(); got == nil || got.Node.ID != "c" {
		t.Fatalf("next() = %v, want c", got)
	}
}

func TestAFailureTakesOutAllDownstreamOnce(t *testing.T) {
	t.Parallel()
	s := newSchedule(steps(step("a", 1), step("b", 1, "a"), step("c", 1, "a"), step("d", 1, "b", "c"), step("e", 1)))
	a := s.next()
	var got []string
	for _, lost := range s.failed(a) {
		got = append(got, lost.Node.ID)
	}
	if diff := cmp.Diff([]string{"b", "c", "d"}, got); diff != "" {
		t.Errorf("lost mismatch (-want +got):\n%s", diff)
	}
	if rest := s.rest(); len(rest) != 1 || rest[0].Node.ID != "e" {
		t.Errorf("rest() = %v, want e alone", rest)
	}
	if more := s.failed(a); more != nil {
		t.Errorf("a second failure took out %v", more)
	}
}

func TestATakenStepDoesNotComeUpAgain(t *testing.T) {
	t.Parallel()
	s := newSchedule(steps(step("a", 1), step("b", 2)))
	if _, ok := s.take("a"); !ok {
		t.Fatal("a was not ready")
	}
	if got := s.next(); got.Node.ID != "b" {
		t.Fatalf("next() = %s, want b", got.Node.ID)
	}
	if got := s.next(); got != nil {
		t.Fatalf("next() = %s, want none", got.Node.ID)
	}
}

func BenchmarkSchedule(b *testing.B) {
	var list []plan.Step
	for i := range 10_000 {
		s := step(fmt.Sprint(i), float64(i%97))
		for k := 1; k <= 3 && i-k*7 >= 0; k++ {
			s.After = append(s.After, fmt.Sprint(i-k*7))
		}
		list = append(list, s)
	}
	p := steps(list...)
	for b.Loop() {
		s := newSchedule(p)
		for at := s.next(); at != nil; at = s.next() {
			s.succeeded(at)
		}
	}
}
