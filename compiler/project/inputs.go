package project

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Input is a file or folder that loading a project read or looked for, as it was then.
type Input struct {
	Path   string // absolute
	Folder bool   // its names count, not what is in its files
	Stamp  Stamp
	// Digest is of the text of a file or the names in a folder. A file or folder that is not there has none.
	Digest string
	// Fresh says that it was changed so shortly before it was read that its stamp may not tell of the next change.
	Fresh bool
}

// Stamp is what the file system says of a file without reading it. The zero Stamp is that of a file which is not there.
type Stamp struct {
	Size              int64
	Modified, Changed int64 // Unix nanoseconds; Changed is 0 where the system does not keep it
	Node              uint64
}

// last is when the file was last changed.
func (s Stamp) last() int64 { return max(s.Modified, s.Changed) }

// isFresh tells whether the file was changed shortly before it was read.
func (s Stamp) isFresh(read time.Time) bool { return s.last() > read.Add(-settling).UnixNano() }

// settling is how long before a reading a file must have been left alone for its stamp to be trusted: the clocks of file systems are
// coarse, up to two seconds.
const settling = 2 * time.Second

// tick is by how much the clock of a file system is behind that of the system.
const tick = 20 * time.Millisecond

// Inputs are the files and folders that the project was made from, as they were read; start is the time before they were. The project file,
// the profile and .env are not among them: they are read each time. ok is false if something was changed while the project was loaded.
func (p *Project) Inputs(start time.Time) (inputs []Input, ok bool) {
	c := &inputCollector{start: start, seen: map[string]bool{}}
	for _, pkg := range p.Packages {
		c.configs(pkg.Dir)
		for _, dir := range slices.Sorted(maps.Keys(pkg.listed)) {
			c.add(Input{Path: dir, Folder: true, Digest: pkg.listed[dir]})
		}
		for _, files := range [][]*File{pkg.Models, pkg.Snapshots, pkg.Tests, pkg.GenericTests, pkg.Fixtures, pkg.Analyses, pkg.Macros, pkg.Functions, pkg.Docs, pkg.PropertyFiles} {
			for _, f := range files {
				c.add(Input{Path: f.Abs, Digest: textDigest(f.Written())})
			}
		}
		for _, f := range pkg.Seeds { // which are not kept
			c.read(f.Abs)
		}
	}
	for _, dir := range p.looked {
		c.configs(dir)
	}
	c.installed(p.packagesDir())
	return c.inputs, !c.moving
}

// packagesDir is the folder in which packages are installed.
func (p *Project) packagesDir() string {
	dir := filepath.FromSlash(p.Root.Paths.Packages)
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(p.Root.Dir, dir)
}

type inputCollector struct {
	start  time.Time
	seen   map[string]bool
	inputs []Input
	moving bool
}

// add stamps what was read.
func (c *inputCollector) add(in Input) {
	if c.seen[in.Path] {
		return
	}
	c.seen[in.Path] = true
	in.Stamp = StampOf(in.Path)
	in.Fresh = in.Stamp.isFresh(c.start)
	if (in.Digest == "") != (in.Stamp == Stamp{}) {
		c.moving = true
	}
	c.inputs = append(c.inputs, in)
}

// read adds a file that may not be there, whose text nobody keeps: it is read again, and so must not have changed in between.
func (c *inputCollector) read(file string) {
	c.add(Input{Path: file, Digest: fileDigest(file)})
	if last := c.inputs[len(c.inputs)-1]; last.Path == file && last.Stamp.last() > c.start.Add(-tick).UnixNano() {
		c.moving = true
	}
}

// configs adds the files that a package's folder may have.
func (c *inputCollector) configs(dir string) {
	for _, name := range append([]string{".dbtignore"}, configFiles...) {
		c.read(filepath.Join(dir, name))
	}
}

// installed adds the folder of packages, and what makes each folder in it a package or not.
func (c *inputCollector) installed(dir string) {
	names, digest := folderNames(dir)
	c.add(Input{Path: dir, Folder: true, Digest: digest})
	for _, name := range names {
		for _, file := range projectFiles {
			c.read(filepath.Join(dir, strings.TrimSuffix(name, "/"), file))
		}
	}
}

// Check tells whether the input is as it was. One that was only touched is; its new stamp is put down then, and renewed says so.
func (in *Input) Check(now time.Time) (same, renewed bool) {
	stamp := StampOf(in.Path)
	if stamp == in.Stamp && !in.Fresh {
		return true, false
	}
	digest := ""
	if in.Folder {
		_, digest = folderNames(in.Path)
	} else {
		digest = fileDigest(in.Path)
	}
	if digest != in.Digest {
		return false, false
	}
	fresh := stamp.isFresh(now)
	renewed = stamp != in.Stamp || fresh != in.Fresh
	in.Stamp, in.Fresh = stamp, fresh
	return true, renewed
}

// fileDigest is the digest of a file's text as the project reads it, "" if it cannot be read.
func fileDigest(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return textDigest(string(trimBOM(text)))
}

func textDigest(text string) string {
	sum := sha256.Sum256(unsafe.Slice(unsafe.StringData(text), len(text))) // which is read, and not kept
	return hex.EncodeToString(sum[:16])
}

// folderNames are the names in a folder, and their digest; "" if it is not there.
func folderNames(dir string) (names []string, digest string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, ""
	}
	names = []string{}
	for _, e := range entries {
		names = append(names, nameOf(e))
	}
	return names, namesDigest(names)
}

// nameOf is a name with a mark of what it is the name of.
func nameOf(e fs.DirEntry) string {
	switch {
	case e.IsDir():
		return e.Name() + "/"
	case e.Type()&fs.ModeSymlink != 0:
		return e.Name() + "@"
	}
	return e.Name()
}

func namesDigest(names []string) string {
	if names == nil {
		return ""
	}
	return textDigest(strings.Join(slices.Sorted(slices.Values(names)), "\n"))
}
