package analyze_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
)

// people is a seed about whose columns much is said.
const people = `
-- seeds/people.csv --
id,mail,town,state
1,a@example.com,Ulm,here
-- seeds/people.yml --
seeds:
  - name: people
    columns:
      - name: id
        description: Who it is.
        data_tests: [unique, not_null]
      - name: mail
        description: Where mail goes.
        tags: [contact]
        pii: email
      - name: town
        meta: {pii: [address, place]}
        data_tests: [{not_null: {config: {where: "id > 1"}}}]
      - name: state
        data_tests: [{accepted_values: {arguments: {values: [here, gone]}}}]
-- seeds/staff.csv --
id,mail
2,b@example.com
-- seeds/staff.yml --
seeds:
  - name: staff
    columns:
      - {name: id, description: Who it is.}
      - {name: mail, description: Where the firm writes., tags: [contact, staff], pii: false}
`

const (
	ofMail = "description Where mail goes. of people.mail at seeds/people.yml:7\ntag contact of people.mail at seeds/people.yml:7\npii email of people.mail at seeds/people.yml:7"
	ofTown = "pii address of people.town at seeds/people.yml:11\npii place of people.town at seeds/people.yml:11"
)

func TestWhatIsSaidOfAColumnHoldsForItsCopies(t *testing.T) {
	t.Parallel()
	run(t, inherited, []example{
		{"copies and renames, and nothing that is made of it", people + `
-- models/a.sql --
select id, mail as address, mail, lower(mail) as folded, town, max(mail) over () as greatest from {{ ref('people') }}
`, map[string]string{
			"a.address": ofMail, "a.mail": ofMail, "a.folded": "", "a.greatest": "", "a.town": ofTown, "people.mail": "", "a.nothing": "",
		}},
		{"through CTEs, stars, an ephemeral model and a snapshot", people + `
-- models/a.sql --
{{ config(materialized='ephemeral') }} with p as (select * from {{ ref('people') }}) select * from p
-- models/b.sql --
select x.mail as m from {{ ref('a') }} x
-- snapshots/s.yml --
snapshots: [{name: s, relation: ref('b'), config: {unique_key: m, strategy: check, check_cols: all}}]
`, map[string]string{"a.mail": ofMail, "b.m": ofMail, "s.m": ofMail, "s.dbt_scd_id": ""}},
		{"what the column says itself hides it", people + `
-- models/a.sql --
select id, mail, town from {{ ref('people') }}
-- models/a.yml --
models:
  - name: a
    columns:
      - {name: mail, description: Mine., tags: [contact]}
      - {name: town, pii: false}
-- models/b.sql --
select mail, town from {{ ref('a') }}
`, map[string]string{
			"a.mail": "pii email of people.mail at seeds/people.yml:7", "a.town": "",
			"b.mail": "description Mine. of a.mail at models/a.yml:4\ntag contact of a.mail at models/a.yml:4\npii email of people.mail at seeds/people.yml:7",
			"b.town": "pii false of a.town at models/a.yml:5",
		}},
		{"inherit: false stops it, there and for whoever comes after, but not what is said there", people + `
-- models/a.sql --
select mail, mail as other, town from {{ ref('people') }}
-- models/a.yml --
models:
  - name: a
    columns:
      - {name: mail, inherit: false}
      - {name: other, meta: {inherit: false}, tags: [own]}
-- models/b.sql --
select mail, other, town from {{ ref('a') }}
`, map[string]string{"a.mail": "", "a.other": "", "b.mail": "", "b.other": "tag own of a.other at models/a.yml:5", "b.town": ofTown}},
		{"the sides of a union agree or they do not", people + `
-- models/a.sql --
select id, mail from {{ ref('people') }} union all select id, mail from {{ ref('staff') }}
`, map[string]string{
			"a.id": "description Who it is. of people.id at seeds/people.yml:4",
			"a.mail": "tag contact of people.mail at seeds/people.yml:7\ntag staff of staff.mail at seeds/staff.yml:5\n" +
				"pii email of people.mail at seeds/people.yml:7",
		}},
		{"a model that reads itself has nothing of itself", people + `
-- models/a.sql --
{{ config(materialized='incremental', unique_key='id') }}
select id, mail from {{ ref('people') }} {% if is_incremental() %} union all select id, mail from {{ this }} {% endif %}
`, map[string]string{"a.mail": ofMail}},
	})
}

func TestTestsAreSuggestedWhereTheyMustHoldToo(t *testing.T) {
	t.Parallel()
	run(t, suggested, []example{
		{"copies and renames", people + `
-- models/a.sql --
select id as person, state, town from {{ ref('people') }} where id > 0
`, map[string]string{
			"a.person": "unique as people.id\nnot_null as people.id", "a.state": "accepted_values as people.state with {'values': ['here', 'gone']}", "a.town": "", "people.id": "",
		}},
		{"not where it is there already, and the nearest of two", people + `
-- models/a.sql --
select id from {{ ref('people') }}
-- models/a.yml --
models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]
-- models/b.sql --
select id from {{ ref('a') }}
`, map[string]string{"a.id": "not_null as people.id", "b.id": "unique as a.id\nnot_null as people.id"}},
		{"not where rows are repeated, padded or united, or rows are added", people + `
-- models/repeated.sql --
select p.id from {{ ref('people') }} p join {{ ref('staff') }} s on s.mail > p.mail
-- models/padded.sql --
select p.id from {{ ref('staff') }} s left join {{ ref('people') }} p on s.id = p.id
-- models/united.sql --
select id from {{ ref('people') }} union all select id from {{ ref('people') }}
-- models/added.sql --
{{ config(materialized='incremental') }} select id from {{ ref('people') }} {% if is_incremental() %} where id > 9 {% endif %}
`, map[string]string{"repeated.id": "not_null as people.id", "padded.id": "", "united.id": "", "added.id": "not_null as people.id"}},
		{"not for a column that inherits nothing", people + `
-- models/a.sql --
select id from {{ ref('people') }}
-- models/a.yml --
models: [{name: a, columns: [{name: id, inherit: false}]}]
`, map[string]string{"a.id": ""}},
		{"not a relationship to the model itself", people + `
-- models/a.sql --
select id from {{ ref('people') }}
-- models/c.sql --
select 1 as id
-- models/b.yml --
models: [{name: b, columns: [{name: id, data_tests: [{relationships: {arguments: {to: ref('a'), field: id}}}]}]}]
-- models/b.sql --
select id from {{ ref('c') }}
-- models/d.sql --
select id from {{ ref('b') }}
`, map[string]string{"d.id": "relationships as b.id with {'to': \"ref('a')\", 'field': 'id'}"}},
	})
}

func TestFieldsOfSyncsArePersonalAsTheColumnsThatTheyAreMadeOf(t *testing.T) {
	t.Parallel()
	for _, d := range dialect.All() {
		for _, tt := range []struct{ name, more, fields, problems string }{
			{"the sync does not say so", "", "to hashed place", "syncs/s.yml:7: field to of sync s holds personal data, as people.mail says\n" +
				"syncs/s.yml:7: field hashed of sync s holds personal data, as people.mail says\nsyncs/s.yml:7: field place of sync s holds personal data, as people.town says"},
			{"the sync says so", "    pii: true\n", "to hashed place", ""},
		} {
			t.Run(tt.name+", "+d.Name, func(t *testing.T) {
				t.Parallel()
				a := analyzed(t, d, people+`
-- project.yml --
name: shop
destinations:
  crm: {type: mysql, host: 127.0.0.1, user: sales, database: crm}
-- models/mailing.sql --
select id, mail as address, town, state from {{ ref('people') }}
-- syncs/s.yml --
syncs:
  - name: s
    model: mailing
    destination: crm
    object: contacts
    key: id
    map: {to: address, hashed: md5(address), place: town, state: state, fixed: 1}
`+tt.more)
				n := a.Graph.Nodes[column(t, a, "s.to").Table]
				fields, problems := a.Personal(n)
				want, got := map[string]string{"": tt.fields + "\n" + tt.problems}, map[string]string{"": strings.Join(fields, " ") + "\n" + lines(problems)}
				if diff := cmp.Diff(stored(d, want), stored(d, got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// lines are problems as "file:line: message".
func lines(problems []*diag.Diagnostic) string {
	var out []string
	for _, d := range problems {
		at := d.Span.String()
		out = append(out, at[:strings.LastIndex(at, ":")]+": "+d.Message)
	}
	return strings.Join(out, "\n")
}
