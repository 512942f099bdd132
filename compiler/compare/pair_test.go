package compare

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
)

// of is a pair of nodes in JSON.
func of(t *testing.T, kind compiler.Type, old, now string) pair {
	t.Helper()
	p := pair{node: &compiler.Node{Type: kind, Name: "orders"}}
	for into, text := range map[*map[string]any]string{&p.old: old, &p.now: now} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestSameTellsChangesFromAccidents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind     compiler.Type
		old, now string
		same     bool
	}{
		"nothing":                         {compiler.Model, `{}`, `{}`, true},
		"code":                            {compiler.Model, `{"raw_code": "select 1"}`, `{"raw_code": "select 2"}`, false},
		"white space around code":         {compiler.Model, `{"raw_code": "select 1\n"}`, `{"raw_code": "select 1"}`, true},
		"a folder":                        {compiler.Model, `{"fqn": ["shop", "a"]}`, `{"fqn": ["shop", "x", "a"]}`, false},
		"access":                          {compiler.Model, `{"access": "private"}`, `{"access": "public"}`, false},
		"access of a seed":                {compiler.Seed, `{"access": "private"}`, `{"access": "public"}`, true},
		"the rendered config":             {compiler.Model, `{"config": {"materialized": "view"}}`, `{"config": {"materialized": "table"}}`, true},
		"the written config":              {compiler.Model, `{"unrendered_config": {"materialized": "view"}}`, `{"unrendered_config": {"materialized": "table"}}`, false},
		"a config given as null":          {compiler.Model, `{"unrendered_config": {"grants": null}}`, `{"unrendered_config": {}}`, true},
		"a config kept as text":           {compiler.Model, `{"unrendered_config": {"unique_key": ["id", "day"]}}`, `{"unrendered_config": {"unique_key": "['id', 'day']"}}`, true},
		"tags":                            {compiler.Model, `{"unrendered_config": {"tags": ["a"]}}`, `{"unrendered_config": {"tags": ["b"]}}`, true},
		"an alias":                        {compiler.Model, `{"unrendered_config": {"alias": "a"}}`, `{"unrendered_config": {"alias": "b"}}`, false},
		"the schema of the target":        {compiler.Model, `{"schema": "dev"}`, `{"schema": "prod"}`, true},
		"a description":                   {compiler.Model, `{"description": "a"}`, `{"description": "b"}`, true},
		"a description that is persisted": {compiler.Model, `{"description": "a"}`, `{"description": "b", "config": {"persist_docs": {"relation": true}}}`, false},
		"a column's that is persisted": {compiler.Model, `{"columns": {"a": {"description": "x"}}}`,
			`{"columns": {"a": {"description": "y"}}, "config": {"persist_docs": {"columns": true}}}`, false},
		"the rows of a seed":          {compiler.Seed, `{"checksum": {"name": "sha256", "checksum": "1"}}`, `{"checksum": {"name": "sha256", "checksum": "2"}}`, false},
		"code of a generic test":      {compiler.Test, `{"raw_code": "a", "test_metadata": {"name": "x"}}`, `{"raw_code": "b", "test_metadata": {"name": "x"}}`, true},
		"severity of a generic test":  {compiler.Test, `{}`, `{"unrendered_config": {"severity": "warn"}, "test_metadata": {"name": "x"}}`, false},
		"meta of a generic test":      {compiler.Test, `{}`, `{"unrendered_config": {"meta": {"a": 1}}, "test_metadata": {"name": "x"}}`, true},
		"where a source is":           {compiler.Source, `{"identifier": "a"}`, `{"identifier": "b"}`, false},
		"a source's schema as a rule": {compiler.Source, `{"schema": "a", "unrendered_schema": "{{ x }}"}`, `{"schema": "b", "unrendered_schema": "{{ x }}"}`, true},
		"a source's freshness":        {compiler.Source, `{"freshness": {"filter": "a"}}`, `{"freshness": {"filter": "b"}}`, false},
		"no freshness at all":         {compiler.Source, `{"freshness": null}`, `{"freshness": {"warn_after": {"count": null, "period": null}}}`, true},
		"what an exposure reads":      {compiler.Exposure, `{"depends_on": {"nodes": ["a", "b"]}}`, `{"depends_on": {"nodes": ["b", "a"]}}`, true},
		"an exposure's owner":         {compiler.Exposure, `{"owner": {"name": "a"}}`, `{"owner": {"name": "b"}}`, false},
		"a unit test":                 {compiler.UnitTest, `{"checksum": "a"}`, `{"checksum": "b"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := of(t, c.kind, c.old, c.now).same(); got != c.same {
				t.Errorf("same() = %v", got)
			}
		})
	}
}

func TestContractTellsBreaksFromChanges(t *testing.T) {
	t.Parallel()
	const was = `{"contract": {"enforced": true}, "config": {"materialized": "table"},
	 "columns": {"id": {"data_type": "int", "constraints": [{"type": "not_null"}]}, "name": {"data_type": "varchar(10)"}}}`
	for name, c := range map[string]struct {
		old, now, broken string
		same             bool
	}{
		"the same":                {old: was, now: was, same: true},
		"none":                    {old: `{}`, now: `{}`, same: true},
		"a new contract":          {old: `{}`, now: was},
		"another order":           {old: was, now: `{"contract": {"enforced": true}, "config": {"materialized": "table"}, "columns": {"name": {"data_type": "varchar(10)"}, "id": {"data_type": "int", "constraints": [{"type": "not_null"}]}}}`, same: true},
		"a column more":           {old: was, now: `{"contract": {"enforced": true}, "config": {"materialized": "table"}, "columns": {"x": {"data_type": "int"}, "name": {"data_type": "varchar(10)"}, "id": {"data_type": "int", "constraints": [{"type": "not_null"}]}}}`},
		"a wider column":          {old: was, now: `{"contract": {"enforced": true}, "config": {"materialized": "table"}, "columns": {"name": {"data_type": "varchar(20)"}, "id": {"data_type": "int", "constraints": [{"type": "not_null"}]}}}`},
		"no contract any more":    {old: was, now: `{"config": {"materialized": "table"}}`, broken: `the contract of model "orders" is broken: it is no longer enforced, column "id" is gone, column "name" is gone`},
		"another type":            {old: was, now: `{"contract": {"enforced": true}, "config": {"materialized": "table"}, "columns": {"name": {"data_type": "text"}, "id": {"data_type": "int", "constraints": [{"type": "not_null"}]}}}`, broken: `the contract of model "orders" is broken: column "name" is text and was varchar`},
		"a constraint less":       {old: was, now: `{"contract": {"enforced": true}, "config": {"materialized": "table"}, "columns": {"name": {"data_type": "varchar(10)"}, "id": {"data_type": "int"}}}`, broken: `the contract of model "orders" is broken: column "id" lost a constraint`},
		"nobody keeps them there": {old: was, now: `{"contract": {"enforced": true}, "config": {"materialized": "view"}, "columns": {"name": {"data_type": "varchar(10)"}, "id": {"data_type": "int", "constraints": [{"type": "not_null"}]}}}`, broken: `the contract of model "orders" is broken: it was a table with constraints and is a view`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := of(t, compiler.Model, c.old, c.now)
			same, broken := p.contract()
			if same != c.same {
				t.Errorf("same = %v", same)
			}
			message := ""
			if broken != nil {
				message = broken.Message
				if broken.Severity != diag.Warning {
					t.Error("a model without versions may be changed")
				}
			}
			if diff := cmp.Diff(c.broken, message); diff != "" {
				t.Error(diff)
			}
			p.node.Version = 1
			if _, broken := p.contract(); broken != nil && broken.Severity != diag.Error {
				t.Error("a version may not be changed")
			}
		})
	}
}
