package destinationtest

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Proxy stands between a destination and its server, and does what networks do. Until it is told otherwise it passes on everything. It
// is safe for concurrent use.
type Proxy struct {
	server   string
	listener net.Listener
	pumps    sync.WaitGroup

	mu      sync.Mutex
	change  *sync.Cond // of what follows
	closed  bool
	refuse  bool
	stall   bool
	waiting int // pumps that hold back bytes
	chunk   int
	cuts    [2]int64 // bytes until all connections are reset, by direction; 0 for never
	conns   map[*connection]bool
}

// The directions.
const (
	toServer = iota
	toClient
)

// connection is one connection and its other half.
type connection struct{ client, server *net.TCPConn }

// NewProxy starts a proxy on a free port of the loopback interface for a server's "host:port". It is stopped when t ends.
func NewProxy(t testing.TB, server string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{server: server, listener: l, conns: map[*connection]bool{}, chunk: 32 << 10}
	p.change = sync.NewCond(&p.mu)
	p.pumps.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// Addr is where it listens.
func (p *Proxy) Addr() net.Addr { return p.listener.Addr() }

// Address is the "host:port" that it listens on.
func (p *Proxy) Address() string { return p.Addr().String() }

// Port is the port that it listens on.
func (p *Proxy) Port() int { return p.Addr().(*net.TCPAddr).Port }

// Refuse resets all connections, and every new one as soon as it is made, until Go.
func (p *Proxy) Refuse() {
	p.set(func() { p.refuse = true })
	p.Reset()
}

// Stall holds back all bytes until Go.
func (p *Proxy) Stall() { p.set(func() { p.stall = true }) }

// Go ends Refuse, Stall and Cut.
func (p *Proxy) Go() { p.set(func() { p.refuse, p.stall, p.cuts = false, false, [2]int64{} }) }

// Trickle passes on n bytes at a time, each in a packet of its own.
func (p *Proxy) Trickle(n int) { p.set(func() { p.chunk = n }) }

// Cut resets all connections, once, when so many more bytes have gone to the server or come back from it; 0 stands for any number. The
// last byte that is counted still arrives.
func (p *Proxy) Cut(requests, answers int64) {
	p.set(func() { p.cuts = [2]int64{requests, answers} })
}

// Stalled waits until bytes are held back, or ctx is done.
func (p *Proxy) Stalled(ctx context.Context) {
	stop := context.AfterFunc(ctx, p.change.Broadcast)
	defer stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.waiting == 0 && ctx.Err() == nil {
		p.change.Wait()
	}
}

// Reset resets all connections.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reset()
}

func (p *Proxy) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.change.Broadcast()
}

// reset is Reset for who holds the lock.
func (p *Proxy) reset() {
	for c := range p.conns {
		c.reset()
	}
}

// reset ends both halves with an RST rather than in good order.
func (c *connection) reset() {
	for _, half := range []*net.TCPConn{c.client, c.server} {
		_ = half.SetLinger(0) // it fails only on a connection that is closed already
		_ = half.Close()
	}
}

func (p *Proxy) close() {
	p.set(func() { p.closed = true })
	_ = p.listener.Close()
	p.Reset()
	p.pumps.Wait()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			p.join(client.(*net.TCPConn))
		}
	}
}

// join connects a client to the server.
func (p *Proxy) join(client *net.TCPConn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.SetLinger(0)
		_ = client.Close()
		return
	}
	c := &connection{client, server.(*net.TCPConn)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse || p.closed {
		c.reset()
		return
	}
	p.conns[c] = true
	p.pumps.Go(func() { p.pump(c, c.server, c.client, toServer) })
	p.pumps.Go(func() { p.pump(c, c.client, c.server, toClient) })
}

// pump passes on the bytes of one direction until the connection ends.
func (p *Proxy) pump(c *connection, to, from *net.TCPConn, direction int) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !p.pass(to, buffer[:n], direction) {
			break
		}
		if errors.Is(err, io.EOF) {
			_ = to.CloseWrite() // the other direction goes on
			return
		}
		if err != nil {
			break
		}
	}
	c.reset()
	p.set(func() { delete(p.conns, c) })
}

// pass writes bytes as the faults of the moment will have it. It returns false if the connection is over.
func (p *Proxy) pass(to *net.TCPConn, bytes []byte, direction int) bool {
	for len(bytes) > 0 {
		n, cut := p.next(len(bytes), direction)
		if n == 0 {
			return false
		}
		if _, err := to.Write(bytes[:n]); err != nil {
			return false
		}
		if cut {
			p.Reset()
			return false
		}
		bytes = bytes[n:]
	}
	return true
}

// next is how many bytes to pass on now, and whether that is the end of all connections; 0 if the proxy is closed.
func (p *Proxy) next(most, direction int) (n int, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.stall && !p.closed {
		p.waiting++
		p.change.Broadcast()
		p.change.Wait()
		p.waiting--
	}
	if p.closed {
		return 0, false
	}
	n = min(most, p.chunk)
	if left := p.cuts[direction]; left > 0 {
		n = int(min(int64(n), left))
		p.cuts[direction] -= int64(n)
		cut = p.cuts[direction] == 0
	}
	return n, cut
}

// Behind is a [Suite]'s Proxied for destinations that know their server by one setting: a URL, or a port of this machine.
func Behind(setting string) func(*testing.T, Place) (Place, *Proxy) {
	return func(t *testing.T, p Place) (Place, *Proxy) {
		t.Helper()
		p.Config = maps.Clone(p.Config)
		u, err := url.Parse(p.Config.String(setting, ""))
		if err != nil || u.Host == "" {
			proxy := NewProxy(t, net.JoinHostPort("127.0.0.1", p.Config.String(setting, "")))
			p.Config[setting] = proxy.Port()
			return p, proxy
		}
		proxy := NewProxy(t, u.Host)
		u.Host = proxy.Address()
		p.Config[setting] = u.String()
		return p, proxy
	}
}
