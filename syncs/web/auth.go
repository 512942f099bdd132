package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/modsql/mod/syncs"
)

// Auth lets requests in. It is safe for concurrent use.
type Auth interface {
	// Authorize adds to a request what lets it in.
	Authorize(ctx context.Context, r *http.Request, body []byte) error
	// Renew gives up the credentials of a request that was refused; it returns false if there are no others to be had.
	Renew(refused *http.Request) bool
	// Headers are the names of the headers that Authorize sets.
	Headers() []string
}

// AuthSetting is the setting that [NewAuth] reads.
func AuthSetting() syncs.Setting {
	return syncs.Setting{Name: "auth", Secret: true, Doc: "how requests are let in: a mapping with type bearer (token), basic (user, password), " +
		"header (header, value), oauth2 (token_url, client_id, client_secret, and scopes, audience or refresh_token) or hmac " +
		"(secret, header, and algorithm, encoding, prefix, timestamp_header, payload)"}
}

// NewAuth makes what the setting `auth` describes, nil for nothing, and keeps its secrets. The error is of class Broken.
func (c *Client) NewAuth(settings syncs.Config) (Auth, error) {
	auth := settings.Map("auth")
	if auth == nil {
		return nil, nil
	}
	need := func(names ...string) error {
		for _, name := range names {
			if auth.String(name, "") == "" {
				return Mistake("auth of type %s needs %q", auth.String("type", ""), name)
			}
		}
		return nil
	}
	for _, name := range []string{"token", "password", "value", "client_secret", "refresh_token", "secret"} {
		if text := auth.String(name, ""); text != "" {
			c.Secrets.Add(text)
		}
	}
	switch kind := auth.String("type", ""); kind {
	case "bearer":
		return Header("Authorization", "Bearer "+auth.String("token", "")), need("token")
	case "basic":
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(auth.String("user", ""), auth.String("password", ""))
		c.Secrets.Add(r.Header.Get("Authorization")[len("Basic "):])
		return Header("Authorization", r.Header.Get("Authorization")), need("user")
	case "header":
		return Header(auth.String("header", ""), auth.String("value", "")), need("header", "value")
	case "oauth2":
		return c.clientCredentials(auth), need("token_url", "client_id")
	case "hmac":
		signature, err := newSignature(auth)
		if missing := need("secret", "header"); missing != nil {
			err = missing
		}
		return signature, err
	default:
		return nil, Mistake("%q is no type of auth: there are bearer, basic, header, oauth2 and hmac", kind)
	}
}

// Mistake is an error in the settings.
func Mistake(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Broken, Message: fmt.Sprintf(format, args...)}
}

// Header lets requests in by a header that is always the same.
func Header(name, value string) Auth { return header{name, value} }

type header struct{ name, value string }

func (h header) Authorize(_ context.Context, r *http.Request, _ []byte) error {
	r.Header.Set(h.name, h.value)
	return nil
}

func (header) Renew(*http.Request) bool { return false }

func (h header) Headers() []string { return []string{h.name} }

// now is the time that signatures carry.
func now(clock func() time.Time) time.Time {
	if clock == nil {
		return time.Now()
	}
	return clock()
}
