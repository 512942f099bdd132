package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/modsql/mod/runner/git"
)

// requests are the variables by which a CI tells which pull request it is about, and what the environment is called by that.
func requests() []struct{ variable, name string } {
	return []struct{ variable, name string }{
		{"CI_MERGE_REQUEST_IID", "mr-"},                 // https://docs.gitlab.com/ci/variables/predefined_variables/
		{"SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "pr-"}, // https://learn.microsoft.com/azure/devops/pipelines/build/variables
		{"SYSTEM_PULLREQUEST_PULLREQUESTID", "pr-"},
		{"BITBUCKET_PR_ID", "pr-"},        // https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
		{"BUILDKITE_PULL_REQUEST", "pr-"}, // https://buildkite.com/docs/pipelines/configure/environment-variables
		{"CIRCLE_PR_NUMBER", "pr-"},       // https://circleci.com/docs/variables/
	}
}

// githubRequest is the ref of a pull request: https://docs.github.com/actions/reference/workflows-and-actions/variables
var githubRequest = regexp.MustCompile(`^refs/pull/(\d+)/`)

// reviewed is the name of the environment of what is reviewed: that which is given, or else by the pull request of the CI, or where there is no CI by the branch. Without a
// warehouse there is none of a branch.
func (a *app) reviewed(ctx context.Context, given string, warehouse bool) (string, error) {
	if given != "" {
		return given, nil
	}
	if m := githubRequest.FindStringSubmatch(a.Env["GITHUB_REF"]); m != nil {
		return "pr-" + m[1], nil
	}
	for _, r := range requests() {
		if number := a.Env[r.variable]; number != "" && strings.Trim(number, "0123456789") == "" {
			return r.name + number, nil
		}
	}
	why := "no variable tells which pull request this is"
	if warehouse && a.Env["CI"] == "" && a.Env["TF_BUILD"] == "" { // of what a CI builds besides pull requests nobody would close it
		branch, isDefault, err := a.branch(ctx)
		switch {
		case err != nil:
			why += ", and no branch: " + err.Error()
		case branch == "":
			why += ", and no branch is checked out"
		case isDefault:
			why += ", and " + branch + " is the branch that others go into"
		default:
			name := nameOfBranch(branch)
			a.view.note(fmt.Sprintf("environment %s, after branch %s; --env names another", name, branch))
			return name, nil
		}
	}
	return "", usagef("name the environment: mod ci --env pr-123", "%s", why)
}

// branch is what is checked out, "" for a commit of no branch, and whether that is the branch that others go into.
func (a *app) branch(ctx context.Context) (name string, isDefault bool, err error) {
	r, err := git.Open(ctx, a.variables(), a.projectDir())
	if err != nil {
		return "", false, err
	}
	return r.Branch(ctx)
}

// longestBranch is how much of the name of a branch is taken into that of an environment: with what stands before and after it is not too long for one.
const longestBranch = 24

// unnamed are the characters that the name of an environment cannot have.
var unnamed = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// nameOfBranch is the name of the environment of a branch. No two branches have the same: where the name cannot be taken as it is a digest of it is at the end.
func nameOfBranch(branch string) string {
	name := strings.Trim(unnamed.ReplaceAllString(branch, "-"), "-")
	if name == branch && len(name) <= longestBranch && strings.ToLower(name) == name && !strings.Contains(name, "_") {
		return "branch-" + name
	}
	sum := sha256.Sum256([]byte(branch))
	name = strings.Trim(name[:min(len(name), longestBranch)], "-_")
	return "branch-" + strings.TrimPrefix(name+"-", "-") + hex.EncodeToString(sum[:3])
}
