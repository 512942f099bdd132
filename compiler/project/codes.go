package project

import "github.com/modsql/mod/compiler/diag"

// The codes of the problems found while a project is loaded.
const (
	// CodeNoProject is a folder without a project file.
	CodeNoProject diag.Code = "no-project"
	// CodeInvalidYAML is text that should be YAML and is not.
	CodeInvalidYAML diag.Code = "invalid-yaml"
	// CodeDuplicateKey is a key that a mapping has twice: the last one counts.
	CodeDuplicateKey diag.Code = "duplicate-key"
	// CodeInvalidProject is a project file that says what no project can say.
	CodeInvalidProject diag.Code = "invalid-project"
	// CodeUnknownKey is a key that means nothing where it stands. It is a warning, with Strict an error.
	CodeUnknownKey diag.Code = "unknown-key"
	// CodeDated is a spelling that dbt 1.x takes and dbt v2 refuses. It is only looked for with Options.Dated.
	CodeDated diag.Code = "dated-spelling"
	// CodeInvalidProperty is a property with a value that it cannot have.
	CodeInvalidProperty diag.Code = "invalid-property"
	// CodeDuplicateProperties is a thing that has properties in two places.
	CodeDuplicateProperties diag.Code = "duplicate-properties"
	// CodeInvalidTemplate is a template in a YAML file that cannot be rendered.
	CodeInvalidTemplate diag.Code = "invalid-template"
	// CodeMissingEnvVar is an env_var() of a variable that is not set, without a default.
	CodeMissingEnvVar diag.Code = "missing-env-var"
	// CodeSecretEnvVar is an env_var() of a secret variable where its value could end up in SQL or logs.
	CodeSecretEnvVar diag.Code = "secret-env-var"
	// CodeMissingVar is a var() of a variable that is set nowhere, without a default.
	CodeMissingVar diag.Code = "missing-var"
	// CodeInvalidVars is a --vars that is no YAML mapping.
	CodeInvalidVars diag.Code = "invalid-vars"
	// CodeMissingProfile is a profile that is not to be found.
	CodeMissingProfile diag.Code = "missing-profile"
	// CodeInvalidProfile is a profile, or an output of one, that does not say what a connection needs.
	CodeInvalidProfile diag.Code = "invalid-profile"
	// CodeUnknownTarget is a target that the profile or the project does not have.
	CodeUnknownTarget diag.Code = "unknown-target"
	// CodeUnknownWarehouse is a target of a type for which there is no adapter.
	CodeUnknownWarehouse diag.Code = "unknown-warehouse"
	// CodeMissingPackage is a package that the project lists and that is not installed.
	CodeMissingPackage diag.Code = "missing-package"
	// CodeInvalidPackages is an entry of packages.yml or dependencies.yml that names no package.
	CodeInvalidPackages diag.Code = "invalid-packages"
	// CodeDuplicatePackage is a name that two packages have.
	CodeDuplicatePackage diag.Code = "duplicate-package"
	// CodeRequiredVersion is a require-dbt-version that does not allow the release of dbt that mod stands for, or is no range.
	CodeRequiredVersion diag.Code = "required-version"
	// CodeNotUTF8 is a file that is not text in UTF-8.
	CodeNotUTF8 diag.Code = "not-utf8"
	// CodeUnreadable is a file that cannot be read.
	CodeUnreadable diag.Code = "unreadable-file"
)
