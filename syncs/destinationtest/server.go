package destinationtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is a server of a test package, started by the first test that asks for its port:
//
//	var server = destinationtest.NewServer(func(h *destinationtest.Host) error { … })
//
//	func TestMain(m *testing.M) { os.Exit(server.Main(m)) }
type Server struct {
	launch func() error
	host   *Host
}

// NewServer makes a server of what starts it. Start returns once the server answers, or an error that wraps [ErrAbsent] if it cannot be had
// on this machine.
func NewServer(start func(h *Host) error) *Server {
	s := &Server{}
	s.launch = sync.OnceValue(func() (err error) {
		if s.host, err = newHost(); err != nil {
			return err
		}
		return start(s.host)
	})
	return s
}

// ErrAbsent is why a server is not there: its tests are skipped.
var ErrAbsent = errors.New("not installed")

// Main runs the tests of a package and stops the server, if one of them started it. It returns the exit status.
func (s *Server) Main(m *testing.M) int {
	code := m.Run()
	if s.host != nil {
		s.host.stop()
	}
	return code
}

// Port is where the server listens, on 127.0.0.1. Where it cannot be had t is skipped.
func (s *Server) Port(t testing.TB) int {
	t.Helper()
	err := s.launch()
	if errors.Is(err, ErrAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("start the server: %v", err)
	}
	return s.host.Port
}

// Host runs the programs of one server in a folder of its own, as nobody where the tests run as root: servers refuse to be root.
type Host struct {
	Folder      string
	Port        int  // a free one
	AsTests     bool // programs run as the user of the tests, be it root: for what only he can read
	credentials *syscall.SysProcAttr
	running     []process
}

// process is one that was started.
type process struct {
	*exec.Cmd
	ended chan struct{}
}

func newHost() (*Host, error) {
	credentials, err := unprivileged()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "modserver")
	if err != nil {
		return nil, err
	}
	h := &Host{Folder: folder, credentials: credentials}
	if credentials != nil {
		if err := os.Chown(folder, int(credentials.Credential.Uid), int(credentials.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	h.Port, err = FreePort()
	return h, err
}

// unprivileged makes root run programs as nobody.
func unprivileged() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, errU := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, errG := strconv.ParseUint(nobody.Gid, 10, 32)
	if err := errors.Join(errU, errG); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// FreePort is a port of 127.0.0.1 that nobody listens at.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Find looks for a program on the PATH and where Debian puts those of administrators. The error wraps [ErrAbsent].
func Find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	for _, folder := range []string{"/usr/sbin", "/usr/local/sbin"} {
		if path, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w", program, ErrAbsent)
}

// Run runs a program to its end.
func (h *Host) Run(program string, args ...string) error {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	cmd, out, err := h.command(ctx, program, args)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, said(out))
	}
	return nil
}

// Start starts the server's program, which runs until the tests are over, and waits until ready returns nil.
func (h *Host) Start(ready func(context.Context) error, program string, args ...string) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	cmd, out, err := h.command(context.Background(), program, args)
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	h.running = append(h.running, process{cmd, ended})
	go func() { _ = cmd.Wait(); close(ended) }()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			return fmt.Errorf("%s ended: %s", program, said(out))
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w\n%s", program, err, said(out))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (h *Host) command(ctx context.Context, program string, args []string) (*exec.Cmd, *os.File, error) {
	path, err := Find(program)
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = h.Folder
	if !h.AsTests {
		cmd.SysProcAttr = h.credentials
	}
	cmd.Env = append(os.Environ(), "HOME="+h.Folder, "TMPDIR="+h.Folder)
	// A file rather than a pipe: what a program leaves running would keep a pipe open.
	out, err := os.CreateTemp(h.Folder, "out")
	if err != nil {
		return nil, nil, err
	}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out, nil
}

func said(out *os.File) []byte {
	text, _ := os.ReadFile(out.Name()) // it is only told
	text = bytes.TrimSpace(text)
	return text[max(len(text)-4000, 0):]
}

// stop ends what runs. Nothing of it is worth keeping.
func (h *Host) stop() {
	for _, p := range h.running {
		_ = p.Process.Kill()
		<-p.ended
	}
	_ = os.RemoveAll(h.Folder)
}
