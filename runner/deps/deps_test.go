package deps

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/project"
)

func upgrade(o *Options) { o.Upgrade = true }

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheHighestVersionThatAllAllowIsInstalledWithWhatItNeeds(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/tools\n    version: [\">=1.0.0\", \"<2.0.0\"]\n")
	s.hub.add("acme/tools", "1.0.0")
	s.hub.add("acme/tools", "1.10.0", "acme/base: >=0.1.0,<0.3.0")
	s.hub.add("acme/tools", "1.9.0")
	s.hub.add("acme/tools", "1.11.0-rc.1")
	s.hub.add("acme/tools", "2.0.0")
	s.hub.add("acme/base", "0.2.0")
	s.hub.add("acme/base", "0.3.0")
	same(t, s.install(), "tools 1.10.0 latest 2.0.0", "base 0.2.0 latest 0.3.0")
	if got := s.read("dbt_packages/tools/macros/a.sql"); got != "-- 1.10.0" {
		t.Errorf("installed %q", got)
	}
	want := `packages:
  - name: tools
    package: acme/tools
    version: 1.10.0
  - name: base
    package: acme/base
    version: 0.2.0
sha1_hash: `
	if got := s.read("package-lock.yml"); !strings.HasPrefix(got, want) {
		t.Errorf("lock:\n%s", got)
	}
}

func TestALockIsFollowedUntilTheListChanges(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/tools\n    version: \">=1.0.0\"\n")
	s.hub.add("acme/tools", "1.0.0")
	same(t, s.install(), "tools 1.0.0")
	s.hub.add("acme/tools", "1.1.0")
	asked := len(s.hub.asked)
	same(t, s.install(), "tools 1.0.0 kept")
	if len(s.hub.asked) != asked {
		t.Errorf("what is installed was asked for: %v", s.hub.asked[asked:])
	}
	if err := os.RemoveAll(filepath.Join(s.dir, "dbt_packages")); err != nil {
		t.Fatal(err)
	}
	same(t, s.install(), "tools 1.0.0")
	same(t, s.install(upgrade), "tools 1.1.0")
	s.write("packages.yml", "packages:\n  - package: acme/tools\n    version: 1.0.0\n")
	r, err := s.try(func(o *Options) { o.LockOnly = true })
	if err != nil || !r.Stale || !r.Locked || s.read("dbt_packages/tools/macros/a.sql") != "-- 1.1.0" {
		t.Errorf("lock only: %+v, %v", r, err)
	}
	same(t, s.install(), "tools 1.0.0")
	if s.read("dbt_packages/tools/macros/a.sql") != "-- 1.0.0" {
		t.Error("the old version is still there")
	}
}

func TestWhatIsNotWantedAnyMoreIsRemoved(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: 1.0.0\n  - package: acme/b\n    version: 1.0.0\n")
	s.hub.add("acme/a", "1.0.0")
	s.hub.add("acme/b", "1.0.0")
	same(t, s.install(), "a 1.0.0", "b 1.0.0")
	s.write("dbt_packages/notes/readme.md", "mine")
	s.write("packages.yml", "packages:\n  - package: acme/b\n    version: 1.0.0\n")
	same(t, s.install(), "b 1.0.0 kept", "removed a")
	if s.read("dbt_packages/notes/readme.md") != "mine" {
		t.Error("what is no package was removed")
	}
}

func TestPackagesThatAreThereNeedNoHub(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/tools\n    version: \">=1.0.0\"\n")
	s.hub.Close()
	s.write("dbt_packages/tools/dbt_project.yml", "name: tools\nversion: 1.4.0\n")
	same(t, s.install(), "tools 1.4.0 kept")
	if s.read("package-lock.yml") != "" {
		t.Error("a lock was written of what nobody settled")
	}
}

func TestVersionsThatNothingAllowsAreToldWithTheirPlaces(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/base\n    version: \"<1.0.0\"\n  - package: acme/tools\n    version: 1.0.0\n")
	s.hub.add("acme/base", "0.9.0")
	s.hub.add("acme/base", "1.2.0")
	s.hub.add("acme/tools", "1.0.0", "acme/base: >=1.0.0")
	_, err := s.try()
	s.fails(err, `nothing is all that is asked of the package "acme/base": <1.0.0 (packages.yml:3:14) and >=1.0.0 (acme/tools@1.0.0:`, string(CodePackageConflict))
	s.write("packages.yml", "packages:\n  - package: acme/base\n    version: \">=3.0.0\"\n")
	_, err = s.try()
	s.fails(err, `packages.yml:3:14: error: the package "acme/base" has no version >=3.0.0`)
}

func TestAVersionThatWasGivenUpAsksForNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: \">=1.0.0\"\n  - package: acme/b\n    version: 1.0.0\n  - package: acme/c\n    version: \"<2.0.0\"\n")
	s.hub.add("acme/a", "1.0.0")
	s.hub.add("acme/a", "2.0.0", "acme/c: >=2.0.0")
	s.hub.add("acme/b", "1.0.0", "acme/a: <2.0.0")
	s.hub.add("acme/c", "1.0.0")
	s.hub.add("acme/c", "2.0.0")
	same(t, s.install(), "a 1.0.0 latest 2.0.0", "b 1.0.0", "c 1.0.0 latest 2.0.0")
}

func TestPrereleasesAreTakenOnlyIfAsked(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: \">=1.0.0\"\n")
	s.hub.add("acme/a", "1.1.0-rc.1")
	_, err := s.try()
	s.fails(err, "no version >=1.0.0 but for prereleases")
	s.write("packages.yml", "packages:\n  - package: acme/a\n    version: \">=1.0.0\"\n    install_prerelease: true\n")
	same(t, s.install(), "a 1.1.0-rc.1")
	s.write("packages.yml", "packages:\n  - package: acme/a\n    version: 1.1.0-rc.1\n")
	same(t, s.install(), "a 1.1.0-rc.1 kept")
}

func TestVersionsForOtherReleasesOfDBTArePassedOver(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: \">=1.0.0\"\n")
	s.hub.add("acme/a", "1.0.0")
	s.hub.add("acme/a", "2.0.0")["require_dbt_version"] = []string{">=2.0.0", "<3.0.0"}
	same(t, s.install(), "a 1.0.0")
	same(t, s.install(upgrade, func(o *Options) { o.NoVersionCheck = true }), "a 2.0.0")
	s.write("packages.yml", "packages:\n  - package: acme/a\n    version: 2.0.0\n")
	_, err := s.try()
	s.fails(err, "has no version 2.0.0 that allows dbt "+project.Release)
}

func TestPackagesThatNeedEachOtherAndTwinsAreRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: 1.0.0\n")
	s.hub.add("acme/a", "1.0.0", "acme/b: 1.0.0")
	s.hub.add("acme/b", "1.0.0", "acme/a: 1.0.0")
	_, err := s.try()
	s.fails(err, "the packages need each other: a → b → a", string(CodePackageCycle))
	s.hub.add("acme/c", "1.0.0")
	s.write("c/dbt_project.yml", "name: c\n")
	s.write("packages.yml", "packages:\n  - package: acme/c\n    version: 1.0.0\n  - local: c\n")
	_, err = s.try()
	s.fails(err, `packages.yml:4:12: error: the package "c" is there twice: as package "acme/c" and as local "c"`)
	s.write("packages.yml", "packages:\n  - private: acme/c\n")
	_, err = s.try()
	s.fails(err, `packages.yml:2:14: error: the package "acme/c" is private`)
}

func TestAHubThatFailsIsAskedAgainAndOneThatIsAwayIsNot(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: 1.0.0\n")
	s.hub.add("acme/a", "1.0.0")
	const index = "/api/v1/acme/a.json"
	s.hub.answers[index] = []int{http.StatusBadGateway, http.StatusServiceUnavailable}
	same(t, s.install(), "a 1.0.0")
	s.hub.asked, s.hub.answers[index] = nil, []int{500, 500, 500, 500}
	_, err := s.try(upgrade)
	s.fails(err, "look up the package acme/a at "+s.hub.URL+index, "500 Internal Server Error")
	if len(s.hub.asked) != tries {
		t.Errorf("asked %d times", len(s.hub.asked))
	}
	s.hub.asked, s.hub.answers[index] = nil, []int{403}
	_, err = s.try(upgrade)
	s.fails(err, "403 Forbidden")
	if len(s.hub.asked) != 1 {
		t.Errorf("asked %d times", len(s.hub.asked))
	}
	delete(s.hub.packages, "acme/a")
	s.hub.answers[index] = nil
	_, err = s.try(upgrade)
	s.fails(err, `packages.yml:2:14: error: the hub has no package "acme/a" (`+s.hub.URL+index)
	s.hub.Close()
	_, err = s.try(upgrade)
	var failure *Failure
	if s.fails(err, "look up the package acme/a at "+s.hub.URL); !errors.As(err, &failure) || !strings.Contains(failure.Hint, "DBT_PACKAGE_HUB_URL") {
		t.Errorf("no hint: %v", err)
	}
	if s.read("dbt_packages/a/macros/a.sql") == "" {
		t.Error("a failure took away what was there")
	}
}

func TestAnArchiveThatIsNotWhatWasPromisedIsRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		archive []byte
		checked bool
		want    string
	}{
		"checksum": {packed(map[string]string{"a/dbt_project.yml": "name: a\n"}), true, "its sha256 is"},
		"no gzip":  {[]byte("hello"), false, "it is no gzip file"},
		"cut":      {packed(map[string]string{"a/dbt_project.yml": "name: a\n"})[:60], false, "it is damaged"},
		"empty":    {packed(map[string]string{"a/readme.md": "x"}), false, "holds no project"},
		"other":    {packed(map[string]string{"a/dbt_project.yml": "name: other\n"}), false, `calls itself "other", not "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "packages:\n  - package: acme/a\n    version: 1.0.0\n")
			v := s.hub.add("acme/a", "1.0.0")
			s.hub.archives["/archives/acme/a/1.0.0.tar.gz"] = tt.archive
			if !tt.checked {
				delete(v["downloads"].(map[string]any), "sha256")
			}
			_, err := s.try()
			s.fails(err, tt.want)
			if entries, _ := filepath.Glob(filepath.Join(s.dir, "dbt_packages", "a*")); len(entries) > 0 {
				t.Errorf("there is %v", entries)
			}
		})
	}
}

func TestAHubThatNeverAnswersIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: 1.0.0\n")
	s.hub.during = func(r *http.Request) { <-r.Context().Done() }
	_, err := s.try(func(o *Options) { o.Client = &http.Client{Timeout: 20 * time.Millisecond} })
	s.fails(err, "look up the package acme/a at "+s.hub.URL, "Client.Timeout exceeded")
}

func TestAnInterruptLeavesNoPackageByHalf(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: 1.0.0\n  - package: acme/b\n    version: 1.0.0\n")
	s.hub.add("acme/a", "1.0.0")
	s.hub.add("acme/b", "1.0.0")
	ctx, cancel := context.WithCancel(t.Context())
	s.hub.during = func(r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/archives/acme/b") {
			cancel()
			// An archive as small as this one would otherwise arrive before the client has noticed.
			<-r.Context().Done()
		}
	}
	_, err := Install(ctx, Options{Project: s.load(), Hub: s.hub.URL})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if entries, _ := os.ReadDir(filepath.Join(s.dir, "dbt_packages")); len(entries) > 0 {
		t.Errorf("there is %v", entries)
	}
	s.hub.during = nil
	same(t, s.install(), "a 1.0.0", "b 1.0.0")
}

func TestASearchThatGoesInCirclesEnds(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - package: acme/a\n    version: \">=1.0.0\"\n  - package: acme/b\n    version: \">=1.0.0\"\n")
	s.hub.add("acme/a", "1.0.0")
	s.hub.add("acme/a", "2.0.0", "acme/b: <2.0.0")
	s.hub.add("acme/b", "1.0.0", "acme/c: 1.0.0")
	s.hub.add("acme/c", "1.0.0", "acme/a: <2.0.0")
	s.hub.add("acme/b", "2.0.0")
	same(t, s.install(), "a 1.0.0 latest 2.0.0", "b 1.0.0 latest 2.0.0", "c 1.0.0")
}

func TestTarballsAreInstalledUnderTheirNames(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	s.hub.archives["/x.tgz"] = packed(map[string]string{"x-main/dbt_project.yml": "name: x\n", "x-main/packages.yml": "packages:\n  - package: acme/a\n    version: 1.0.0\n"})
	s.hub.add("acme/a", "1.0.0")
	s.write("packages.yml", "packages:\n  - tarball: "+s.hub.URL+"/x.tgz\n    name: tools\n")
	same(t, s.install(), "tools tarball", "a 1.0.0")
	same(t, s.install(), "tools tarball kept", "a 1.0.0 kept")
}

func TestLocalPackagesAreLinkedWithTheirOwn(t *testing.T) {
	t.Parallel()
	s := newShop(t, "packages:\n  - local: ../tools\n")
	s.write("../tools/dbt_project.yml", "name: tools\nversion: 1.0.0\n")
	s.write("../tools/packages.yml", "packages:\n  - local: inner\n")
	s.write("../tools/inner/dbt_project.yml", "name: inner\n")
	same(t, s.install(), "tools ../tools", "inner inner")
	target, err := os.Readlink(filepath.Join(s.dir, "dbt_packages", "tools"))
	if err != nil || s.read("dbt_packages/inner/dbt_project.yml") == "" {
		t.Errorf("tools is a link to %q: %v", target, err)
	}
	if !strings.Contains(s.read("package-lock.yml"), "local: ../tools/inner\n") {
		t.Errorf("lock:\n%s", s.read("package-lock.yml"))
	}
	same(t, s.install(), "tools ../tools kept", "inner ../tools/inner kept")
	s.write("packages.yml", "packages:\n  - local: ../nowhere\n")
	_, err = s.try()
	s.fails(err, "packages.yml:2:12: error: there is no package in the folder ../nowhere")
}

func TestALocalPackageIsCopiedWithoutWhatIsInstalledInIt(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	s.write("../dbt_project.yml", "name: outer\n")
	s.write("dbt_packages/x/dbt_project.yml", "name: x\n")
	in, err := newInstaller(Options{Project: s.load()})
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(s.dir, "dbt_packages", "outer")
	if err := in.copyTree(filepath.Dir(s.dir), to); err != nil {
		t.Fatal(err)
	}
	if s.read("dbt_packages/outer/dbt_project.yml") == "" || s.read("dbt_packages/outer/shop/dbt_packages/x/dbt_project.yml") != "" {
		t.Error("copied too little or too much")
	}
}

func TestGitPackagesAreTheCommitsTheyName(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	url := s.repository("tools", map[string]string{"dbt_project.yml": "name: tools\n", "a.sql": "1", "deep/er/dbt_project.yml": "name: deeper\n"}, map[string]string{"a.sql": "2"})
	first, second := s.git(strings.TrimPrefix(url, "file://"), "rev-parse", "v1"), s.git(strings.TrimPrefix(url, "file://"), "rev-parse", "v2")
	for revision, want := range map[string]string{"v1": first, first: first, first[:10]: first, "v2": second} {
		s.write("packages.yml", "packages:\n  - git: "+url+"\n    revision: \""+revision+"\"\n")
		if got := s.install(); got[0] != "tools "+want[:12] && got[0] != "tools "+want[:12]+" kept" {
			t.Errorf("revision %s: %v", revision, got)
		}
		if !strings.Contains(s.read("package-lock.yml"), want) || s.read("dbt_packages/tools/.git/HEAD") != "" {
			t.Errorf("lock:\n%s", s.read("package-lock.yml"))
		}
	}
	s.write("packages.yml", "packages:\n  - git: "+url+"\n")
	got := s.install(upgrade)
	if len(got) != 2 || !strings.Contains(got[1], `warning: the git package "`+url+`" is not pinned: it is what HEAD is now`) || s.read("dbt_packages/tools/a.sql") != "2" {
		t.Errorf("unpinned: %q", got)
	}
	s.write("packages.yml", "packages:\n  - git: "+url+"\n    subdirectory: deep/er\n    warn-unpinned: false\n")
	same(t, s.install(), "deeper "+second[:12], "removed tools")
	s.write("packages.yml", "packages:\n  - git: "+url+"\n    revision: v9\n")
	_, err := s.try()
	s.fails(err, `has no revision "v9"`, "packages.yml:3:15")
	s.write("packages.yml", "packages:\n  - git: "+url+"\n    revision: v1\n  - git: "+url+".git\n    revision: v2\n")
	_, err = s.try()
	s.fails(err, "revision v1 (packages.yml:3:15) and revision v2 (packages.yml:5:15)")
	s.write("packages.yml", "packages:\n  - git: "+url+"-nowhere\n    revision: v1\n")
	_, err = s.try()
	s.fails(err, "fetch the package "+url+"-nowhere at v1")
}

func TestALinkThatLeavesAGitPackageIsRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	url := s.repository("tools", map[string]string{"dbt_project.yml": "name: tools\n"})
	dir := strings.TrimPrefix(url, "file://")
	if err := os.Symlink("../../outside", filepath.Join(dir, "out")); err != nil {
		t.Skip(err)
	}
	s.git(dir, "add", ".")
	s.git(dir, "commit", "--quiet", "-m", "a link")
	s.write("packages.yml", "packages:\n  - git: "+url+"\n    revision: main\n")
	_, err := s.try()
	s.fails(err, `its link "out" leads out of its folder`)
}

func TestPackagesAreNotInstalledOverTheProject(t *testing.T) {
	t.Parallel()
	for _, path := range []string{".", "..", "dbt_packages/.."} {
		s := newShop(t, "packages:\n  - package: acme/a\n    version: 1.0.0\n")
		s.write("dbt_project.yml", "name: shop\npackages-install-path: "+path+"\n")
		_, err := s.try()
		s.fails(err, "which holds the project itself")
	}
}

func TestTheChosenVersionMeetsAllBoundsAndIsTheHighest(t *testing.T) {
	t.Parallel()
	version := rapid.Custom(func(t *rapid.T) project.Semver {
		return project.Semver{Major: rapid.IntRange(0, 2).Draw(t, "major"), Minor: rapid.IntRange(0, 2).Draw(t, "minor"),
			Patch: rapid.IntRange(0, 1).Draw(t, "patch"), Prerelease: rapid.SampledFrom([]string{"", "", "rc.1", "rc.2"}).Draw(t, "prerelease")}
	})
	bound := rapid.Custom(func(t *rapid.T) project.Bound {
		return project.Bound{Operator: rapid.SampledFrom([]string{"=", ">", ">=", "<", "<="}).Draw(t, "operator"), Version: version.Draw(t, "version")}
	})
	rapid.Check(t, func(t *rapid.T) {
		versions := rapid.SliceOf(version).Draw(t, "versions")
		bounds := rapid.SliceOfN(bound, 0, 3).Draw(t, "bounds")
		prereleases := rapid.Bool().Draw(t, "prereleases")
		var texts []string
		for _, v := range versions {
			texts = append(texts, v.String())
		}
		wanted := prereleases || slices.ContainsFunc(bounds, func(b project.Bound) bool { return b.Version.Prerelease != "" })
		chosen := choose(bounds, texts, prereleases)
		got, _ := project.ParseSemver(chosen)
		if chosen != "" && (!slices.Contains(texts, chosen) || !project.AllAllow(bounds, got) || got.Prerelease != "" && !wanted) {
			t.Fatalf("%s is chosen", chosen)
		}
		for _, v := range versions {
			if project.AllAllow(bounds, v) && (v.Prerelease == "" || wanted) && (chosen == "" || v.Compare(got) > 0) {
				t.Fatalf("%s is chosen, not %s", chosen, v)
			}
		}
	})
}
