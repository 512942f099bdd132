// Package web is what destinations that are reached over HTTP have in common: requests that let themselves in, answers sorted by what can
// be done about them, and secrets that show nowhere.
package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/time/rate"

	"github.com/modsql/mod/syncs"
)

// Settings are those of every destination that is reached over HTTP.
func Settings() []syncs.Setting {
	return []syncs.Setting{
		{Name: "timeout", Doc: "how long one request may take, such as 30s; a minute if it is not set"},
		{Name: "rate", Doc: "requests a second, at most"},
	}
}

// Client sends requests. It is safe for concurrent use. Its zero value is not ready; see [NewClient].
type Client struct {
	Auth    Auth // nil for none
	Secrets *Secrets
	// Classify is the failure that an answer tells of whose status is no success; nil for [Failure].
	Classify func(*Response) *syncs.Error
	// MostBody is how many bytes an answer may have; 0 for 16 MiB.
	MostBody int64

	http    *http.Client
	limiter *rate.Limiter
}

// mostBody is how many bytes an answer may have if nobody says.
const mostBody = 16 << 20

// NewClient makes a client with the settings of [Settings]; pace is how many requests a second it makes if they do not say, 0 for any
// number.
func NewClient(c syncs.Config, pace float64) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 16
	limiter := rate.NewLimiter(rate.Inf, 1)
	if most := number(c["rate"], pace); most > 0 {
		limiter.SetLimit(rate.Limit(most))
	}
	return &Client{
		Secrets: &Secrets{},
		limiter: limiter,
		http: &http.Client{
			Transport: transport,
			Timeout:   c.Duration("timeout", time.Minute),
			// A redirected POST would become a GET without its rows.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func number(v any, fallback float64) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case float64:
		return v
	default:
		return fallback
	}
}

// Close gives up the connections that are kept for the next request.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Request is what is sent. Header may be nil.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
}

// Response is what came back, its body whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request and returns an answer whose status is a success. Anything else is an [*syncs.Error]. A request that is refused
// because its credentials have ended is sent once more with new ones.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	answer, sent, err := c.once(ctx, r)
	if err == nil && answer.Status == http.StatusUnauthorized && c.Auth != nil && c.Auth.Renew(sent) {
		answer, _, err = c.once(ctx, r)
	}
	if err != nil {
		return nil, err
	}
	if answer.Status/100 == 2 {
		return answer, nil
	}
	classify := c.Classify
	if classify == nil {
		classify = Failure
	}
	failure := classify(answer)
	failure.Message = c.Secrets.Redact(failure.Message)
	return nil, failure
}

// once sends a request as it is, and returns it as it was sent.
func (c *Client) once(ctx context.Context, r *Request) (*Response, *http.Request, error) {
	if err := c.limiter.Wait(ctx); err != nil {
		return nil, nil, c.broken(ctx, err)
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return nil, nil, &syncs.Error{Class: syncs.Broken, Message: c.Secrets.Redact("the URL cannot be used: " + withoutURL(err).Error())}
	}
	if r.Header != nil {
		request.Header = r.Header.Clone()
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "mod")
	}
	if c.Auth != nil {
		if err := c.Auth.Authorize(ctx, request, r.Body); err != nil {
			return nil, nil, err
		}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, nil, c.broken(ctx, err)
	}
	defer response.Body.Close()
	most := cmp.Or(c.MostBody, mostBody)
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	switch success := response.StatusCode/100 == 2; {
	case success && err != nil:
		return nil, nil, c.broken(ctx, fmt.Errorf("the answer breaks off: %w", err))
	case success && int64(len(body)) > most:
		return nil, nil, &syncs.Error{Class: syncs.TooLarge, Message: fmt.Sprintf("the answer has more than %d bytes", most)}
	}
	return &Response{response.StatusCode, response.Header, body}, request, nil
}

// broken is the error of a request that got no answer.
func (c *Client) broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	cause := withoutURL(err)
	return &syncs.Error{Class: syncs.Transient, Message: c.Secrets.Redact(cause.Error()), Cause: cause}
}

// withoutURL takes the address off an error: it may be a secret itself, or hold the values of a row.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
