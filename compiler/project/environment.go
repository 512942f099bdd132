package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Environment is a set of relations beside those of a target: a part of the project is built in it, in schemas of its own, and everything else is
// read where the target has it.
type Environment struct {
	Name string // as it was asked for
	// Key is what the state calls it: target/name, in which names that would have the same schemas are the same.
	Key string

	part  string // of the names of its schemas
	block EnvironmentBlock
}

// EnvironmentBlock is what the project says of all environments: environments: in the project file.
type EnvironmentBlock struct {
	// Schema is the name of an environment's schema, with {schema} for that of the target and {env} for the environment.
	Schema string
	// Expires is how long an environment is kept after something was built in it.
	Expires time.Duration

	target string
}

// What is so if the project does not say.
const (
	defaultEnvironmentSchema = "{schema}__{env}"
	defaultExpires           = 14 * 24 * time.Hour
)

// environmentName is what an environment may be called: what is left of it in the name of a schema needs no quotes in any warehouse.
var environmentName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// longestEnvironment is how long a name may be.
const longestEnvironment = 40

// EnvironmentNamed is the environment of that name, as the block says. The error is a clause about the name.
func (b EnvironmentBlock) EnvironmentNamed(name string) (*Environment, error) {
	switch {
	case !environmentName.MatchString(name):
		return nil, fmt.Errorf("%q is no name for an environment", name)
	case len(name) > longestEnvironment:
		return nil, fmt.Errorf("%q is too long for the name of an environment: more than %d characters", name, longestEnvironment)
	}
	part := strings.ReplaceAll(strings.ToLower(name), "-", "_")
	return &Environment{Name: name, Key: b.target + "/" + part, part: part, block: b}, nil
}

// Schema is the environment's schema for what the target has in that one. longest is the most bytes that a name may have, 0 for any number: of one that is
// longer the end is a digest of the whole.
func (e *Environment) Schema(schema string, longest int) string {
	name := strings.NewReplacer("{schema}", schema, "{env}", e.part).Replace(e.block.Schema)
	if longest <= 0 || len(name) <= longest {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	end := "_" + hex.EncodeToString(sum[:4])
	return strings.ToValidUTF8(name[:longest-len(end)], "") + end
}

// environments reads environments:, and takes the one that is to be built.
func (r *projectReader) environments() {
	block := &r.l.project.Environments
	*block = EnvironmentBlock{Schema: defaultEnvironmentSchema, Expires: defaultExpires, target: r.l.project.Target.Name}
	r.environmentsBlock(block)
	if name := r.l.options.Environment; name != "" {
		var err error
		if r.l.project.Environment, err = block.EnvironmentNamed(name); err != nil {
			r.list.Errorf(diag.Span{}, CodeInvalidProject, "%v", err).Hint = EnvironmentHint
		}
	}
}

// EnvironmentHint says what an environment may be called.
const EnvironmentHint = "begin with a letter, and go on with letters, digits, - and _: pr-123"

func (r *projectReader) environmentsBlock(block *EnvironmentBlock) {
	n := r.get("environments")
	if n.isNull() {
		return
	}
	if n.kind != mapping {
		r.wrongType(n, "environments", "a mapping")
		return
	}
	r.checkKeys(n, "a key of environments", []string{"schema", "expires"}, nil)
	values, _ := r.value("environments").(*jinja.Dict)
	if v, given := values.Get("schema"); given && v != nil {
		text, _ := v.(string)
		if strings.Contains(text, "{schema}") && strings.Contains(text, "{env}") {
			block.Schema = text
		} else {
			r.list.Errorf(n.get("schema").at, CodeInvalidProject, "the schema of environments is to be told from that of the target, and from one another").Hint =
				"write a name with {schema} and {env} in it, such as '" + defaultEnvironmentSchema + "'"
		}
	}
	if v, given := values.Get("expires"); given && v != nil {
		var ok bool
		if block.Expires, ok = Length(jinja.Str(v)); !ok {
			r.list.Errorf(n.get("expires").at, CodeInvalidProject, "%q is no length of time", jinja.Str(v)).Hint = "write 12h, 7d or 2w"
		}
	}
}

// length is a length of time as the project file has it.
var length = regexp.MustCompile(`^([0-9]{1,5})([hdw])$`)

// Length reads a length of time of hours, days or weeks: 12h, 7d, 2w. Anything else is false, and so is one of nothing.
func Length(text string) (time.Duration, bool) {
	m := length.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	count, err := strconv.Atoi(m[1])
	unit := map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[m[2]]
	return time.Duration(count) * unit, err == nil && count > 0
}
