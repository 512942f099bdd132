package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
)

// patience is how long it is worth to wait for a server that has had enough; one that says more has a quota that is used up.
const patience = 15 * time.Minute

// Failure is what an answer without success means, by its status alone.
func Failure(r *Response) *syncs.Error {
	e := &syncs.Error{Class: classOf(r.Status), Message: words(r)}
	if e.Class == syncs.Limited || e.Class == syncs.Transient {
		e.After = retryAfter(r.Header)
	}
	switch {
	case e.After > patience:
		e.Class = syncs.Exhausted
	case e.After > 0:
		e.Class = syncs.Limited
	}
	return e
}

// classOf sorts the statuses of https://www.rfc-editor.org/rfc/rfc9110#section-15 and https://www.rfc-editor.org/rfc/rfc6585.
func classOf(status int) syncs.Class {
	switch status {
	case http.StatusBadRequest, http.StatusConflict, http.StatusPreconditionFailed, http.StatusUnprocessableEntity:
		return syncs.Rejected
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusProxyAuthRequired:
		return syncs.Denied
	case http.StatusNotFound, http.StatusGone:
		return syncs.Missing
	case http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge:
		return syncs.TooLarge
	case http.StatusTooManyRequests:
		return syncs.Limited
	case http.StatusRequestTimeout, http.StatusLocked, http.StatusTooEarly:
		return syncs.Transient
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return syncs.Broken
	}
	if status >= 500 {
		return syncs.Transient
	}
	return syncs.Broken
}

// retryAfter is how long a server asks to wait, in seconds or until a time (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3). The
// time is by the server's own clock, which it tells in Date: ours may be another.
func retryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return max(0, min(time.Duration(seconds*float64(time.Second)), 365*24*time.Hour))
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, until.Sub(now))
}

// words are a status and what the answer's body says about it.
func words(r *Response) string {
	status := strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status)))
	if r.Status/100 == 3 {
		return status + ": it redirects elsewhere; set the URL to where it is"
	}
	if text := explanation(r.Body); text != "" {
		return status + ": " + text
	}
	return status
}
