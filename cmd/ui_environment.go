package cmd

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/tui"
)

// given are the flags of mod ui that another command has too: those that go with each call of it.
func (h *hands) given(target *cobra.Command) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	except := []string{"select", "exclude"}
	if f := h.app.command.Flags().Lookup("env"); f != nil && f.Value.String() == "" {
		except = append(except, "env")
	}
	return repeated(h.app.command, target, except...)
}

// change goes to another environment, or with "" to the target's own; the project is read as it is there.
func (h *hands) change(ctx context.Context, name string, send func(tui.Msg)) {
	if err := h.setEnvironment(name); err != nil {
		send(h.failure("environment "+name, err))
		return
	}
	h.load(ctx, send)
}

// setEnvironment is the flag --env, given later.
func (h *hands) setEnvironment(name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	flags := h.app.command.Flags()
	if flags.Lookup("env") == nil {
		return errors.New("this command has no environments")
	}
	h.scene = nil
	return flags.Set("env", name)
}

// planPromotion is what mod promote would do.
func (h *hands) planPromotion(ctx context.Context, name string) tui.Msg {
	h.warehouse.Lock()
	defer h.warehouse.Unlock()
	defer h.works()()
	p, err := h.promotion(ctx, name)
	if err != nil {
		return h.failure("the plan", err)
	}
	return tui.Planned{Plan: p}
}

func (h *hands) promotion(ctx context.Context, name string) (*tui.Plan, error) {
	b, command, err := h.prepared("promote")
	if err != nil {
		return nil, err
	}
	defer h.learn(b)
	s, err := b.compile(compileOptions{which: command, needTarget: true})
	if err != nil {
		return nil, err
	}
	u, err := s.promotion(ctx, name, planOptions{shown: true, format: "text"})
	if err != nil {
		return nil, err
	}
	p := u.shown(tui.Choice{})
	p.Promotes = name
	return p, errors.Join(s.savePlan(u), u.runner.Close())
}

// planSync is what mod sync plan prints of a sync, with the first rows.
func (h *hands) planSync(ctx context.Context, name string) tui.Msg {
	h.warehouse.Lock()
	defer h.warehouse.Unlock()
	defer h.works()()
	v, out := &heardView{}, &bytes.Buffer{}
	err := h.runs(ctx, v, out, nil, "sync", "plan", name, "--rows=10")
	m := tui.SyncPlanned{Sync: name, Text: strings.TrimRight(out.String(), "\n"), Held: err != nil, Failure: v.failure()}
	if m.Text == "" && m.Failure == nil {
		m.Failure = &tui.Failed{Text: "there is no plan of it"}
	}
	return m
}
