package trino

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// transport sends requests with the headers of a profile, and hands what a cluster says of a new statement to who waits for it.
type transport struct {
	next    http.RoundTripper
	headers http.Header
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, values := range t.headers {
		r.Header[name] = values
	}
	response, err := t.next.RoundTrip(r)
	submitted, ok := r.Context().Value(submissionKey{}).(*submission)
	if !ok {
		return response, err
	}
	if r.Method == http.MethodPost {
		submitted.sent = submitted.sent || err == nil || !refused(err)
	}
	if err == nil && (r.Method == http.MethodPost || !submitted.rows) {
		err = submitted.read(response)
	}
	return response, err
}

// submission is what the cluster tells of a statement while it runs.
type submission struct {
	rows  bool   // its answers may be long: they are not held but for the first, and what comes later is not known
	sent  bool   // the cluster may have got it
	id    string // its query's name there
	bytes int64  // that it has read; 0 if not known
	// changed is how many rows it has changed, also as a prepared statement; nil if it is none that changes any.
	changed *int64
}

type submissionKey struct{}

// submitting is ctx for a statement whose submission is of interest.
func submitting(ctx context.Context) (context.Context, *submission) {
	s := &submission{}
	return context.WithValue(ctx, submissionKey{}, s), s
}

// read takes what is told of the query out of an answer that is short: rows come with later ones than the first. What is told of its work
// grows from answer to answer: https://trino.io/docs/current/develop/client-protocol.html#query-result-attributes.
func (s *submission) read(response *http.Response) error {
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		return nil
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		return err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct {
		ID      string `json:"id"`
		Changed *int64 `json:"updateCount"`
		Stats   struct {
			ProcessedBytes int64 `json:"processedBytes"`
		} `json:"stats"`
	}
	if json.Unmarshal(body, &answer) == nil {
		s.id, s.changed = cmp.Or(answer.ID, s.id), cmp.Or(answer.Changed, s.changed)
		if !s.rows {
			s.bytes = max(s.bytes, answer.Stats.ProcessedBytes)
		}
	}
	return nil
}
