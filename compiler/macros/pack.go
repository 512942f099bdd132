package macros

import (
	"embed"
	"path"
	"slices"
	"sync"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

//go:embed pack
var packFiles embed.FS

// packs are the macros of each folder of the pack, parsed when they are first asked for: constants of the program.
var packs = func() map[string]func() []*Macro {
	folders, err := packFiles.ReadDir("pack")
	if err != nil {
		return nil
	}
	out := map[string]func() []*Macro{}
	for _, f := range folders {
		out[f.Name()] = sync.OnceValue(func() []*Macro { return parsePack(f.Name()) })
	}
	return out
}()

// packMacros are the macros of a folder of the pack, in order of file and place; none if there is no such folder.
func packMacros(folder string) []*Macro {
	if load := packs[folder]; load != nil {
		return load()
	}
	return nil
}

func parsePack(folder string) []*Macro {
	pkg := PackPackage
	if folder != "default" {
		pkg += "_" + folder
	}
	sources := packSources(folder)
	files := make([][]*Macro, len(sources))
	parallel(len(sources), func(i int) { files[i] = packFile(pkg, sources[i]) })
	return slices.Concat(files...)
}

func packFile(pkg string, src *diag.Source) []*Macro {
	t, problems := jinja.Parse(src)
	if err := problems.Err(); err != nil {
		panic("macros: the pack does not parse: " + err.Error())
	}
	var out []*Macro
	for _, b := range t.Blocks() {
		if m, ok := newMacro(pkg, b); ok {
			m.Path = "macros/" + path.Base(src.Path)
			out = append(out, m)
		}
	}
	return out
}

// packSources are the files of a folder of the pack by name.
func packSources(folder string) []*diag.Source {
	files, err := packFiles.ReadDir("pack/" + folder)
	if err != nil {
		return nil
	}
	var out []*diag.Source
	for _, f := range files {
		if path.Ext(f.Name()) != ".sql" {
			continue
		}
		name := "pack/" + folder + "/" + f.Name()
		text, err := packFiles.ReadFile(name)
		if err != nil {
			continue
		}
		out = append(out, &diag.Source{Path: name, Text: string(text)})
	}
	return out
}
