package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Render is a request as it would be sent, without the secrets.
func (c *Client) Render(r *Request) string {
	header := http.Header{}
	maps.Copy(header, r.Header)
	if c.Auth != nil {
		for _, name := range c.Auth.Headers() {
			header.Set(name, mask)
		}
	}
	var out strings.Builder
	address := r.URL
	if u, err := url.Parse(address); err == nil && u.User != nil {
		address = u.Redacted()
	}
	out.WriteString(r.Method + " " + address + "\n")
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			out.WriteString(name + ": " + value + "\n")
		}
	}
	if len(r.Body) > 0 {
		out.WriteString("\n")
		out.Write(r.Body)
	}
	return c.Secrets.Redact(out.String())
}
