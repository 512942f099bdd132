package analyze_test

import (
	"testing"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/lineage"
)

func TestWhatIsMadeOfPersonalDataMayBePersonal(t *testing.T) {
	t.Parallel()
	tell := func(a *analyze.Analysis, c lineage.Input) []string {
		if a.MayBePersonal(c) {
			return []string{"personal"}
		}
		return nil
	}
	run(t, tell, []example{
		{"copies, and what is computed, through any number of nodes", people + `
-- models/a.sql --
select id, upper(mail) as shout, max(town) as town, count(*) as n from {{ ref('people') }} group by id, mail
-- models/b.sql --
select n, id, shout || '!' as loud, case when n > 1 then town end as town from {{ ref('a') }}
-- models/c.sql --
select id, loud as x, town || id as y, n from {{ ref('b') }} where loud > ''
`, map[string]string{
			"people.mail": "personal", "people.id": "", "a.shout": "personal", "a.town": "personal", "a.n": "", "a.id": "",
			"b.loud": "personal", "b.town": "personal", "b.n": "", "c.x": "personal", "c.y": "personal", "c.id": "", "c.n": "",
		}},
		{"a column may say that it is none", people + `
-- models/a.sql --
select length(mail) as size, lower(mail) as folded, mail from {{ ref('people') }}
-- models/a.yml --
models: [{name: a, columns: [{name: size, pii: false}, {name: folded, inherit: false}, {name: mail}]}]
-- models/b.sql --
select size, folded, mail from {{ ref('a') }}
`, map[string]string{"a.size": "", "a.folded": "", "a.mail": "personal", "b.size": "", "b.folded": "", "b.mail": "personal"}},
		{"what is copied to a column that says so, and other copies of it", `
-- seeds/raw.csv --
id,address,name,shout
1,a@example.com,Ada,A
-- models/a.sql --
select id, address, name, lower(shout) as whisper from {{ ref('raw') }}
-- models/b.sql --
select id, address as mail, address || name as name, length(address) as size, whisper from {{ ref('a') }}
-- models/b.yml --
models: [{name: b, columns: [{name: mail, pii: email}, {name: name, pii: true}, {name: whisper, pii: true}]}]
`, map[string]string{
			"raw.address": "personal", "a.address": "personal", "b.mail": "personal", "b.size": "personal", "raw.name": "", "a.name": "", "a.id": "",
			"raw.shout": "personal",
		}},
		{"what is not known is made of all that is read", people + `
-- models/asks.sql --
{% set found = run_query('select 1') %}
select id, mail, {{ found.columns[0][0] }} as one from {{ ref('people') }}
-- models/asks.yml --
models: [{name: asks, columns: [{name: id}, {name: one, pii: false}]}]
-- models/innocent.sql --
{% set found = run_query('select 1') %}
select {{ found.columns[0][0] }} as one from {{ ref('other') }}
-- models/other.sql --
select 1 as id
-- models/after.sql --
select id, unheard as what from {{ ref('asks') }}
`, map[string]string{
			"asks.id": "personal", "asks.mail": "personal", "asks.one": "", "asks.unheard": "personal", "innocent.one": "", "after.id": "personal", "after.what": "personal",
			"people.unheard": "",
		}},
		{"nodes that are read without a ref", people + `
-- models/a.sql --
select lower(mail) as folded, id from main.people
-- models/b.sql --
select folded, id from main.a
-- models/aa.sql --
select folded, 1 as one from main.b
`, map[string]string{"a.folded": "personal", "a.id": "", "b.folded": "personal", "b.id": "", "aa.folded": "personal", "aa.one": ""}},
		{"columns that are made of each other over time", people + `
-- models/a.sql --
{{ config(materialized='incremental') }}
{% if is_incremental() %}
select old.y as x, old.x as y, p.id from {{ this }} as old join {{ ref('people') }} as p on old.id = p.id
{% else %}
select mail as x, 'none' as y, id from {{ ref('people') }}
{% endif %}
`, map[string]string{"a.x": "personal", "a.id": ""}},
	})
}
