package project

import (
	"os"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// File is a file of a package. Reading one is cheap except for seeds, whose text is not kept: Source then holds only the path.
type File struct {
	*diag.Source // Path is relative to the root project's folder; the text is what to compile, see Head
	Package      *Package
	Name         string // without folder and ending: "stg_orders"
	Rel          string // relative to the resource folder: "staging/stg_orders.sql"
	Path         string // relative to the package's folder: "models/staging/stg_orders.sql"
	Root         string // the resource folder: "models"
	Abs          string

	// Head is the comment with properties at the file's top, zero without one. Its source is the file as written; in the
	// file's own Source it is blank, so that every offset is the same.
	Head diag.Span
}

// Folders are the folders between the resource folder and the file.
func (f *File) Folders() []string {
	parts := strings.Split(f.Rel, "/")
	return parts[:len(parts)-1]
}

// Ending is the file's ending with its dot, in lower case: ".sql".
func (f *File) Ending() string {
	base := f.Rel[strings.LastIndexByte(f.Rel, '/')+1:]
	return strings.ToLower(base[len(f.Name):])
}

// Read reads the file from the disk, for one whose text is not kept.
func (f *File) Read() (string, error) {
	text, err := os.ReadFile(f.Abs)
	return string(trimBOM(text)), err
}

// Bytes reads the file from the disk as it is.
func (f *File) Bytes() ([]byte, error) { return os.ReadFile(f.Abs) }

// Size is how large the file is on the disk, in bytes.
func (f *File) Size() (int64, error) {
	info, err := os.Stat(f.Abs)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Written is the text as it is written, with the properties at its top.
func (f *File) Written() string {
	if f.Head.IsZero() {
		return f.Text
	}
	return f.Head.Source.Text
}
