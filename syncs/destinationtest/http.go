package destinationtest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

// Fault is one answer of a server that has trouble.
type Fault struct {
	Status int         // 0 for the real answer
	Header http.Header // besides; nil for none
	Body   string      // of an answer with a Status
	// Lost has the server do what was asked before it answers so.
	Lost bool
	// Cut ends the connection after so many bytes of the body, which is announced in full; -1 answers nothing at all.
	Cut int
	// Hang answers only when the client has gone.
	Hang bool
}

// TooMany is 429 with a Retry-After of so many seconds (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after).
func TooMany(seconds int) Fault {
	return Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {strconv.Itoa(seconds)}}, Body: `{"error": "too many requests"}`}
}

// Faulty is a server that has trouble with some of its requests. It is safe for concurrent use.
type Faulty struct {
	Handler http.Handler

	mu     sync.Mutex
	faults []Fault
	count  int
}

// Next says what becomes of the requests that come next, one after the other. Later ones are answered as ever.
func (f *Faulty) Next(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, faults...)
}

// Requests is how many requests there were.
func (f *Faulty) Requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

func (f *Faulty) take() (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	if len(f.faults) == 0 {
		return Fault{}, false
	}
	first := f.faults[0]
	f.faults = f.faults[1:]
	return first, true
}

// ServeHTTP answers a request, or does not.
func (f *Faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault, ok := f.take()
	if !ok {
		f.Handler.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body) // of a client that is still writing when it is answered, net/http resets the connection
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	if fault.Lost || fault.Status == 0 {
		f.Handler.ServeHTTP(answer, r)
	}
	if fault.Status != 0 {
		answer = httptest.NewRecorder()
		answer.Code = fault.Status
		answer.Body = bytes.NewBufferString(fault.Body)
	}
	fault.answer(w, r, answer)
}

// answer writes an answer with its fault.
func (f Fault) answer(w http.ResponseWriter, r *http.Request, a *httptest.ResponseRecorder) {
	if f.Hang {
		<-r.Context().Done()
	}
	if f.Hang || f.Cut < 0 {
		panic(http.ErrAbortHandler) // net/http's way to end a connection
	}
	body := a.Body.Bytes()
	maps.Copy(w.Header(), a.Header())
	maps.Copy(w.Header(), f.Header)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.Code)
	if f.Cut == 0 || f.Cut >= len(body) {
		_, _ = w.Write(body) // a client that has gone does not matter
		return
	}
	_, _ = w.Write(body[:f.Cut])
	_ = http.NewResponseController(w).Flush() // or net/http would keep it back
	panic(http.ErrAbortHandler)
}
