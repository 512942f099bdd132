package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/modsql/mod/compiler/project"
)

// scripts writes pieces of data as scripts that call a function with them: browsers load scripts from a folder, but no JSON. It is safe for
// concurrent use.
type scripts struct {
	create  func(path string, content []byte) error
	redact  func(string) string // nil hides nothing
	buffers sync.Pool           // of *bytes.Buffer
}

func (s *scripts) put(key string, value any) error {
	b, _ := s.buffers.Get().(*bytes.Buffer)
	if b == nil {
		b = &bytes.Buffer{}
	}
	defer s.buffers.Put(b)
	b.Reset()
	b.WriteString(`__mod("` + key + `",`)
	if err := json.NewEncoder(b).Encode(value); err != nil {
		return fmt.Errorf("write %s of the site: %w", key, err)
	}
	b.WriteString(")\n")
	return s.create("data/"+key+".js", redacted(b.Bytes(), s.redact))
}

// redacted is JSON, or a script with JSON in it, without secrets.
func redacted(text []byte, redact func(string) string) []byte {
	if redact == nil {
		return text
	}
	return project.RedactJSON(text, redact)
}
