package web

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// mask stands where a secret was.
const mask = "***"

// Secrets are texts that must not show. The zero value has none. It is safe for concurrent use.
type Secrets struct {
	mu    sync.RWMutex
	texts []string
}

// Add has texts not shown from now on, as they are and as they stand in URLs and in JSON.
func (s *Secrets) Add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		quoted, _ := json.Marshal(text) // a text can be written
		for _, form := range []string{text, url.QueryEscape(text), url.PathEscape(text), string(quoted[1 : len(quoted)-1])} {
			if form != "" && !slices.Contains(s.texts, form) {
				s.texts = append(s.texts, form)
			}
		}
	}
	// A secret that holds another one goes first.
	slices.SortFunc(s.texts, func(a, b string) int { return len(b) - len(a) })
}

// Redact is a text without the secrets in it.
func (s *Secrets) Redact(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, secret := range s.texts {
		text = strings.ReplaceAll(text, secret, mask)
	}
	return text
}
