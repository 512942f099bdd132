package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
)

// scripts writes pieces of data as scripts that call a function with them: browsers load scripts from a folder, but no JSON. It is safe for
// concurrent use.
type scripts struct {
	create  func(path string, content []byte) error
	buffers sync.Pool // of *bytes.Buffer
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
	return s.create("data/"+key+".js", b.Bytes())
}
