package cmd

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/zalando/go-keyring"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/project"
)

// settings are those of a target with the secrets that are kept elsewhere: x_command is a command whose output is the setting x, x_keyring the
// "service/user" under which the system's keyring has it. They are asked for when the warehouse is opened, and hidden from then on.
func (a *app) settings(ctx context.Context, t *project.Target) (adapters.Config, error) {
	out := maps.Clone(adapters.Config(t.Config))
	for _, key := range slices.Sorted(maps.Keys(t.Config)) {
		for suffix, read := range map[string]func(context.Context, string) (string, error){"_command": a.commandOutput, "_keyring": keyringEntry} {
			name, ok := strings.CutSuffix(key, suffix)
			if !ok || !project.IsSecret(name) {
				continue
			}
			from, isText := t.Config[key].(string)
			if !isText || strings.TrimSpace(from) == "" {
				return nil, badSecret(key, "it is no text")
			}
			if t.Config[name] != nil {
				return nil, badSecret(key, name+" is set, too")
			}
			secret, err := read(ctx, from)
			if err != nil {
				return nil, badSecret(key, err.Error())
			}
			delete(out, key)
			out[name] = secret
			a.secrets.hide(secret)
		}
	}
	return out, nil
}

func badSecret(key, why string) error {
	return &adapters.Error{Kind: adapters.BadConfig, Position: -1, Message: key + ": " + why}
}

// commandOutput is what a command writes, without the line break at its end. It runs in the project's folder.
func (a *app) commandOutput(ctx context.Context, command string) (string, error) {
	shell := []string{"sh", "-c", command}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd", "/c", command}
	}
	var out, complaints bytes.Buffer
	run := exec.CommandContext(ctx, shell[0], shell[1:]...)
	run.Dir, run.Stdout, run.Stderr = a.Dir, &out, &complaints
	for name, value := range a.Env {
		run.Env = append(run.Env, name+"="+value)
	}
	if err := run.Run(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(complaints.String()), "\n")
		return "", fmt.Errorf("the command failed: %w: %s", err, first)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(out.String(), "\n"), "\r")
	if text == "" {
		return "", fmt.Errorf("the command wrote nothing")
	}
	return text, nil
}

// keyringEntry is what the system's keyring has for a service and a user.
func keyringEntry(_ context.Context, name string) (string, error) {
	service, user, ok := strings.Cut(name, "/")
	if !ok || service == "" || user == "" {
		return "", fmt.Errorf("it is %q, not a service and a user with a slash between", name)
	}
	secret, err := keyring.Get(service, user)
	if err != nil {
		return "", fmt.Errorf("the keyring has no %s for %s: %w", service, user, err)
	}
	return secret, nil
}

// hide makes a secret one that nothing is written with.
func (r *redactor) hide(secret string) {
	if r.project != nil {
		r.project.Hide(secret)
	}
}

// any tells whether a target has secrets.
func (r *redactor) any() bool {
	return r.project != nil && r.project.HasSecrets() || slices.ContainsFunc(r.others, (*project.Project).HasSecrets)
}

// hiding is redact, or nil if there is nothing to hide.
func (r *redactor) hiding() func(string) string {
	if !r.any() {
		return nil
	}
	return r.redact
}
