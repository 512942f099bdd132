package compiler

import "github.com/modsql/mod/compiler/diag"

// The codes of the problems found while compiling.
const (
	// UnknownRef is a ref() to a model, seed or snapshot that the project does not have.
	UnknownRef diag.Code = "unknown-ref"
	// DisabledRef is a ref() to a node that is disabled.
	DisabledRef diag.Code = "disabled-ref"
	// UnknownSource is a source() that no properties file defines.
	UnknownSource diag.Code = "unknown-source"
	// UnknownTest is a generic data test that neither the project nor a package defines.
	UnknownTest diag.Code = "unknown-test"
	// UnknownVersion is a ref() to a version that the model does not have.
	UnknownVersion diag.Code = "unknown-version"
	// DuplicateNode is two resources of one name in a package.
	DuplicateNode diag.Code = "duplicate-node"
	// DuplicateRelation is two nodes that would be stored under one name.
	DuplicateRelation diag.Code = "duplicate-relation"
	// Cycle is a model that depends on itself, through others or directly.
	Cycle diag.Code = "cycle"
	// EmptyModel is a model file without a query.
	EmptyModel diag.Code = "empty-model"
	// InvalidConfig is a config with a value that cannot be used.
	InvalidConfig diag.Code = "invalid-config"
	// OrphanProperties are properties of a resource that does not exist.
	OrphanProperties diag.Code = "orphan-properties"
	// UnknownDocs is a doc() of a docs block that does not exist.
	UnknownDocs diag.Code = "unknown-docs"
	// FarFunction is a function that lives at another target than what calls it.
	FarFunction diag.Code = "far-function"
	// UnknownDependency is a ref() or source() that was not seen while parsing, because it stands in a branch that parsing skips.
	UnknownDependency diag.Code = "unknown-dependency"
	// PrivateRef is a ref() to a model that its access does not allow.
	PrivateRef diag.Code = "private-ref"
	// UnknownGroup is a group that a node belongs to and that no properties file defines.
	UnknownGroup diag.Code = "unknown-group"
	// DeprecatedModel is a model past its deprecation_date that is still there.
	DeprecatedModel diag.Code = "deprecated-model"
	// DeprecatedRef is a ref() to a model that has a deprecation_date.
	DeprecatedRef diag.Code = "deprecated-ref"
)
