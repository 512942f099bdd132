package files

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
)

// manifest lists the files of a run.
type manifest struct {
	Sync   string `json:"sync"`
	Object string `json:"object"`
	Run    string `json:"run"` // as it is in the names of files
	// FinishedAt is when it was written. Runs come in that order: their names tell nothing.
	FinishedAt time.Time       `json:"finished_at"`
	Format     string          `json:"format"`
	Fields     []manifestField `json:"fields"`
	Rows       int64           `json:"rows"`
	Files      []manifestFile  `json:"files"`
}

type manifestField struct {
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
}

type manifestFile struct {
	Path  string `json:"path"` // below the folder that _manifests is in
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
}

// Finish writes the manifest of a run, and of runs before it that ended before they had one.
func (d *destination) Finish(ctx context.Context, t *syncs.Target, run string) error {
	folder, err := folderOf(t)
	if err != nil {
		return err
	}
	runs, err := d.unfinished(ctx, folder, escape(run))
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := d.finish(ctx, t, folder, run); err != nil {
			return err
		}
	}
	return nil
}

// unfinished are the runs, escaped, that have files and no manifest, and the one that is under way.
func (d *destination) unfinished(ctx context.Context, folder, now string) ([]string, error) {
	folders, err := d.list(ctx, folder)
	if err != nil {
		return nil, err
	}
	done, err := d.list(ctx, path.Join(folder, manifests))
	if err != nil {
		return nil, err
	}
	finished := map[string]bool{}
	for _, e := range done {
		finished[strings.TrimSuffix(e.name, ".json")] = true
	}
	var out []string
	for _, e := range folders {
		run, ok := strings.CutPrefix(e.name, "run=")
		run, isFolder := strings.CutSuffix(run, "/")
		if ok && isFolder && (run == now || !finished[run]) {
			out = append(out, run)
		}
	}
	if i := slices.Index(out, now); i >= 0 { // it comes after those that were left unfinished
		out = append(slices.Delete(out, i, i+1), now)
	}
	return out, nil
}

// finish writes the manifest of a run, if it has files.
func (d *destination) finish(ctx context.Context, t *syncs.Target, folder, run string) error {
	files, err := d.list(ctx, path.Join(folder, "run="+run))
	if err != nil {
		return err
	}
	m := manifest{Sync: t.Sync, Object: t.Object, Run: run, FinishedAt: time.Now().UTC(), Format: d.extension(), Fields: []manifestField{{Name: d.opField, Type: "text"}}}
	for _, f := range t.Fields {
		m.Fields = append(m.Fields, manifestField{f.Name, f.Type})
	}
	for _, e := range files {
		if span, ok := spanOf(e.name); ok {
			rows := span.Last - span.First + 1
			m.Files = append(m.Files, manifestFile{Path: "run=" + run + "/" + e.name, Rows: rows, Bytes: e.bytes})
			m.Rows += rows
		}
	}
	if len(m.Files) == 0 {
		return nil
	}
	slices.SortFunc(m.Files, func(a, b manifestFile) int { return strings.Compare(a.Path, b.Path) })
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return d.put(ctx, path.Join(folder, manifests, run+".json"), append(content, '\n'))
}

// Committed are the batches of a run whose files are there.
func (d *destination) Committed(ctx context.Context, t *syncs.Target, run string) ([]syncs.Span, error) {
	folder, err := folderOf(t)
	if err != nil {
		return nil, err
	}
	files, err := d.list(ctx, runFolder(folder, run))
	if err != nil {
		return nil, err
	}
	var out []syncs.Span
	for _, e := range files {
		if span, ok := spanOf(e.name); ok {
			out = append(out, span)
		}
	}
	return out, nil
}

// Forget drops nothing: the files are what was delivered.
func (d *destination) Forget(context.Context, *syncs.Target, string) error { return nil }
