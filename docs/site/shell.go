package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"html"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed web
var web embed.FS

// assets are the script and the style that every page has, and the script of what the first page does not need.
type assets struct{ script, later, style string }

func readAssets() (assets, error) {
	script, later, err := join(web, "web/js/main.js")
	if err != nil {
		return assets{}, err
	}
	sheets, err := fs.Glob(web, "web/css/*.css")
	if err != nil {
		return assets{}, err
	}
	slices.Sort(sheets) // base.css comes first
	var style strings.Builder
	for _, name := range sheets {
		text, err := fs.ReadFile(web, name)
		if err != nil {
			return assets{}, err
		}
		style.Write(indent.ReplaceAll(blankLine.ReplaceAll(text, nil), nil))
	}
	return assets{script, later, style.String()}, nil
}

// policy is what the page may load, given what it may run and look like by: nothing else, from nowhere.
// https://www.w3.org/TR/CSP3/
func policy(scripts, styles string, live bool) string {
	p := "default-src 'none'; script-src " + scripts + "; style-src " + styles + "; img-src 'self' data:; base-uri 'none'; form-action 'none'"
	if live {
		p += "; connect-src 'self'"
	}
	return p
}

// page is the document around the script.
func page(p *Project, csp, head, foot string) []byte {
	var b bytes.Buffer
	live := ""
	if p.Live {
		live = "<meta name=\"live\" content=\"live\">\n"
	}
	fmt.Fprintf(&b, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="mod">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:image/svg+xml,%%3Csvg xmlns=%%27http://www.w3.org/2000/svg%%27 viewBox=%%270 0 16 16%%27%%3E%%3Crect width=%%2716%%27 height=%%2716%%27 rx=%%274%%27 fill=%%27%%233d60d6%%27/%%3E%%3Cpath d=%%27M3 11l3-6 2 4 2-4 3 6%%27 fill=%%27none%%27 stroke=%%27white%%27 stroke-width=%%271.6%%27/%%3E%%3C/svg%%3E">
%s<title>%s</title>
%s</head>
<body>
<div id="app"><noscript>This page shows its content with JavaScript.</noscript></div>
%s</body>
</html>
`, csp, live, html.EscapeString(p.Graph.Project.Root.Name), head, foot)
	return b.Bytes()
}

// writeShell writes the page, its script and its style. Their addresses change with what they hold, and those of the data with the time,
// so that no browser shows what it kept.
func writeShell(p *Project, create func(string, []byte) error) error {
	a, err := readAssets()
	if err != nil {
		return err
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(a.script + a.later + a.style)) // never fails
	stampOf := strconv.FormatUint(uint64(h.Sum32()), 36)
	data := strconv.FormatInt(p.Made.Unix(), 36)
	head := fmt.Sprintf("<link rel=\"stylesheet\" href=\"site.css?%s\">\n", stampOf)
	foot := fmt.Sprintf("<script src=\"site.js?%s\" data-stamp=\"%s\" data-later=\"later.js?%s\"></script>\n<script src=\"data/project.js?%s\"></script>\n", stampOf, data, stampOf, data)
	for _, f := range []struct {
		name    string
		content []byte
	}{
		{"site.css", []byte(a.style)},
		{"site.js", []byte(a.script)},
		{"later.js", []byte(a.later)},
		{"index.html", page(p, policy("'self'", "'self'", p.Live), head, foot)},
	} {
		if err := create(f.name, f.content); err != nil {
			return err
		}
	}
	return nil
}

// singlePage is the page with its script, its style and all data in it. The data are blocks that browsers do not run, compressed: a
// browser reads all of a document before it shows the page.
func singlePage(p *Project, pieces func(func(string, any) error) error) ([]byte, error) {
	a, err := readAssets()
	if err != nil {
		return nil, err
	}
	var lock sync.Mutex
	blocks := map[string]string{}
	if err := pieces(func(key string, value any) error {
		block, err := packed(value, p.Redact)
		if err != nil {
			return fmt.Errorf("write %s of the site: %w", key, err)
		}
		lock.Lock()
		defer lock.Unlock()
		blocks[key] = block
		return nil
	}); err != nil {
		return nil, err
	}
	var foot strings.Builder
	for _, key := range slices.Sorted(maps.Keys(blocks)) {
		fmt.Fprintf(&foot, "<script type=\"application/gzip\" data-key=\"%s\">%s</script>\n", key, blocks[key])
	}
	fmt.Fprintf(&foot, "<script>%s</script>\n<script>%s</script>\n", a.later, a.script)
	csp := policy(hashed(a.later)+" "+hashed(a.script), hashed(a.style), false)
	return page(p, csp, "<style>"+a.style+"</style>\n", foot.String()), nil
}

// packed is a value as JSON without secrets, by gzip, in base64.
func packed(value any, redact func(string) string) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	letters := base64.NewEncoder(base64.StdEncoding, &out)
	compress := gzip.NewWriter(letters)
	_, err = compress.Write(redacted(text, redact))
	err = errors.Join(err, compress.Close(), letters.Close())
	return out.String(), err
}

// hashed is how a policy names a script or a style by what it is.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
