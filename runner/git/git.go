// Package git runs the git program: to fetch packages, and to find out what a branch began from.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// Folder is a folder in which the git program is run. It never asks for a password, runs no hooks, and gives up on a connection that stalls. It is not
// changed, and safe for concurrent use.
type Folder struct {
	Dir string
	Env []string // NAME=value; what git says of a repository that mod itself is run by is left out

	more []string // of the environment, by us
}

// Run runs a command of git. Its error has git's own words; that there is no git is [exec.ErrNotFound].
func (f Folder) Run(ctx context.Context, args ...string) error {
	_, err := f.Output(ctx, args...)
	return err
}

// Output is what a command of git prints, without the end of the last line.
func (f Folder) Output(ctx context.Context, args ...string) (string, error) {
	return f.feed(ctx, "", args...)
}

// feed is Output of a command that reads.
func (f Folder) feed(ctx context.Context, input string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false",
		"-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30", "-c", "advice.detachedHead=false"}, args...)...)
	c.Dir, c.Stdin = f.Dir, strings.NewReader(input)
	c.Env = slices.DeleteFunc(slices.Clone(f.Env), func(v string) bool { // of a hook of git that mod runs in
		return strings.HasPrefix(v, "GIT_DIR=") || strings.HasPrefix(v, "GIT_WORK_TREE=") || strings.HasPrefix(v, "GIT_INDEX_FILE=")
	})
	c.Env = append(append(c.Env, "GIT_TERMINAL_PROMPT=0", "LC_ALL=C"), f.more...)
	if !slices.ContainsFunc(f.Env, func(v string) bool { return strings.HasPrefix(v, "GIT_SSH_COMMAND=") }) {
		c.Env = append(c.Env, "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=10")
	}
	var out, messages bytes.Buffer
	c.Stdout, c.Stderr = &out, &messages
	if err := c.Run(); err != nil {
		if text := strings.TrimSpace(messages.String()); text != "" {
			return "", fmt.Errorf("git %s: %s", args[0], strings.ReplaceAll(text, "\n", "; "))
		}
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// saysNo tells whether a command answered with its status that there is nothing: it said no word.
func saysNo(err error) bool {
	var status *exec.ExitError
	return errors.As(err, &status)
}
