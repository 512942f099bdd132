package deps

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnpackStaysInItsFolder(t *testing.T) {
	t.Parallel()
	regular := func(name string) *tar.Header {
		return &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: 2}
	}
	link := func(name, to string) *tar.Header {
		return &tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to}
	}
	for name, tt := range map[string]struct {
		headers []*tar.Header
		want    string
	}{
		"parent":           {[]*tar.Header{regular("../evil")}, `its entry "../evil" leads out of its folder`},
		"deep parent":      {[]*tar.Header{regular("a/../../evil")}, "leads out of its folder"},
		"absolute":         {[]*tar.Header{regular("/evil")}, "leads out of its folder"},
		"backslash":        {[]*tar.Header{regular(`..\evil`)}, "leads out of its folder"},
		"link out":         {[]*tar.Header{link("a", "../evil")}, `its link "a" leads out of its folder, to "../evil"`},
		"absolute link":    {[]*tar.Header{link("a", "/etc")}, "leads out of its folder"},
		"chain of links":   {[]*tar.Header{{Name: "d/e", Typeflag: tar.TypeDir, Mode: 0o755}, link("l", "d/e"), link("l/m", "../../evil")}, "leads out"},
		"through a link":   {[]*tar.Header{link("a", "b"), link("b", "."), regular("a/../../evil")}, "leads out"},
		"hard link":        {[]*tar.Header{{Name: "a", Typeflag: tar.TypeLink, Linkname: "../evil"}}, `its entry "a" is neither a file nor a folder`},
		"device":           {[]*tar.Header{{Name: "a", Typeflag: tar.TypeChar}}, "neither a file nor a folder"},
		"a file as folder": {[]*tar.Header{regular("a"), regular("a/b")}, "cannot be written"},
		"more than fits":   {[]*tar.Header{regular("a"), {Name: "big", Typeflag: tar.TypeReg, Size: 1 << 20}}, "larger than any package should be"},
		"fine":             {[]*tar.Header{{Typeflag: tar.TypeXGlobalHeader, Name: "pax", PAXRecords: map[string]string{"comment": "x"}}, regular("x/a"), link("x/b", "a")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"big": strings.Repeat("x", 1<<20)}
			for _, h := range tt.headers {
				if h.Typeflag == tar.TypeReg && h.Size == 2 {
					files[h.Name] = "hi"
				}
			}
			outer := realPath(t, t.TempDir())
			dir := filepath.Join(outer, "in")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			err := unpack(bytes.NewReader(archiveOf(tt.headers, files)), dir, 64<<10)
			var refused *brokenError
			switch {
			case tt.want == "" && err != nil:
				t.Fatal(err)
			case tt.want != "" && (!errors.As(err, &refused) || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("%v, want %q", err, tt.want)
			}
			if _, err := os.Lstat(filepath.Join(outer, "evil")); err == nil {
				t.Error("a file was written outside")
			}
		})
	}
}
