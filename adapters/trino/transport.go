package trino

import (
	"bytes"
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
	if submitted, ok := r.Context().Value(submissionKey{}).(*submission); ok && r.Method == http.MethodPost {
		submitted.sent = submitted.sent || err == nil || !refused(err)
		if err == nil {
			err = submitted.read(response)
		}
	}
	return response, err
}

// submission is what is known of a statement as soon as the cluster has it.
type submission struct {
	sent bool   // the cluster may have got it
	id   string // its query's name there
}

type submissionKey struct{}

// submitting is ctx for a statement whose submission is of interest.
func submitting(ctx context.Context) (context.Context, *submission) {
	s := &submission{}
	return context.WithValue(ctx, submissionKey{}, s), s
}

// read takes the query's name out of the answer, which is short: rows come with later ones.
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
		ID string `json:"id"`
	}
	if json.Unmarshal(body, &answer) == nil {
		s.id = answer.ID
	}
	return nil
}
