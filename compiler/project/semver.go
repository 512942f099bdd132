package project

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Release is the release of dbt whose projects and packages mod runs: what require-dbt-version is held against.
const Release = "1.12.3"

// Semver is a version by https://semver.org. The zero value is 0.0.0. Its build metadata is dropped: it has no rank.
type Semver struct {
	Major, Minor, Patch int
	Prerelease          string // "rc.1", or "" for a release
}

var versionText = regexp.MustCompile(`^v?(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?(?:\.(0|[1-9]\d{0,8}))?(?:-?([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]*)?$`)

// ParseSemver reads a version; parts that are missing at its end are zero. As dbt has it, a prerelease needs no hyphen: 1.0.0b1.
func ParseSemver(text string) (Semver, bool) {
	m := versionText.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || m[4] != "" && m[3] == "" {
		return Semver{}, false
	}
	number := func(s string) int {
		n, _ := strconv.Atoi(s) // digits, or nothing for a part that is missing
		return n
	}
	return Semver{Major: number(m[1]), Minor: number(m[2]), Patch: number(m[3]), Prerelease: m[4]}, true
}

// String is the version as "1.2.3" or "1.2.3-rc.1".
func (v Semver) String() string {
	text := strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor) + "." + strconv.Itoa(v.Patch)
	if v.Prerelease != "" {
		text += "-" + v.Prerelease
	}
	return text
}

// Compare is negative if v comes before o, zero if they are the same, and positive otherwise. A prerelease comes before its release.
func (v Semver) Compare(o Semver) int {
	return cmp.Or(cmp.Compare(v.Major, o.Major), cmp.Compare(v.Minor, o.Minor), cmp.Compare(v.Patch, o.Patch),
		comparePrerelease(v.Prerelease, o.Prerelease))
}

func comparePrerelease(a, b string) int {
	if a == "" || b == "" {
		return -cmp.Compare(len(a), len(b)) // the release, which has none, is the later one
	}
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		n, notX := strconv.Atoi(x)
		m, notY := strconv.Atoi(y)
		switch {
		case notX == nil && notY == nil:
			return cmp.Compare(n, m)
		case notX == nil:
			return -1
		case notY == nil:
			return 1
		}
		return strings.Compare(x, y)
	})
}

// Bound is one condition on a version, such as >=1.0.0.
type Bound struct {
	Operator string // "=", ">", ">=", "<" or "<="
	Version  Semver
}

// ParseBounds reads conditions with commas between them, such as ">=1.0.0,<2.0.0" or "1.3.0".
func ParseBounds(text string) ([]Bound, bool) {
	var out []Bound
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		number := strings.TrimLeft(part, "<>=")
		operator := part[:len(part)-len(number)]
		if operator == "" || operator == "==" {
			operator = "="
		}
		v, ok := ParseSemver(number)
		if !ok || !slices.Contains([]string{"=", ">", ">=", "<", "<="}, operator) {
			return nil, false
		}
		out = append(out, Bound{operator, v})
	}
	return out, true
}

// String is the condition as it is written: "1.3.0", "<2.0.0".
func (b Bound) String() string {
	if b.Operator == "=" {
		return b.Version.String()
	}
	return b.Operator + b.Version.String()
}

// Allows tells whether v meets the condition. As dbt has it, <2.0.0 does not let the prereleases of 2.0.0 in.
func (b Bound) Allows(v Semver) bool {
	order := v.Compare(b.Version)
	switch b.Operator {
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		release := v
		release.Prerelease = ""
		return order < 0 && (b.Version.Prerelease != "" || release != b.Version)
	case "<=":
		return order <= 0
	}
	return order == 0
}

// AllAllow tells whether v meets every condition.
func AllAllow(bounds []Bound, v Semver) bool {
	return !slices.ContainsFunc(bounds, func(b Bound) bool { return !b.Allows(v) })
}

// ShowBounds writes conditions with commas between them; "any version" if there are none.
func ShowBounds(bounds []Bound) string {
	if len(bounds) == 0 {
		return "any version"
	}
	parts := make([]string, len(bounds))
	for i, b := range bounds {
		parts[i] = b.String()
	}
	return strings.Join(parts, ",")
}

// requiredVersion checks require-dbt-version: https://docs.getdbt.com/reference/project-configs/require-dbt-version
func (r *projectReader) requiredVersion() {
	n := r.get("require-dbt-version")
	for _, part := range r.texts("require-dbt-version") {
		for _, v := range strings.Split(part, ",") {
			if v = strings.TrimSpace(v); v != "" {
				r.pkg.RequireVersion = append(r.pkg.RequireVersion, v)
			}
		}
	}
	if len(r.pkg.RequireVersion) == 0 || r.l.skipVersionCheck() {
		return
	}
	text := strings.Join(r.pkg.RequireVersion, ",")
	bounds, ok := ParseBounds(text)
	if !ok {
		r.list.Errorf(n.at, CodeRequiredVersion, "%q is no range of versions", text).Hint = `write [">=1.6.0", "<2.0.0"]`
		return
	}
	if release, _ := ParseSemver(Release); !AllAllow(bounds, release) {
		r.list.Errorf(n.at, CodeRequiredVersion, "%q needs dbt %s, and mod stands for %s", r.pkg.Name, text, Release).Hint =
			"use a version of it that allows dbt " + Release + ", or pass --no-version-check"
	}
}

// skipVersionCheck tells whether require-dbt-version does not count: by the options, or by the root project's flags.
func (l *loader) skipVersionCheck() bool {
	if l.options.NoVersionCheck {
		return true
	}
	_, flags := l.rootFile.yaml.pair("flags")
	n := flags.get("version_check")
	return n != nil && n.kind == scalar && resolveScalar(n) == false
}
