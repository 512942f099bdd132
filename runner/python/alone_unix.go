//go:build unix

package python

import (
	"os/exec"
	"syscall"
)

// alone gives the process a group of its own, which is killed as a whole.
func alone(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
