package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/modsql/mod/syncs"
)

func storeOf(c syncs.Config) (store, error) {
	at := c.String("path", "")
	if at == "" {
		return nil, broken("path is not set")
	}
	if bucket, ok := strings.CutPrefix(at, "s3://"); ok {
		return newBucket(c, bucket)
	}
	return local{at}, nil
}

// local is a folder of this machine.
type local struct{ folder string }

func (l local) where(name string) string { return filepath.Join(l.folder, filepath.FromSlash(name)) }

// ready makes and removes a file.
func (l local) ready(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if _, err := os.Stat(l.folder); err != nil {
		return fileFailure(err)
	}
	f, err := os.CreateTemp(l.folder, ".mod-check-*")
	if err != nil {
		return fileFailure(err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// put writes a file next to where it is to be, and moves it there when all of it is on the disk.
func (l local) put(ctx context.Context, name string, content []byte) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if _, err := os.Stat(l.folder); err != nil {
		return fileFailure(err) // it is not made: it may be that nothing is mounted there
	}
	to := l.where(name)
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return fileFailure(err)
	}
	f, err := os.OpenFile(filepath.Join(filepath.Dir(to), "."+filepath.Base(to)+".part"), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return fileFailure(err)
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fileFailure(err), os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), to); err != nil {
		return fileFailure(err)
	}
	return nil
}

func (l local) list(_ context.Context, folder string) ([]entry, error) {
	files, err := os.ReadDir(l.where(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileFailure(err)
	}
	var out []entry
	for _, f := range files {
		if f.IsDir() {
			out = append(out, entry{name: f.Name() + "/"})
			continue
		}
		info, err := f.Info()
		if err != nil {
			return nil, fileFailure(err)
		}
		out = append(out, entry{f.Name(), info.Size()})
	}
	return out, nil
}

// fileFailure sorts what a file system says.
func fileFailure(err error) error {
	class := syncs.Broken
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		class = syncs.Missing
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		class = syncs.Denied
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		class = syncs.Exhausted
	case errors.Is(err, syscall.EIO), errors.Is(err, syscall.ESTALE), errors.Is(err, syscall.EINTR):
		class = syncs.Transient
	}
	return &syncs.Error{Class: class, Cause: err}
}
