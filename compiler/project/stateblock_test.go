package project

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStateBlockSaysWhereTheStateIs(t *testing.T) {
	t.Parallel()
	const targets = "targets:\n  dev: {type: duckdb, path: shop.duckdb}\n  prod: {type: postgres, host: db, user: x, dbname: shop, schema: s}\ntarget: dev\n"
	tests := []struct {
		block, problem string
		want           StateBlock
	}{
		{"", "", StateBlock{Schema: "mod"}},
		{"state: {schema: meta}", "", StateBlock{Schema: "meta"}},
		{"state: {schema: \"{{ 'me' ~ 'ta' }}\", target: prod}", "", StateBlock{Schema: "meta", Target: "prod"}},
		{"state: {target: dev}", "", StateBlock{Schema: "mod", Target: "dev"}},
		{"state: false", "", StateBlock{Schema: "mod", Off: true}},
		{"state: true", "", StateBlock{Schema: "mod"}},
		{"state: here", `state`, StateBlock{Schema: "mod"}},
		{"state: {schema: 3}", `schema`, StateBlock{Schema: "mod"}},
		{"state: {shema: x}", `"shema" is not a key of state`, StateBlock{Schema: "mod"}},
		{"state: {target: production}", `there is no target "production"`, StateBlock{Schema: "mod", Target: "production"}},
	}
	for _, test := range tests {
		dir := t.TempDir()
		write(t, dir, "project.yml", "name: shop\n"+targets+test.block+"\n")
		p, l := Load(Options{Dir: dir, ProfilesDir: dir})
		var told []string
		for _, d := range l.Sorted() {
			told = append(told, d.Message)
		}
		all := strings.Join(told, "\n")
		if test.problem == "" && all != "" || !strings.Contains(all, test.problem) {
			t.Errorf("%s: the problems are %q", test.block, all)
		}
		if p == nil {
			t.Fatalf("%s: there is no project: %s", test.block, all)
		}
		if diff := cmp.Diff(test.want, p.State); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.block, diff)
		}
	}
}
