package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Checkout writes the files of a commit that are in those folders, from the top and with slashes, below another folder. What is checked out, the index
// and the list of work trees stay as they are.
func (r *Repository) Checkout(ctx context.Context, commit, into string, folders ...string) (err error) {
	index, err := os.MkdirTemp("", "mod-index-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(index)) }()
	f := r.Folder
	f.more = []string{"GIT_INDEX_FILE=" + filepath.Join(index, "index")}
	if err := f.Run(ctx, "read-tree", commit); err != nil {
		return fmt.Errorf("check out %s: %w", commit, err)
	}
	files, err := f.Output(ctx, append([]string{"ls-files", "-z", "--"}, folders...)...)
	if err == nil {
		_, err = f.feed(ctx, files, "checkout-index", "-z", "--stdin", "--quiet", "--prefix="+filepath.ToSlash(into)+"/")
	}
	if err != nil {
		return fmt.Errorf("check out %s: %w", commit, err)
	}
	return nil
}
