package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/modsql/mod/compiler"
)

// target writes what was compiled and what was run into a folder, where people and tools look for it. The zero value writes nothing.
type target struct{ dir string }

// compiled writes a node's compiled code and returns the path of the file.
func (t target) compiled(n *compiler.Node, sql string) (string, error) {
	return t.write("compiled", n, sql)
}

// run writes the statements that a node ran.
func (t target) run(n *compiler.Node, statements []string) error {
	var kept []string
	for _, s := range statements {
		kept = append(kept, strings.TrimRight(s, "; \t\r\n"))
	}
	text := strings.Join(kept, ";\n")
	if len(kept) > 1 {
		text += ";\n"
	}
	_, err := t.write("run", n, text)
	return err
}

func (t target) write(folder string, n *compiler.Node, text string) (string, error) {
	if t.dir == "" {
		return "", nil
	}
	file := filepath.Join(t.dir, folder, filepath.FromSlash(n.CompiledPath()))
	err := os.WriteFile(file, []byte(text), 0o644)
	if os.IsNotExist(err) {
		if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = os.WriteFile(file, []byte(text), 0o644)
		}
	}
	if err != nil {
		return "", fmt.Errorf("write the %s code of %s: %w", folder, n.Name, err)
	}
	return file, nil
}
