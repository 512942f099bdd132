package deps

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

const (
	maxIndex   = 64 << 20  // bytes of an answer about a package
	maxArchive = 512 << 20 // bytes of an archive
	tries      = 3         // of a request that the server fails at
	patience   = time.Minute
)

// hub reads the index of packages: https://docs.getdbt.com/docs/build/packages#hub-packages-recommended
type hub struct {
	base     string // ends with a slash
	client   *http.Client
	wait     func(context.Context, time.Duration) error
	warnings *diag.List
	known    map[string]*hubPackage // by owner/name
}

// hubPackage is what the hub says of a package.
type hubPackage struct {
	Name              string                 `json:"name"`
	Namespace         string                 `json:"namespace"`
	RedirectName      string                 `json:"redirectname"`
	RedirectNamespace string                 `json:"redirectnamespace"`
	Versions          map[string]*hubVersion `json:"versions"`
}

// hubVersion is one version of a package.
type hubVersion struct {
	Name            string          `json:"name"`
	Packages        json.RawMessage `json:"packages"`
	RequiredVersion any             `json:"require_dbt_version"` // a text or a list of them
	Downloads       struct {
		Tarball string `json:"tarball"`
		SHA256  string `json:"sha256"`
	} `json:"downloads"`
}

func newHub(o Options, warnings *diag.List) *hub {
	h := &hub{base: cmp.Or(o.Hub, DefaultHub), client: o.Client, wait: o.Wait, warnings: warnings, known: map[string]*hubPackage{}}
	h.base = strings.TrimSuffix(h.base, "/") + "/"
	if h.client == nil {
		h.client = newClient()
	}
	if h.wait == nil {
		h.wait = sleep
	}
	return h
}

// newClient is a client that gives up on a server that does not answer.
func newClient() *http.Client {
	return &http.Client{Timeout: 10 * time.Minute, Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, ForceAttemptHTTP2: true,
	}}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// find asks for a package, once.
func (h *hub) find(ctx context.Context, e *project.PackageEntry) (*hubPackage, error) {
	if p := h.known[e.Source]; p != nil {
		return p, nil
	}
	address := h.base + "api/v1/" + e.Source + ".json"
	p := &hubPackage{}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := h.get(limited, address, func(body io.Reader) error {
		if err := json.NewDecoder(&capped{r: body, left: maxIndex}).Decode(p); err != nil {
			return err
		}
		if len(p.Versions) == 0 {
			return errors.New("it names no versions")
		}
		return nil
	})
	var refused *refusal
	switch {
	case errors.As(err, &refused) && refused.status == http.StatusNotFound:
		return nil, problem(e.At, CodeUnknownPackage, "correct its name, or name its repository with \"git:\"", "the hub has no package %q (%s)", e.Source, address)
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, &Failure{fmt.Errorf("look up the package %s at %s: %w", e.Source, address, withoutURL(err)),
			"check the network, set DBT_PACKAGE_HUB_URL to a hub that can be reached, or copy the package to the folder of installed ones"}
	}
	if p.RedirectName != "" || p.RedirectNamespace != "" {
		name := cmp.Or(p.RedirectNamespace, p.Namespace) + "/" + cmp.Or(p.RedirectName, p.Name)
		h.warnings.Warnf(e.At, CodeMovedPackage, "the package %q is now called %q", e.Source, name).Hint = fmt.Sprintf("write %q", name)
	}
	h.known[e.Source] = p
	return p, nil
}

// refusal is an answer that is not the one that was asked for.
type refusal struct{ status int }

func (r *refusal) Error() string {
	return fmt.Sprintf("the server answers %d %s", r.status, http.StatusText(r.status))
}

// get asks for a URL and hands its body to read. A server that fails is asked again, twice.
func (h *hub) get(ctx context.Context, address string, read func(io.Reader) error) error {
	for try := 1; ; try++ {
		err := h.once(ctx, address, read)
		var refused *refusal
		if !errors.As(err, &refused) || refused.status < 500 || try == tries {
			return err
		}
		if err := h.wait(ctx, time.Duration(try)*500*time.Millisecond); err != nil {
			return err
		}
	}
}

func (h *hub) once(ctx context.Context, address string, read func(io.Reader) error) (err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := h.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	if answer.StatusCode != http.StatusOK {
		return &refusal{answer.StatusCode}
	}
	return read(answer.Body)
}

// withoutURL is the cause of a client's error, whose URL is told already.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// capped is a reader that fails once more than left bytes come.
type capped struct {
	r    io.Reader
	left int64
}

var errTooLarge = errors.New("it is larger than any package should be")

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// suits tells whether a version allows the release of dbt that mod stands for. A range that nobody can read is no obstacle.
func (v *hubVersion) suits(release project.Semver) bool {
	var texts []string
	switch required := v.RequiredVersion.(type) {
	case string:
		texts = []string{required}
	case []any:
		for _, part := range required {
			texts = append(texts, fmt.Sprint(part))
		}
	}
	for _, text := range texts {
		if bounds, ok := project.ParseBounds(text); ok && !project.AllAllow(bounds, release) {
			return false
		}
	}
	return true
}

// installable are the versions of a package that may be chosen from.
func (p *hubPackage) installable(all bool) []string {
	release, _ := project.ParseSemver(project.Release)
	var out []string
	for text, v := range p.Versions {
		if v != nil && (all || v.suits(release)) {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out
}
