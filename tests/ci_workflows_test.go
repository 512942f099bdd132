package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// workflow is what of a workflow of GitHub, or a job of GitLab's, is run by a shell.
type workflow struct {
	Script []string `yaml:"script"`
	Jobs   map[string]struct {
		Steps []struct {
			Run string `yaml:"run"`
		} `yaml:"steps"`
	} `yaml:"jobs"`
}

func readYAMLFile(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "guides", "ci", file))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// TestTheWorkflowsOfTheGuideRun runs the commands of the workflows as the platforms do, but for posting, which has a test of its own.
func TestTheWorkflowsOfTheGuideRun(t *testing.T) {
	t.Parallel()
	var github workflow
	readYAMLFile(t, "github.yml", &github)
	var gitlab map[string]workflow
	readYAMLFile(t, "gitlab.yml", &gitlab)
	commands := map[string][]string{"gitlab review": gitlab["review"].Script, "gitlab close": gitlab["close"].Script}
	for name, job := range github.Jobs {
		for _, step := range job.Steps {
			if step.Run != "" {
				commands["github "+name] = append(commands["github "+name], step.Run)
			}
		}
	}
	want := map[string][]string{
		"github review": {"mod ci --post comment,check"}, "github fork": {"mod ci --no-warehouse"}, "github close": {"mod ci close"},
		"gitlab review": {"mod ci --post comment"}, "gitlab close": {"mod ci close"},
	}
	if diff := cmp.Diff(want, commands); diff != "" {
		t.Fatal(diff)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "project.yml"), "name: shop\n")
	writeFile(t, filepath.Join(dir, ".gitignore"), "*.duckdb\ntarget/\nlogs/\n")
	writeFile(t, filepath.Join(dir, "models/orders.sql"), "select 1 as id")
	git(t, dir, "init", "-q", "-b", "main")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "-m", "first")
	modIn(t, dir, 0, "apply", "--yes", "--quiet")
	git(t, dir, "checkout", "-q", "-b", "topic")
	writeFile(t, filepath.Join(dir, "models/orders.sql"), "select 2 as id")
	git(t, dir, "commit", "-q", "-am", "second")
	for _, job := range []string{"github review", "github fork", "github close", "gitlab review", "gitlab close"} {
		for _, line := range commands[job] {
			args := strings.Fields(line)[1:]
			for i, arg := range args {
				if arg == "--post" {
					args = append(args[:i:i], args[i+2:]...)
					break
				}
			}
			if out, _ := modIn(t, dir, 0, append(args, "--env", "pr-1")...); out == "" {
				t.Errorf("%s: %s says nothing", job, line)
			}
		}
	}
}

// TestTheWorkflowOfGitHubIsOne has actionlint read it, where that is installed: .ci/setup does that.
func TestTheWorkflowOfGitHubIsOne(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("actionlint"); err != nil {
		t.Skip("there is no actionlint")
	}
	out, err := exec.CommandContext(t.Context(), "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", filepath.Join("..", "docs", "guides", "ci", "github.yml")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
