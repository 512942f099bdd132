package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// target writes what was compiled and what was run into a folder, where people and tools look for it. The zero value writes nothing.
type target struct {
	dir    string
	redact func(string) string // hides secrets; nil hides nothing
}

// compiled writes compiled code to a file of that name, slash-separated, and returns the path of the file.
func (t target) compiled(name, sql string) (string, error) {
	return t.write("compiled", name, sql)
}

// run writes the statements that ran, and returns the path of the file.
func (t target) run(name string, statements []string) (string, error) {
	var text string
	if len(statements) == 1 {
		text = strings.TrimRight(statements[0], " \t\r\n")
	} else {
		for _, s := range statements {
			text += strings.TrimRight(s, "; \t\r\n") + ";\n"
		}
	}
	return t.write("run", name, text)
}

func (t target) write(folder, name, text string) (string, error) {
	if t.dir == "" {
		return "", nil
	}
	if t.redact != nil {
		text = t.redact(text)
	}
	file := filepath.Join(t.dir, folder, filepath.FromSlash(name))
	err := os.WriteFile(file, []byte(text), 0o644)
	if os.IsNotExist(err) {
		if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = os.WriteFile(file, []byte(text), 0o644)
		}
	}
	if err != nil {
		return "", fmt.Errorf("write the %s code to %s: %w", folder, file, err)
	}
	return file, nil
}
