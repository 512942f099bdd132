package project

import (
	"os"
	"path/filepath"
	"testing"
)

// listOf is the list of packages in a packages.yml of that text.
func listOf(t *testing.T, text string) *PackageList {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"dbt_project.yml": "name: shop\n", "packages.yml": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, found := Load(Options{Dir: dir, RootOnly: true, Env: map[string]string{"DBT_ENV_SECRET_T": "tok"}})
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	list, found := p.PackagesOf(dir)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// The hashes are those that dbt 1.12.3 writes for these files.
func TestHashOfAListIsThatOfDBT(t *testing.T) {
	t.Parallel()
	for entries, want := range map[string]string{
		"- package: dbt-labs/dbt_utils\n    version: 1.3.0":                                      "226ae69cdfbc9367e2aa2c472b01f99dbce11de0",
		"- package: dbt-labs/dbt_utils\n    version: [\">=1.0.0\", \"<2.0.0\"]":                  "dd1e1feb2d2bbce79e7a255cd309a60e6548df0b",
		"- package: dbt-labs/dbt_utils\n    version: 1.3\n    install_prerelease: true":          "dfaa28d14e377b1902ab8d4b7844d2cd8a1dc958",
		"- package: dbt-labs/dbt_utils\n    version: 2":                                          "098161e8c675c33dc73fbff01ffb788f92d7dcbb",
		"- package: a/b\n    version: [1.0, 2]":                                                  "8de43eb77bfd7ae1484b90f5dd8e69b76b9a4423",
		"- package: a/b\n    version: \"1.0.0\"\n    name: zed":                                  "aaea64ab0973188c4773054052abf91f2148b03c",
		"- git: \"https://x.y/é.git\"":                                                           "40085a5e60783baf0850f2cdcaed4e7a417445bb",
		"- git: \"https://x.y/a.git\"\n    revision: 1.0":                                        "71429441ff787a3df735ac7ed55a1b5b911b281e",
		"- local: ../a\n  - local: ../b\n    name: c\n  - tarball: https://x/y.tgz\n    name: q": "b9e4e171eefd2cadc6171ef6cddfe0b139b56c8c",
		"- private: a/b\n    provider: github":                                                   "c7eb991dd788a00d06e51c528671d3aadbee417e",
		"- git: \"https://{{ env_var('DBT_ENV_SECRET_T') }}@x.y/é.git\"\n    revision: \"1.0\"\n    warn-unpinned: false\n    subdirectory: a/b": "8aea4dd72751c3793cd57fe80995cc961084bb82",
	} {
		if got := listOf(t, "packages:\n  "+entries+"\n").Hash(); got != want {
			t.Errorf("hash of\n%s\nis %s, want %s", entries, got, want)
		}
	}
}

func TestSecretsAreRenderedAndKeptAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	e := listOf(t, "packages:\n  - git: \"https://{{ env_var('DBT_ENV_SECRET_T') }}@x.y/a.git\"\n").Entries[0]
	if e.Source != "https://tok@x.y/a.git" || e.Written != "https://{{ env_var('DBT_ENV_SECRET_T') }}@x.y/a.git" {
		t.Errorf("source %q, written %q", e.Source, e.Written)
	}
}

func TestVersionsAreOrderedAndBounded(t *testing.T) {
	t.Parallel()
	ordered := []string{"0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"}
	for i := 1; i < len(ordered); i++ {
		a, _ := ParseSemver(ordered[i-1])
		b, ok := ParseSemver(ordered[i])
		if !ok || a.Compare(b) >= 0 || b.Compare(a) <= 0 || b.Compare(b) != 0 {
			t.Errorf("%s does not come before %s", a, b)
		}
	}
	for _, tt := range []struct {
		bounds, version string
		want            bool
	}{
		{"1.3.0", "1.3.0", true}, {"=1.3.0", "1.3.1", false}, {">=1.0.0,<2.0.0", "1.9.9", true}, {">=1.0.0, <2.0.0", "2.0.0", false},
		{">=1.0,<2.0", "1.0.0", true}, {">1.0.0", "1.0.0", false}, {"<=1.0.0", "1.0.0", true}, {"<2.0.0", "2.0.0-rc.1", false},
		{"<2.0.0-rc.2", "2.0.0-rc.1", true}, {">=1.0.0", "1.0.0-rc.1", false}, {"1.0.0", "1.0.0+build", true}, {"1.0.0b1", "1.0.0-b1", true},
	} {
		bounds, ok := ParseBounds(tt.bounds)
		v, known := ParseSemver(tt.version)
		if got := AllAllow(bounds, v); !ok || !known || got != tt.want {
			t.Errorf("%s allows %s: %v, want %v", tt.bounds, tt.version, got, tt.want)
		}
	}
	for _, text := range []string{"", "one", ">=", "1.2.3.4", "^1.0.0", "><1.0.0", "1.0.0,", "-1.0.0", "1.-rc"} {
		if b, ok := ParseBounds(text); ok {
			t.Errorf("%q is read as %v", text, b)
		}
	}
}
