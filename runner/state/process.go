package state

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// NewHolder is who this process is, on behalf of a run. Another process on the same machine can tell by it whether this one has ended, where the
// system tells that (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). A process makes one for each run.
func NewHolder(run, by string) Holder {
	process := processOf(os.Getpid())
	if process == "" {
		process = rand.Text()
	}
	return Holder{Run: run, By: by, Process: process}
}

// processOf names a process by the boot of its machine, its namespace, its ID and when it began; "" if the system does not tell.
func processOf(pid int) string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	namespace, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	_, begun, err := processStat(pid)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %s %d %s", strings.TrimSpace(string(boot)), namespace, pid, begun)
}

// processStat is the state of a process, and when it began, as the kernel counts.
func processStat(pid int) (state, begun string, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", "", err
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name before may have anything in it
	if len(fields) < 20 {
		return "", "", fmt.Errorf("the system tells of process %d: %q", pid, text)
	}
	return fields[0], fields[19], nil
}

// processEnded tells for sure that a process has ended. One of another machine, boot or namespace may run, and so may one of which the system tells nothing.
func processEnded(process string) bool {
	var boot, namespace, begun string
	var pid int
	if n, err := fmt.Sscanf(process, "%s %s %d %s", &boot, &namespace, &pid, &begun); err != nil || n != 4 {
		return false
	}
	mine := strings.Fields(processOf(os.Getpid()))
	if len(mine) != 4 || mine[0] != boot || mine[1] != namespace {
		return false
	}
	if state, since, err := processStat(pid); err == nil {
		return since != begun || state == "Z" || state == "X"
	}
	p, err := os.FindProcess(pid)
	return err == nil && errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone) // others' processes may be hidden
}
