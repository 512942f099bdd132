package files

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/modsql/mod/syncs"
)

const manifests = "_manifests"

// folderOf is where the files of a target are.
func folderOf(t *syncs.Target) (string, error) {
	for part := range strings.SplitSeq(t.Object, "/") {
		if part == ".." || strings.ContainsAny(part, "\\\x00") || t.Object != "" && part == "" {
			return "", broken("%q is no folder below the destination's path", t.Object)
		}
	}
	return path.Join(t.Object, escape(t.Sync)), nil
}

func runFolder(folder, run string) string { return path.Join(folder, "run="+escape(run)) }

// fileOf is the name of a batch's file: the same whenever the batch is sent in its run.
func (d *destination) fileOf(b *syncs.Batch) (string, error) {
	folder, err := folderOf(b.Target)
	if err != nil {
		return "", err
	}
	span := b.Span()
	return path.Join(runFolder(folder, b.Run), fmt.Sprintf("%012d-%012d.%s", span.First, span.Last, d.extension())), nil
}

// spanOf is the rows that are in a file of that name.
func spanOf(name string) (syncs.Span, bool) {
	numbers, _, _ := strings.Cut(name, ".")
	first, last, _ := strings.Cut(numbers, "-")
	from, errF := strconv.ParseInt(first, 10, 64)
	to, errL := strconv.ParseInt(last, 10, 64)
	return syncs.Span{First: from, Last: to}, errF == nil && errL == nil && !strings.HasPrefix(name, ".")
}

// escape makes a name of any text that every file system takes: what is not a letter, a digit, "-", "_" or "." within is %XX.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' && i > 0
		if plain {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
