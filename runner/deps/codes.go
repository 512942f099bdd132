package deps

import "github.com/modsql/mod/compiler/diag"

// The codes of the problems found while packages are settled and installed.
const (
	// CodeUnknownPackage is a package that the hub does not have.
	CodeUnknownPackage diag.Code = "unknown-package"
	// CodeNoPackageVersion is a package of which no version is what an entry asks for.
	CodeNoPackageVersion diag.Code = "no-package-version"
	// CodePackageConflict is a package that two entries want in ways that exclude each other.
	CodePackageConflict diag.Code = "package-conflict"
	// CodePackageCycle is a package that needs itself, by way of others.
	CodePackageCycle diag.Code = "package-cycle"
	// CodeUnsupportedPackage is an entry of a kind that only dbt's own platform can install.
	CodeUnsupportedPackage diag.Code = "unsupported-package"
	// CodeUnpinnedPackage is a git package that names no tag and no commit: it changes under the project.
	CodeUnpinnedPackage diag.Code = "unpinned-package"
	// CodeMovedPackage is a package that the hub has under another name.
	CodeMovedPackage diag.Code = "moved-package"
	// CodeBrokenPackage is a package that was found and does not hold what a package should.
	CodeBrokenPackage diag.Code = "broken-package"
	// CodeInvalidLock is a package-lock.yml with an entry that pins nothing.
	CodeInvalidLock diag.Code = "invalid-lock"
)
