package destinationtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Contract is what the documentation of an API says in examples: requests, and how each is answered. The server that stands in for the
// API in tests must keep it, and anyone who has a login can hold it against the real one.
//
// In a request, ${name} stands for a variable. In an answer it takes the value that is there, if the variable has none yet; "*" stands for
// anything. An answer may have more fields than the contract tells of.
type Contract struct {
	Doc       string // a link to the documentation
	Exchanges []Exchange
}

// Exchange is a request and its answer.
type Exchange struct {
	Request struct {
		Method, Path string
		Header       map[string]string
		Body         json.RawMessage // a string is sent as text
	}
	Response struct {
		Status int
		Header map[string]string
		Body   json.RawMessage
	}
}

// Keep holds a server against the contracts in files. Every request gets the header; vars are variables that have values from the start.
func Keep(t *testing.T, pattern, address string, header http.Header, vars map[string]string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no contracts %s: %v", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c Contract
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			k := keeper{T: t, address: address, header: header, vars: map[string]string{}}
			for name, value := range vars {
				k.vars[name] = value
			}
			for i, e := range c.Exchanges {
				k.exchange(fmt.Sprintf("exchange %d, %s %s", i+1, e.Request.Method, e.Request.Path), &e)
			}
		})
	}
}

// keeper is one contract being held against a server.
type keeper struct {
	*testing.T
	address string
	header  http.Header
	vars    map[string]string
}

func (k *keeper) exchange(name string, e *Exchange) {
	k.Helper()
	body := k.fill(string(e.Request.Body))
	var text string
	if json.Unmarshal([]byte(body), &text) == nil {
		body = text
	}
	r, err := http.NewRequestWithContext(k.Context(), e.Request.Method, k.address+k.fill(e.Request.Path), strings.NewReader(body))
	if err != nil {
		k.Fatal(err)
	}
	r.Header = k.header.Clone()
	for header, value := range e.Request.Header {
		r.Header.Set(header, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		k.Fatalf("%s: %v", name, err)
	}
	defer answer.Body.Close()
	found, err := io.ReadAll(answer.Body)
	if err != nil {
		k.Fatalf("%s: %v", name, err)
	}
	if answer.StatusCode != e.Response.Status {
		k.Fatalf("%s: status %d, want %d: %s", name, answer.StatusCode, e.Response.Status, found)
	}
	for header, want := range e.Response.Header {
		k.match(name+": "+header, want, answer.Header.Get(header))
	}
	k.body(name, e.Response.Body, found)
}

func (k *keeper) fill(text string) string {
	for name, value := range k.vars {
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return text
}

// body compares an answer's body with that of the contract: JSON, or a text.
func (k *keeper) body(name string, want json.RawMessage, found []byte) {
	k.Helper()
	if want == nil {
		return
	}
	wanted, got := decode([]byte(want)), decode(found)
	if _, text := wanted.(string); text {
		got = string(found)
	}
	k.match(name, wanted, got)
}

func decode(text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}

// match compares a value with that of the contract.
func (k *keeper) match(at string, want, found any) {
	k.Helper()
	switch want := want.(type) {
	case string:
		k.text(at, want, found)
	case []any:
		list, ok := found.([]any)
		if !ok || len(list) != len(want) {
			k.Errorf("%s: found %v, want %d items", at, found, len(want))
			return
		}
		for i := range want {
			k.match(fmt.Sprintf("%s[%d]", at, i), want[i], list[i])
		}
	case map[string]any:
		mapping, ok := found.(map[string]any)
		if !ok {
			k.Errorf("%s: found %v, want a mapping", at, found)
			return
		}
		for name, value := range want {
			k.match(at+"."+name, value, mapping[name])
		}
	default:
		if Spell(want) != Spell(found) {
			k.Errorf("%s: found %v, want %v", at, found, want)
		}
	}
}

// text compares a value with a text, which may be a variable or anything.
func (k *keeper) text(at, want string, found any) {
	k.Helper()
	if want == "*" {
		if found == nil {
			k.Errorf("%s: nothing is there", at)
		}
		return
	}
	name, ok := strings.CutPrefix(want, "${")
	if name, closed := strings.CutSuffix(name, "}"); ok && closed && k.vars[name] == "" {
		k.vars[name] = fmt.Sprint(found)
		return
	}
	if want := k.fill(want); want != found {
		k.Errorf("%s: found %v, want %q", at, found, want)
	}
}
