package smtp_test

import (
	"bufio"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
)

const (
	password = "s3cret"
	mostMail = 40000 // bytes
)

// server takes mails as RFC 5321 says, from me with the password, for people at example.com.
type server struct {
	listener net.Listener
	all      sync.WaitGroup

	mu    sync.Mutex
	mails []string
	busy  bool // answers that it is busy
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{listener: l}
	s.all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.all.Go(func() { s.talk(conn) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.all.Wait()
	})
	return s
}

func (s *server) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	r := bufio.NewReader(conn)
	say("220 ready")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		command, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(command) {
		case "EHLO":
			say("250-me\r\n250-8BITMIME\r\n250 AUTH PLAIN")
		case "AUTH":
			token, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			if string(token) != "\x00me\x00"+password {
				say("535 5.7.8 no such login: %s", token)
				continue
			}
			say("235 welcome")
		case "RCPT":
			if !strings.Contains(rest, "@example.com") {
				say("550 5.1.1 nobody has this address")
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			if !s.take(r, say) {
				return
			}
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// take reads a mail up to the line with a dot.
func (s *server) take(r *bufio.Reader, say func(string, ...any)) bool {
	var text strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.busy:
		say("451 4.3.0 try again later")
	case text.Len() > mostMail:
		say("552 5.3.4 message too big")
	default:
		s.mails = append(s.mails, text.String())
		say("250 taken")
	}
	return true
}

// part is a part of a mail: its type, and what it says.
type part struct{ kind, text string }

// read takes a mail apart.
func read(t *testing.T, text string) (mail.Header, []part) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var out []part
	parts := multipart.NewReader(m.Body, parameters["boundary"])
	for {
		p, err := parts.NextPart()
		if err != nil {
			return m.Header, out
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "base64" {
			body = base64.NewDecoder(base64.StdEncoding, p)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
		out = append(out, part{kind, string(content)})
	}
}

// rows are the records of the CSV files in all mails.
func (s *server) rows(t *testing.T) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []map[string]any
	for _, text := range s.mails {
		_, parts := read(t, text)
		lines, err := csv.NewReader(strings.NewReader(parts[1].text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines[1:] {
			record := map[string]any{}
			for i, text := range line {
				if text != "" {
					record[lines[0][i]] = text
				}
			}
			out = append(out, record)
		}
	}
	return out
}
