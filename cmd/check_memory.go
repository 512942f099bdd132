package cmd

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/modsql/mod/compiler/cache"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/project"
)

// verdictsFile is the file in the target folder that keeps what the warehouse's own binder said of queries, for the next call.
// docs/adr/0005-cache.md says when that counts.
const verdictsFile = "check.cache"

// remembering is an engine that is asked only what it has not said before.
func (s *session) remembering(e *engine) *lint.Memory {
	return lint.Remembering(e, s.engineSalt(), s.earlierVerdicts())
}

// engineSalt says which engine it is, and how it is set up.
func (s *session) engineSalt() string {
	program, _ := os.Executable()
	t := s.project.Target
	return fmt.Sprintf("%v %q %q %q %v", project.StampOf(program), t.Type, t.Database, t.Schema, t.Config)
}

// earlierVerdicts are those of earlier calls.
func (s *session) earlierVerdicts() cache.Answers {
	if !s.flags.partialParse {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(s.targetDir(), verdictsFile))
	if err != nil {
		return nil // then they are asked for again
	}
	return cache.ReadAnswers(string(text))
}

// keepVerdicts writes what is to be kept, and if only a part of the project was asked about what is known of the rest. It is no failure if it cannot be
// written. A check alone makes no target folder.
func (s *session) keepVerdicts(now cache.Answers, part bool) {
	if _, err := os.Stat(s.targetDir()); err != nil || !s.flags.partialParse || !s.flags.writeJSON {
		return
	}
	before := s.earlierVerdicts()
	if part {
		for sum, text := range before {
			now[sum] = text
		}
	}
	for sum, text := range now {
		if s.secrets.redact(text) != text {
			delete(now, sum)
		}
	}
	if maps.Equal(before, now) {
		return
	}
	_ = writeWhole(filepath.Join(s.targetDir(), verdictsFile), func(w io.Writer) error {
		_, err := w.Write(now.Bytes())
		return err
	})
}
