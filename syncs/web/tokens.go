package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/modsql/mod/syncs"
)

// Tokens let requests in by bearer tokens that end: the next one is fetched when one has ended, or was refused.
type Tokens struct {
	fetch   func(ctx context.Context, last *oauth2.Token) (*oauth2.Token, error)
	http    *http.Client
	secrets *Secrets
	held    chan *oauth2.Token // has always one; who takes it has the word
}

// NewTokens makes tokens that fetch gets; last is the token before, nil at first. The context tells [golang.org/x/oauth2] which client to use.
func (c *Client) NewTokens(fetch func(ctx context.Context, last *oauth2.Token) (*oauth2.Token, error)) *Tokens {
	t := &Tokens{fetch: fetch, http: c.http, secrets: c.Secrets, held: make(chan *oauth2.Token, 1)}
	t.held <- nil
	return t
}

// clientCredentials are tokens by the client's own right (https://www.rfc-editor.org/rfc/rfc6749#section-4.4), or by a refresh token that
// a user has once been given (section 6).
func (c *Client) clientCredentials(auth syncs.Config) *Tokens {
	id, secret, address := auth.String("client_id", ""), auth.String("client_secret", ""), auth.String("token_url", "")
	if refresh := auth.String("refresh_token", ""); refresh != "" {
		config := oauth2.Config{ClientID: id, ClientSecret: secret, Endpoint: oauth2.Endpoint{TokenURL: address}}
		return c.NewTokens(func(ctx context.Context, last *oauth2.Token) (*oauth2.Token, error) {
			if last != nil && last.RefreshToken != "" {
				refresh = last.RefreshToken
			}
			return config.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
		})
	}
	config := clientcredentials.Config{ClientID: id, ClientSecret: secret, TokenURL: address, Scopes: auth.Strings("scopes")}
	if audience := auth.String("audience", ""); audience != "" {
		config.EndpointParams = url.Values{"audience": {audience}}
	}
	return c.NewTokens(func(ctx context.Context, _ *oauth2.Token) (*oauth2.Token, error) { return config.Token(ctx) })
}

// Token is one that has not ended, as far as is known.
func (t *Tokens) Token(ctx context.Context) (*oauth2.Token, error) {
	var token *oauth2.Token
	select {
	case token = <-t.held:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { t.held <- token }()
	if token.Valid() {
		return token, nil
	}
	next, err := t.fetch(context.WithValue(ctx, oauth2.HTTPClient, t.http), token)
	if err != nil {
		return nil, t.failure(ctx, err)
	}
	t.secrets.Add(next.AccessToken, next.RefreshToken)
	token = next
	return token, nil
}

// Authorize adds the token.
func (t *Tokens) Authorize(ctx context.Context, r *http.Request, _ []byte) error {
	token, err := t.Token(ctx)
	if err != nil {
		return err
	}
	token.SetAuthHeader(r)
	return nil
}

// Renew gives up the token of a refused request, if nobody has yet.
func (t *Tokens) Renew(refused *http.Request) bool {
	token := <-t.held
	used := http.Request{Header: http.Header{}}
	if token != nil {
		token.SetAuthHeader(&used)
	}
	if token != nil && used.Header.Get("Authorization") == refused.Header.Get("Authorization") {
		ended := *token
		ended.AccessToken = ""
		token = &ended
	}
	t.held <- token
	return true
}

// Headers is the one of the token.
func (*Tokens) Headers() []string { return []string{"Authorization"} }

// failure is the error of a token that could not be had.
func (t *Tokens) failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var refusal *oauth2.RetrieveError
	if !errors.As(err, &refusal) {
		return &syncs.Error{Class: syncs.Transient, Message: t.secrets.Redact("get a token: " + withoutURL(err).Error())}
	}
	e := Failure(&Response{refusal.Response.StatusCode, refusal.Response.Header, refusal.Body})
	if e.Class == syncs.Rejected || e.Class == syncs.Missing { // the statuses of https://www.rfc-editor.org/rfc/rfc6749#section-5.2
		e.Class = syncs.Denied
	}
	e.Message = t.secrets.Redact("get a token: " + e.Message)
	return e
}
