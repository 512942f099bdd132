package runner

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// Batches are how the batches of a microbatch model ended, in order of their times. What did not get its turn has failed.
type Batches struct{ Successful, Failed []compiler.Batch }

// part is a batch as a part of a step.
type part struct {
	compiler.Batch
	first, last bool
}

// limit makes a turn that of a batch: the hooks before the model belong to the first one, those after it to the last, and all but the
// first add to what is there.
func (p *part) limit(t *turn) {
	if !p.first {
		t.rendered.Pre = nil
		t.options.Continued = true
	}
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

// workBatches does the step of a microbatch model, a batch after the other: each is a turn with its own transaction. If the first one
// fails there is nothing that the others could add to.
func (x *run) workBatches(ctx context.Context, step *plan.Step, s *session, thread int) *Result {
	now := time.Now()
	whole := &Result{Node: step.Node, Step: step, Rows: -1, Thread: thread, Started: now, Executing: now, Batches: &Batches{}}
	batches := x.batches(step.Node)
	for i, b := range batches {
		p := &part{Batch: b, first: i == 0, last: i == len(batches)-1}
		if ctx.Err() != nil || i > 0 && len(whole.Batches.Successful) == 0 {
			whole.Batches.Failed = append(whole.Batches.Failed, b)
			continue
		}
		r := x.persist(ctx, step, s, thread, p)
		whole.take(r, b)
		x.report(BatchFinished{Result: r, Batch: b, Number: i + 1, Total: len(batches)})
	}
	whole.Finished = time.Now()
	whole.sum()
	if earlier, ok := x.Resume[step.Node.ID]; ok {
		whole.Batches.Successful = append(whole.Batches.Successful, earlier.Successful...)
	}
	return whole
}

// batches are the batches of a model to build now: those that failed in the run that is resumed, or those that are due.
func (x *run) batches(n *compiler.Node) []compiler.Batch {
	if earlier, ok := x.Resume[n.ID]; ok {
		return earlier.Failed
	}
	existing := x.known.catalog.Get(n.Relation)
	adding := existing != nil && existing.Kind == relation.BaseTable && !plan.FullRefresh(n, x.Options)
	return x.Graph.Batches(n, x.Options.EventTime, x.Options.Now, adding)
}

// take adds a batch's result to its model's.
func (r *Result) take(b *Result, batch compiler.Batch) {
	if b.Status == Success {
		r.Batches.Successful = append(r.Batches.Successful, batch)
		r.addRows(b.Rows)
		return
	}
	r.Batches.Failed = append(r.Batches.Failed, batch)
	if r.Err == nil {
		r.Err, r.Problem, r.Because, r.CompiledPath = b.Err, b.Problem, b.Because, b.CompiledPath
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
		r.Status, r.Message = Error, "ERROR"
		if r.Problem != nil {
			r.Message = r.Problem.Message
		} else if r.Err != nil {
			r.Message = r.Err.Error()
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
			out = append(out, compiler.Batch{Window: window, Size: compiler.BatchSize(n.Config.String("batch_size"))})
		}
		return out
	}
	return Batches{Successful: list(b.Successful), Failed: list(b.Failed)}
}
