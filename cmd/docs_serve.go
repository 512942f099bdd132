package cmd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/spf13/cobra"

	"github.com/modsql/mod/runner"
)

type serveOptions struct {
	host    string
	port    int
	browser bool
	state   string
}

func newDocsServe(a *app) *cobra.Command {
	o := serveOptions{}
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the documentation, and keep it as the project is",
		Long: `Serve the documentation as a site on this machine. When a file of the project changes, or something ran, the site is written anew and open
pages show it. The warehouse is not asked: what it holds is known from the last "mod docs generate".

  mod docs serve
  mod docs serve --port 8081`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.serveDocs(c.Context(), o) },
	}
	c.Flags().StringVar(&o.host, "host", "127.0.0.1", "the `address` to listen at")
	c.Flags().IntVar(&o.port, "port", 8080, "the port to listen at; 0 takes a free one")
	c.Flags().StringVar(&o.state, "state", "", "compare with another environment: the `folder` of its artifacts")
	c.Flags().BoolVar(&o.browser, "browser", false, "open the site in a browser")
	c.Flags().Bool("no-browser", false, "")
	hide(c.Flags(), "no-browser")
	return c
}

// serveDocs serves until ctx ends, which is no failure.
func (a *app) serveDocs(ctx context.Context, o serveOptions) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(o.host, strconv.Itoa(o.port)))
	if err != nil {
		return fmt.Errorf("serve the documentation: %w", err)
	}
	defer l.Close() //nolint:errcheck // serving closes it; this is for what fails before
	s, err := a.refreshSite(ctx, o.state)
	if err != nil {
		return err
	}
	news := newNews()
	server := &http.Server{Handler: newDocsHandler(filepath.Join(s.targetDir(), siteFolder), news), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	url := "http://" + l.Addr().String() + "/"
	s.view.note("serving the documentation at " + url + ", until Ctrl-C")
	if o.browser {
		s.openBrowser(ctx, url)
	}
	watched := a.watchSite(ctx, o.state, s, news)
	news.close()
	err = server.Close()
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return errors.Join(watched, err)
}

// refreshSite compiles the project and writes its site, without the warehouse.
func (a *app) refreshSite(ctx context.Context, state string) (*session, error) {
	s, err := a.compile(compileOptions{which: "generate"})
	if err != nil {
		return nil, err
	}
	s.openState(stateOptions{state: state})
	elsewhere, err := s.environment()
	if err != nil {
		return nil, err
	}
	return s, s.writeSite(ctx, siteOptions{live: true, elsewhere: elsewhere})
}

// watchSite writes the site anew whenever something changes that it shows, until ctx ends. What is wrong with the project is told, and
// the site stays as it was.
func (a *app) watchSite(ctx context.Context, state string, s *session, news *news) error {
	w := newWatch(s.project, s.targetDir())
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if !w.changed() {
			continue
		}
		next, err := a.refreshSite(ctx, state)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			a.view.event(runner.Logged{Text: err.Error(), Level: "warn", At: a.Now()})
		default:
			w = newWatch(next.project, next.targetDir())
			news.tell()
		}
	}
}

// openBrowser opens an address in the browser of whoever sits here; that there is none is only told.
func (s *session) openBrowser(ctx context.Context, url string) {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	c := exec.CommandContext(ctx, name, args...)
	c.Stdout, c.Stderr = nil, nil
	if err := c.Start(); err != nil {
		s.warn("no browser was opened: " + err.Error())
		return
	}
	go func() { _ = c.Wait() }() // how a browser ends is its own matter
}

// noStore keeps browsers from showing what they kept.
func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// newDocsHandler serves a folder, compressed for browsers that take it so, and its news at /_news.
func newDocsHandler(dir string, news *news) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/_news", news)
	mux.Handle("/", noStore(gzhttp.GzipHandler(http.FileServerFS(os.DirFS(dir)))))
	return mux
}
