package deps

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What an archive may hold at most. No package comes near it.
const (
	maxUnpacked = 2 << 30 // bytes
	maxEntries  = 200_000
)

// brokenError is content that no package should have.
type brokenError struct{ why string }

func (b *brokenError) Error() string { return b.why }

func broken(format string, args ...any) error { return &brokenError{fmt.Sprintf(format, args...)} }

// unpackFile unpacks a .tar.gz into a folder. Entries that lead out of it are refused, and so is what is no file, folder or link.
func unpackFile(file, dir string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return unpack(f, dir, maxUnpacked)
}

// unpack is unpackFile with a limit for the bytes that come out.
func unpack(r io.Reader, dir string, limit int64) (err error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return broken("it is no gzip file: %v", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	archive := tar.NewReader(&capped{r: unzipped, left: limit})
	for n := 0; ; n++ {
		h, err := archive.Next()
		switch {
		case errors.Is(err, io.EOF):
			return insideOnly(dir)
		case errors.Is(err, errTooLarge) || n == maxEntries:
			return broken("%v", errTooLarge)
		case err != nil:
			return broken("it is damaged: %v", err)
		}
		if err := unpackEntry(root, archive, h); err != nil {
			return err
		}
	}
}

func unpackEntry(root *os.Root, content io.Reader, h *tar.Header) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	name := filepath.Clean(filepath.FromSlash(h.Name))
	if !filepath.IsLocal(name) || strings.Contains(h.Name, "\\") {
		return broken("its entry %q leads out of its folder", h.Name)
	}
	if h.Typeflag == tar.TypeDir {
		return root.MkdirAll(name, 0o755)
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return broken("its entry %q cannot be written: %v", h.Name, err)
	}
	switch h.Typeflag {
	case tar.TypeReg:
		return unpackRegular(root, content, name, h)
	case tar.TypeSymlink:
		if target := filepath.FromSlash(h.Linkname); filepath.IsAbs(target) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), target)) {
			return broken("its link %q leads out of its folder, to %q", h.Name, h.Linkname)
		}
		return root.Symlink(h.Linkname, name)
	}
	return broken("its entry %q is neither a file nor a folder", h.Name)
}

func unpackRegular(root *os.Root, content io.Reader, name string, h *tar.Header) (err error) {
	mode := fs.FileMode(0o644)
	if h.Mode&0o100 != 0 {
		mode = 0o755
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return broken("its entry %q cannot be written: %v", h.Name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.Copy(f, content); err != nil {
		if errors.Is(err, errTooLarge) {
			return broken("%v", err)
		}
		return broken("its entry %q is damaged: %v", h.Name, err)
	}
	return nil
}

// insideOnly refuses links below a folder that lead out of it, however they do.
func insideOnly(dir string) error {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink == 0 {
			return err
		}
		shown, _ := filepath.Rel(dir, path)
		target, err := filepath.EvalSymlinks(path)
		if errors.Is(err, fs.ErrNotExist) {
			target, err = os.Readlink(path) // it leads nowhere yet
			if err == nil && !filepath.IsAbs(target) {
				target = filepath.Join(root, filepath.Dir(shown), target)
			}
		}
		if err != nil {
			return broken("its link %q cannot be followed", filepath.ToSlash(shown))
		}
		if rel, err := filepath.Rel(root, target); err != nil || !filepath.IsLocal(rel) {
			return broken("its link %q leads out of its folder", filepath.ToSlash(shown))
		}
		return nil
	})
}
