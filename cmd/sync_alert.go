package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/all"
)

// alertTime is how long telling somebody may take.
const alertTime = 30 * time.Second

// alert tells who has to hear of how a run ended. That it cannot is a warning: the run is what it is.
func (s *session) alert(ctx context.Context, p *prepared, r *runner.SyncResult) {
	alert := p.alerts.Alert(p.options.Run, r)
	if alert == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), alertTime)
	defer cancel()
	for _, d := range p.alerts.To {
		if err := s.tell(ctx, d, alert.Batch(p.alerts.Object)); err != nil {
			s.warn(fmt.Sprintf("%s could not be told of sync %s: %v", d.Name, p.node.Name, err))
		}
	}
	if p.alerts.Command == "" {
		return
	}
	if err := s.tellCommand(ctx, p.alerts.Command, alert); err != nil {
		s.warn(fmt.Sprintf("the command that tells of sync %s failed: %v", p.node.Name, err))
	}
}

// tell sends an alert to a destination.
func (s *session) tell(ctx context.Context, to *project.Destination, b *syncs.Batch) error {
	kind := all.Named(to.Type)
	if kind == nil {
		return fmt.Errorf("there is no kind of destination %q", to.Type)
	}
	d, err := kind.Open(ctx, kind.Below(s.project.Root.Dir, to.Config))
	if err != nil {
		return err
	}
	outcomes, err := d.Send(ctx, b)
	return errors.Join(append(outcomes, err, d.Close())...)
}

// tellCommand runs a command with an alert on its standard input.
func (s *session) tellCommand(ctx context.Context, command string, alert *runner.SyncAlert) error {
	text, err := json.Marshal(alert)
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "sh", "-c", command)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = s.project.Root.Dir, bytes.NewReader(append(text, '\n')), s.err, s.err
	return c.Run()
}
