package runner

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// Batches are how the batches of a microbatch model ended, in order of their times. What did not get its turn has failed.
type Batches struct{ Successful, Failed []compiler.Batch }

// part is a batch as a part of a step.
type part struct {
	compiler.Batch
	number      int // from 0
	first, last bool
	after       <-chan error // tells when it is noted that the relation was made, which what follows that waits for; nil for nothing
	adds        bool         // to what is there, whatever the flags say: what other batches made must stay

	all    []*part       // of the first one: the batches of the model
	inputs []state.Input // how many rows of what it reads are in it; nil if nobody counted
}

// limit makes a turn that of a batch: the hooks before the model belong to the first one, those after it to the last.
func (p *part) limit(t *turn) {
	if !p.first {
		t.rendered.Pre = nil
	}
	t.options.Continued, t.options.Batch = p.adds, p.ID()
	if !p.last {
		t.rendered.Post = nil
	}
}

// file is the path of the result's compiled file below target/compiled. The batches of a model have a folder.
func (r *Result) file() string {
	file := r.Node.CompiledPath()
	if r.part == nil {
		return file
	}
	ending := path.Ext(file)
	stem := strings.TrimSuffix(path.Base(file), ending)
	return path.Join(path.Dir(file), stem, stem+"_"+r.part.Name()+ending)
}

// batching is a microbatch model that is being built. It is a value of the coordinating goroutine alone.
type batching struct {
	step    *plan.Step
	parts   []*part
	results []*Result // by the place of their parts; nil for those that have not ended
	whole   *Result

	started, running int
	onto             bool // what there is of the model is added to
	sideBySide       bool // the batches between the first and the last one do not wait for each other
}

// batching begins with a microbatch model.
func (x *run) batching(step *plan.Step) *batching {
	now := time.Now()
	b := &batching{
		step:       step,
		whole:      &Result{Node: step.Node, Step: step, Rows: -1, Started: now, Executing: now, Batches: &Batches{}},
		sideBySide: x.at(step.Node).graph.SideBySide(step.Node),
	}
	_, resumed := x.Resume[step.Node.ID]
	due := x.batches(step)
	b.onto = resumed || x.adding(step.Node)
	for i, batch := range due {
		b.parts = append(b.parts, &part{Batch: batch, number: i, first: i == 0, last: i == len(due)-1, adds: i > 0 || b.onto})
	}
	if len(due) > 0 {
		b.parts[0].all = b.parts
	}
	b.results = make([]*Result, len(due))
	return b
}

// next takes the batch that may start now, nil if there is none: the first one and the last one are alone. If the first
// one fails there may be nothing that the others could add to.
func (b *batching) next() *part {
	if b.started == len(b.parts) || b.hopeless() {
		return nil
	}
	p := b.parts[b.started]
	if b.running > 0 && (!b.sideBySide || p.last || b.started == 1) {
		return nil
	}
	b.started++
	b.running++
	return p
}

// hopeless tells whether the batches that are left do not get their turn. Those that a plan names are missing each by itself, where there is something to add
// them to.
func (b *batching) hopeless() bool {
	alone := b.onto && len(b.step.Intervals) > 0
	return !alone && b.results[0] != nil && b.results[0].Status != Success
}

// over tells whether nothing is left to do.
func (b *batching) over() bool { return b.running == 0 && (b.started == len(b.parts) || b.hopeless()) }

// result is the model's result. The batches that have not run have failed.
func (b *batching) result(earlier Batches) *Result {
	for i, r := range b.results {
		b.whole.take(r, b.parts[i].Batch)
	}
	b.whole.Finished = time.Now()
	b.whole.sum()
	b.whole.Batches.Successful = append(b.whole.Batches.Successful, earlier.Successful...)
	return b.whole
}

// nextBatch is the next batch of a model that is being built.
func (x *run) nextBatch() (job, bool) {
	for _, b := range x.underway {
		if p := b.next(); p != nil {
			return job{steps: []*plan.Step{b.step}, batching: b, part: p}, true
		}
	}
	return job{}, false
}

// batchEnded takes the result of a batch, and returns its model's if that was the last one.
func (x *run) batchEnded(j job, r *Result) []*Result {
	b := j.batching
	b.running--
	b.results[j.part.number] = r
	b.whole.Thread = r.Thread
	x.reportBatch(b, j.part, r)
	if !b.over() {
		return nil
	}
	return []*Result{x.closeBatching(b)}
}

// closeBatching ends a model whose batches have ended, or do not get their turn.
func (x *run) closeBatching(b *batching) *Result {
	x.underway = slices.DeleteFunc(x.underway, func(other *batching) bool { return other == b })
	now := time.Now()
	for i, p := range b.parts {
		if b.results[i] == nil {
			x.reportBatch(b, p, &Result{Node: b.step.Node, Step: b.step, Status: Skipped, Rows: -1, Started: now, Finished: now, scope: scope{part: p}})
		}
	}
	return b.result(x.Resume[b.step.Node.ID])
}

func (x *run) reportBatch(b *batching, p *part, r *Result) {
	x.noteBatch(b, p, r)
	x.report(BatchFinished{Result: r, Batch: p.Batch, Number: p.number + 1, Total: len(b.parts)})
}

// batches are the batches of a model to build now: those that failed in the run that is resumed, those that the plan names, or those that are due.
func (x *run) batches(step *plan.Step) []compiler.Batch {
	n := step.Node
	if earlier, ok := x.Resume[n.ID]; ok {
		return earlier.Failed
	}
	if len(step.Intervals) > 0 {
		return n.Cut(step.Intervals)
	}
	return x.at(n).graph.Batches(n, x.Options.EventTime, x.Options.Now, x.adding(n))
}

// adding tells whether there is something to which a model's batches are added.
func (x *run) adding(n *compiler.Node) bool {
	existing := x.at(n).known.catalog.Get(n.Relation)
	return existing != nil && existing.Kind == relation.BaseTable && !plan.FullRefresh(n, x.Options)
}

// take adds a batch's result to its model's; nil is that of a batch that had no turn.
func (r *Result) take(b *Result, batch compiler.Batch) {
	if b != nil && b.Status == Success {
		r.Batches.Successful = append(r.Batches.Successful, batch)
		r.addRows(b.Rows)
		r.Bytes += b.Bytes
		return
	}
	r.Batches.Failed = append(r.Batches.Failed, batch)
	if b != nil && r.Err == nil {
		r.Err, r.Problem, r.Because, r.CompiledPath, r.cancelled = b.Err, b.Problem, b.Because, b.CompiledPath, b.cancelled
		r.Message = b.Message
	}
}

// addRows counts the rows of one more batch. What is not told of one is not told of all.
func (r *Result) addRows(n int64) {
	switch {
	case len(r.Batches.Successful) == 1:
		r.Rows = n
	case n < 0 || r.Rows < 0:
		r.Rows = -1
	default:
		r.Rows += n
	}
}

// sum says how the model ended, given its batches.
func (r *Result) sum() {
	done, failed := len(r.Batches.Successful), len(r.Batches.Failed)
	switch {
	case failed == 0:
		r.Status, r.Message = Success, "SUCCESS"
	case done > 0:
		r.Status, r.Message = PartialSuccess, fmt.Sprintf("PARTIAL SUCCESS (%d/%d)", done, done+failed)
	default:
		r.Status = Error
		switch {
		case r.cancelled: // its batch has said why
		case r.Problem != nil:
			r.Message = r.Problem.Message
		case r.Err != nil:
			r.Message = r.Err.Error()
		default:
			r.Message = "ERROR"
		}
	}
}

// artifact is the batches as run_results.json has them.
func (b *Batches) artifact() *artifact.Batches {
	if b == nil {
		return nil
	}
	list := func(batches []compiler.Batch) [][2]artifact.Time {
		out := [][2]artifact.Time{}
		for _, batch := range batches {
			out = append(out, [2]artifact.Time{{Time: batch.Start}, {Time: batch.End}})
		}
		return out
	}
	return &artifact.Batches{Successful: list(b.Successful), Failed: list(b.Failed)}
}

// ResumedFrom is the batches of run_results.json, for a run that goes on with the failed ones.
func ResumedFrom(n *compiler.Node, b *artifact.Batches) Batches {
	list := func(batches [][2]artifact.Time) []compiler.Batch {
		var out []compiler.Batch
		for _, batch := range batches {
			window := compiler.Window{Start: batch[0].UTC(), End: batch[1].UTC()}
			out = append(out, compiler.Batch{Window: window, Size: n.BatchSize()})
		}
		return out
	}
	return Batches{Successful: list(b.Successful), Failed: list(b.Failed)}
}
