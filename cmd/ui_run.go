package cmd

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/tui"
)

// run carries a command out and tells of it.
func (h *hands) run(ctx context.Context, e tui.Run, send func(tui.Msg)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cancels := runner.NewCancels()
	if !h.begins(cancel, cancels) {
		send(tui.RunEnded{At: h.app.Now(), Failure: &tui.Failed{Text: "another run goes on"}})
		return
	}
	over := sync.OnceFunc(h.ends)
	defer over()
	h.warehouse.Lock()
	defer h.warehouse.Unlock()
	defer h.works()()
	v := newRunView(h.app, send)
	err := h.runs(ctx, v, printed{v}, cancels, wordsOf(e)...)
	m := tui.RunEnded{At: h.app.Now(), Summary: v.what, Failed: err != nil}
	if f := v.failure(); f != nil && !(v.begun && interrupted(ctx, err)) {
		m.Failure = f
		if v.begun {
			m.Failure, m.Summary = nil, f.Brief()
		}
	}
	if v.ended != nil {
		m.At, m.Failed = v.ended.Finished, err != nil || v.ended.Failed()
	}
	if m.Summary == "" {
		m.Summary = map[bool]string{true: "failed", false: "nothing to do"}[err != nil]
	}
	over() // before it is told: the next run may be asked for at once, and waits for the warehouse alone
	send(m)
	h.load(context.WithoutCancel(ctx), send)
}

// wordsOf is a run as the command line has it.
func wordsOf(e tui.Run) []string {
	switch e.Command {
	case "sync":
		return append([]string{"sync", "run"}, e.Select...)
	case "promote":
		return []string{"promote", e.Select[0], "--plan=" + e.Plan}
	case "apply":
		words := append([]string{"apply", "--yes", "--quiet"}, flagsOf(e.Choice)...)
		if e.Plan != "" {
			words = append([]string{"apply", "--plan=" + e.Plan}, flagsOf(e.Choice)...)
		}
		return words
	}
	return append([]string{e.Command}, flagsOf(e.Choice)...)
}

// begins notes that something runs, unless something does.
func (h *hands) begins(cancel context.CancelFunc, cancels *runner.Cancels) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cancel != nil {
		return false
	}
	h.cancel, h.cancels = cancel, cancels
	h.running.Add(1)
	return true
}

func (h *hands) ends() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancel, h.cancels = nil, nil
	h.running.Done()
}

// printed is where a run's own output goes: to its log.
type printed struct{ view *runView }

// Write implements io.Writer.
func (p printed) Write(text []byte) (int, error) {
	p.view.say("", string(text))
	return len(text), nil
}

var _ io.Writer = printed{}

// watch begins or ends to tell of files that are saved.
func (h *hands) watch(ctx context.Context, on bool, send func(tui.Msg)) {
	h.mu.Lock()
	if h.watching != nil {
		h.watching()
		h.watching = nil
	}
	sc := h.scene
	if !on || sc == nil {
		h.mu.Unlock()
		return
	}
	ctx, h.watching = context.WithCancel(ctx)
	h.mu.Unlock()
	w := newWatch(sc.project, sc.targetDir())
	w.files = true
	w.last = w.look()
	t := time.NewTicker(watchEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if w.changed() {
				send(tui.Changed{})
			}
		}
	}
}

// errNoProject is for what is asked of a project that could not be read.
var errNoProject = errors.New("the project cannot be read")
