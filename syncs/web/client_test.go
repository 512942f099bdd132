package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// serve starts a server for one test.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server notices only then that its client has gone
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// failed sends a request to a server and returns its error.
func failed(t *testing.T, c *web.Client, address string) *syncs.Error {
	t.Helper()
	_, err := c.Do(t.Context(), &web.Request{Method: "POST", URL: address, Body: []byte("{}")})
	var e *syncs.Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is %v", err)
	}
	return e
}

func TestAnswersAreSortedByWhatCanBeDoneAboutThem(t *testing.T) {
	t.Parallel()
	date := "Mon, 02 Jan 2006 15:04:05 GMT"
	for _, c := range []struct {
		status  int
		header  map[string]string
		body    string
		class   syncs.Class
		after   time.Duration
		message string
	}{
		{400, nil, `{"message": "email is\n  no address"}`, syncs.Rejected, 0, "400 Bad Request: email is no address"},
		{401, nil, `{"error": {"message": "who?"}}`, syncs.Denied, 0, "401 Unauthorized: who?"},
		{403, nil, "go away", syncs.Denied, 0, "403 Forbidden: go away"},
		{404, nil, "<html>not here</html>", syncs.Missing, 0, "404 Not Found"},
		{409, nil, `[{"detail": "twice"}]`, syncs.Rejected, 0, "409 Conflict: twice"},
		{413, nil, "", syncs.TooLarge, 0, "413 Request Entity Too Large"},
		{422, nil, "{", syncs.Rejected, 0, "422 Unprocessable Entity: {"},
		{429, nil, "", syncs.Limited, 0, "429 Too Many Requests"},
		{429, map[string]string{"Retry-After": "7"}, "", syncs.Limited, 7 * time.Second, "429 Too Many Requests"},
		{429, map[string]string{"Retry-After": "Mon, 02 Jan 2006 15:04:35 GMT", "Date": date}, "", syncs.Limited, 30 * time.Second, "429 Too Many Requests"},
		{429, map[string]string{"Retry-After": "Mon, 02 Jan 2006 15:00:00 GMT", "Date": date}, "", syncs.Limited, 0, "429 Too Many Requests"},
		{429, map[string]string{"Retry-After": "86400"}, "", syncs.Exhausted, 24 * time.Hour, "429 Too Many Requests"},
		{429, map[string]string{"Retry-After": "soon"}, "", syncs.Limited, 0, "429 Too Many Requests"},
		{500, nil, "\xff\xfe", syncs.Transient, 0, "500 Internal Server Error: ?"},
		{503, map[string]string{"Retry-After": "1.5"}, "", syncs.Limited, 1500 * time.Millisecond, "503 Service Unavailable"},
		{301, map[string]string{"Location": "/x"}, "", syncs.Broken, 0, "301 Moved Permanently: it redirects elsewhere; set the URL to where it is"},
		{405, nil, strings.Repeat("ü", 600), syncs.Broken, 0, "405 Method Not Allowed: " + strings.Repeat("ü", 250) + "…"},
		{599, nil, "", syncs.Transient, 0, "599"},
	} {
		address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for name, value := range c.header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		})
		got := failed(t, web.NewClient(nil, 0), address)
		if diff := cmp.Diff(&syncs.Error{Class: c.class, Message: c.message, After: c.after}, got); diff != "" {
			t.Errorf("%d %v:\n%s", c.status, c.header, diff)
		}
	}
}

func TestFailureOfTheNetworkIsTransientAndDoesNotTellTheURL(t *testing.T) {
	t.Parallel()
	address := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, to := range []string{address + "/hooks/secret", "http://127.0.0.1:1/hooks/secret"} {
		e := failed(t, web.NewClient(nil, 0), to)
		if e.Class != syncs.Transient || strings.Contains(fmt.Sprintf("%v %v", e, e.Cause), "secret") {
			t.Errorf("%s: %v", e.Class, e)
		}
	}
	if e := failed(t, web.NewClient(nil, 0), "http://secret host/%zz"); e.Class != syncs.Broken || strings.Contains(e.Error(), "secret") {
		t.Errorf("%s: %v", e.Class, e)
	}
}

func TestAnswerThatBreaksOffIsNoSuccess(t *testing.T) {
	t.Parallel()
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "half")
	})
	if e := failed(t, web.NewClient(nil, 0), address); e.Class != syncs.Transient {
		t.Errorf("%s: %v", e.Class, e)
	}
}

func TestRequestThatTakesTooLongIsTransient(t *testing.T) {
	t.Parallel()
	address := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if e := failed(t, web.NewClient(syncs.Config{"timeout": "20ms"}, 0), address); e.Class != syncs.Transient {
		t.Errorf("%s: %v", e.Class, e)
	}
}

func TestCancelledRequestIsNoFailureOfTheServer(t *testing.T) {
	t.Parallel()
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	address := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel(why)
		<-r.Context().Done()
	})
	if _, err := web.NewClient(nil, 0).Do(ctx, &web.Request{Method: "GET", URL: address}); !errors.Is(err, why) {
		t.Errorf("the error is %v", err)
	}
}

// issuer hands out tokens t1, t2 … for a client, and serves only the last one.
type issuer struct {
	mu     sync.Mutex
	issued int
	forms  []url.Values
	status int // of the next refusals; 0 for none
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if r.URL.Path != "/token" {
		if r.Header.Get("Authorization") != fmt.Sprintf("Bearer t%d", i.issued) {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return
	}
	_ = r.ParseForm()
	i.forms = append(i.forms, r.PostForm)
	w.Header().Set("Content-Type", "application/json")
	if i.status != 0 {
		w.WriteHeader(i.status)
		fmt.Fprint(w, `{"error": "invalid_client", "error_description": "no client has the secret s3cret"}`)
		return
	}
	i.issued++
	fmt.Fprintf(w, `{"access_token": "t%d", "token_type": "bearer", "expires_in": 3600, "refresh_token": "r%d"}`, i.issued, i.issued)
}

func (i *issuer) client(t *testing.T, more map[string]any) (*web.Client, string) {
	t.Helper()
	s := httptest.NewServer(i)
	t.Cleanup(s.Close)
	auth := map[string]any{"type": "oauth2", "token_url": s.URL + "/token", "client_id": "me", "client_secret": "s3cret"}
	for k, v := range more {
		auth[k] = v
	}
	c := web.NewClient(nil, 0)
	var err error
	if c.Auth, err = c.NewAuth(syncs.Config{"auth": auth}); err != nil {
		t.Fatal(err)
	}
	return c, s.URL
}

func TestTokenThatEndedIsRenewedOnce(t *testing.T) {
	t.Parallel()
	i := &issuer{}
	c, address := i.client(t, map[string]any{"scopes": []any{"a", "b"}, "audience": "x"})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := c.Do(t.Context(), &web.Request{Method: "POST", URL: address}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	i.mu.Lock()
	if i.issued != 1 {
		t.Errorf("%d tokens were fetched for 8 requests", i.issued)
	}
	i.issued = 5 // t1 has ended
	i.mu.Unlock()
	if _, err := c.Do(t.Context(), &web.Request{Method: "POST", URL: address}); err != nil {
		t.Error(err)
	}
	if i.issued != 6 || len(i.forms) != 2 {
		t.Errorf("tokens up to t%d, %d fetches", i.issued, len(i.forms))
	}
	want := url.Values{"grant_type": {"client_credentials"}, "scope": {"a b"}, "audience": {"x"}}
	if diff := cmp.Diff(want, i.forms[0]); diff != "" {
		t.Error(diff)
	}
}

func TestRefreshTokenIsTheOneThatCameLast(t *testing.T) {
	t.Parallel()
	i := &issuer{}
	c, address := i.client(t, map[string]any{"refresh_token": "r0"})
	for range 2 {
		if _, err := c.Do(t.Context(), &web.Request{Method: "POST", URL: address}); err != nil {
			t.Fatal(err)
		}
		i.mu.Lock()
		i.issued += 5
		i.mu.Unlock()
	}
	got := []string{i.forms[0].Get("refresh_token"), i.forms[1].Get("refresh_token")}
	if diff := cmp.Diff([]string{"r0", "r1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTokenThatIsRefusedIsDeniedWithoutTheSecret(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]syncs.Class{400: syncs.Denied, 401: syncs.Denied, 429: syncs.Limited, 500: syncs.Transient} {
		i := &issuer{status: status}
		c, address := i.client(t, nil)
		e := failed(t, c, address)
		if e.Class != want || strings.Contains(e.Error(), "s3cret") || !strings.Contains(e.Error(), "no client has the secret ***") {
			t.Errorf("%d: %s: %v", status, e.Class, e)
		}
	}
}

func TestTokenThatStaysRefusedIsDenied(t *testing.T) {
	t.Parallel()
	i := &issuer{}
	c, address := i.client(t, nil)
	refused := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(401)
		fmt.Fprintf(w, "no %s", r.Header.Get("Authorization"))
	})
	_ = address
	if e := failed(t, c, refused); e.Class != syncs.Denied || e.Message != "401 Unauthorized: no Bearer ***" {
		t.Errorf("%s: %v", e.Class, e)
	}
	if i.issued != 2 {
		t.Errorf("%d tokens were fetched", i.issued)
	}
}

func TestRequestsAreLetInAsTheSettingsSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		auth         map[string]any
		header, want string
		rendered     string
	}{
		{map[string]any{"type": "bearer", "token": "s3cret"}, "Authorization", "Bearer s3cret", "Authorization: ***"},
		{map[string]any{"type": "basic", "user": "me", "password": "s3cret"}, "Authorization", "Basic bWU6czNjcmV0", "Authorization: ***"},
		{map[string]any{"type": "header", "header": "X-Api-Key", "value": "s3cret"}, "X-Api-Key", "s3cret", "X-Api-Key: ***"},
		// printf 'body' | openssl dgst -hmac s3cret
		{map[string]any{"type": "hmac", "secret": "s3cret", "header": "X-Sign", "prefix": "sha256="}, "X-Sign", "sha256=63d7d468988fe3de60e994cf90f219719ea4b63df0ee7521079ed251fa76e83d", "X-Sign: ***"},
	} {
		got := make(chan string, 1)
		address := serve(t, func(_ http.ResponseWriter, r *http.Request) { got <- r.Header.Get(c.header) })
		client := web.NewClient(nil, 0)
		var err error
		if client.Auth, err = client.NewAuth(syncs.Config{"auth": c.auth}); err != nil {
			t.Fatal(err)
		}
		r := &web.Request{Method: "POST", URL: address, Body: []byte("body"), Header: http.Header{"X-Other": {"s3cret"}}}
		if _, err := client.Do(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if h := <-got; h != c.want {
			t.Errorf("%v: %s is %q, want %q", c.auth, c.header, h, c.want)
		}
		text := client.Render(r)
		if strings.Contains(text, "s3cret") || strings.Contains(text, c.want) || !strings.Contains(text, c.rendered) {
			t.Errorf("%v: it shows as\n%s", c.auth, text)
		}
	}
}

func TestMistakesInAuthAreNamed(t *testing.T) {
	t.Parallel()
	for want, auth := range map[string]map[string]any{
		`"magic" is no type of auth: there are bearer, basic, header, oauth2 and hmac`: {"type": "magic"},
		`auth of type bearer needs "token"`:                                            {"type": "bearer"},
		`auth of type oauth2 needs "token_url"`:                                        {"type": "oauth2", "client_id": "x"},
		`auth of type hmac needs "header"`:                                             {"type": "hmac", "secret": "x"},
		`"md5" is no algorithm of auth: there are sha256, sha512 and sha1`:             {"type": "hmac", "secret": "x", "header": "h", "algorithm": "md5"},
		`"octal" is no encoding of auth: there are hex and base64`:                     {"type": "hmac", "secret": "x", "header": "h", "encoding": "octal"},
	} {
		_, err := web.NewClient(nil, 0).NewAuth(syncs.Config{"auth": auth})
		if err == nil || err.Error() != want || syncs.ClassOf(err) != syncs.Broken {
			t.Errorf("%v: %v, want %s", auth, err, want)
		}
	}
}

func TestSecretsAreFoundInEveryForm(t *testing.T) {
	t.Parallel()
	var s web.Secrets
	s.Add("", `a/b "c"`, "a/b")
	got := s.Redact(`a/b "c", a%2Fb%20%22c%22, a%2Fb+%22c%22, "a/b \"c\"", a/b, nothing`)
	if want := `***, ***, ***, "***", ***, nothing`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestUserInURLIsNotShown(t *testing.T) {
	t.Parallel()
	text := web.NewClient(nil, 0).Render(&web.Request{Method: "GET", URL: "https://me:pa55@example.com/x"})
	if text != "GET https://me:xxxxx@example.com/x\n" {
		t.Error(text)
	}
}

func TestRowsAfterAFailureThatIsNotTheirOwnAreNotTried(t *testing.T) {
	t.Parallel()
	target := &syncs.Target{Sync: "s", Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}}}
	for _, c := range []struct {
		fail  map[string]syncs.Class
		want  []syncs.Class // of the outcomes; "" for delivered
		whole syncs.Class
		tried int
	}{
		{nil, []syncs.Class{"", "", ""}, "", 3},
		{map[string]syncs.Class{"b": syncs.Rejected}, []syncs.Class{"", syncs.Rejected, ""}, "", 3},
		{map[string]syncs.Class{"b": syncs.Limited}, []syncs.Class{"", syncs.Limited, syncs.Limited}, "", 2},
		{map[string]syncs.Class{"a": syncs.Denied}, nil, syncs.Denied, 1},
		{map[string]syncs.Class{"a": syncs.TooLarge, "b": syncs.Denied}, nil, syncs.Denied, 2},
	} {
		b := &syncs.Batch{Target: target, Op: syncs.Insert}
		for i, id := range []string{"a", "b", "c"} {
			b.Rows = append(b.Rows, syncs.Row{Number: int64(i + 1), Values: []any{id}})
		}
		tried := 0
		outcomes, err := web.EachRow(t.Context(), b, func(_ context.Context, one *syncs.Batch) error {
			tried++
			if class := c.fail[one.Rows[0].Values[0].(string)]; class != "" {
				return &syncs.Error{Class: class, Message: "no"}
			}
			return nil
		})
		var got []syncs.Class
		for _, outcome := range outcomes {
			class := syncs.Class("")
			if outcome != nil {
				class = syncs.ClassOf(outcome)
			}
			got = append(got, class)
		}
		whole := syncs.Class("")
		if err != nil {
			whole = syncs.ClassOf(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || whole != c.whole || tried != c.tried {
			t.Errorf("%v: whole %q, tried %d:\n%s", c.fail, whole, tried, diff)
		}
	}
}
