package types

import (
	"os"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func openPostgres(t *testing.T) adapters.Adapter {
	t.Helper()
	w, err := postgres.Driver.Open(t.Context(), postgrestest.Config(t))
	if err != nil {
		t.Fatal(err)
	}
	session, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close(); w.Close() })
	return session
}

// postgresHidden are types that no query has values of.
const postgresHidden = `('internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler', 'index_am_handler', 'tsm_handler', 'table_am_handler')`

// TestPostgresTablesAreCurrent: types, functions, operators and casts as the catalog of the server has them. The tables are those
// of the oldest supported server that they were written with; another version is not compared.
func TestPostgresTablesAreCurrent(t *testing.T) {
	t.Parallel()
	session := openPostgres(t)
	if version := lines(t, session, "show server_version_num")[0]; version[:2] != postgresVersion {
		t.Skipf("the tables are those of Postgres %s, this is %s", postgresVersion, version)
	}
	// A type: its category, whether that category prefers it, its element's or range's subtype, its array, its name in SQL.
	checkTable(t, "postgres_types.tsv", lines(t, session, `
		select concat_ws(chr(9), t.typname, t.typcategory::text || case when t.typispreferred then '!' else '' end || t.typtype::text,
			coalesce(e.typname, s.typname, m.typname, '-'), coalesce(a.typname, '-'), format_type(t.oid, null))
		from pg_type t
		left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
		left join pg_range r on r.rngtypid = t.oid left join pg_type s on s.oid = r.rngsubtype
		left join pg_range q on q.rngmultitypid = t.oid left join pg_type m on m.oid = q.rngtypid
		left join pg_type a on a.oid = t.typarray
		where t.typnamespace = 'pg_catalog'::regnamespace and t.typrelid = 0 and coalesce(e.typrelid, 0) = 0 and t.typname not in `+postgresHidden+`
		order by t.typname collate "C"`))
	checkTable(t, "postgres_functions.tsv", lines(t, session, `
		with f as (
			select proname, case prokind when 'f' then 's' else prokind::text end as kind,
				case when p.proretset then '*' else '' end
				|| coalesce((select string_agg(case when p.provariadic <> 0 and i = p.pronargs then '...' || coalesce(nullif(v.typname, ''), a.typname) else a.typname end, ';' order by i)
					from unnest(p.proargtypes::oid[]) with ordinality as x(o, i) join pg_type a on a.oid = o left join pg_type v on v.oid = p.provariadic), '')
				|| case when p.pronargdefaults > 0 then '?' || p.pronargdefaults else '' end
				|| '>' || r.typname
				|| coalesce((select '(' || string_agg(coalesce(p.proargnames[i], 'column' || i) || ' ' || a.typname, ',' order by i) || ')'
					from unnest(p.proallargtypes) with ordinality as x(o, i) join pg_type a on a.oid = o where p.proargmodes[i] in ('o', 'b', 't')
					having count(*) > 0 and (r.typname = 'record' or p.proretset)), '') as signature,
				provolatile
			from pg_proc p join pg_type r on r.oid = p.prorettype
			where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind in ('f', 'a', 'w') and r.typname not in `+postgresHidden+`
				and not exists (select from unnest(p.proargtypes::oid[]) as o join pg_type a on a.oid = o where a.typname in `+postgresHidden+`)
		)
		select line from (
			select concat_ws(chr(9), proname, kind, max(provolatile::text), string_agg(signature, '|' order by signature collate "C")) as line
			from f group by proname, kind) as l order by line collate "C"`))
	checkTable(t, "postgres_operators.tsv", lines(t, session, `
		select line from (select oprname || chr(9) || string_agg(concat(l.typname, ';', r.typname, '>', t.typname), '|' order by concat(l.typname, ';', r.typname) collate "C") as line
		from pg_operator o left join pg_type l on l.oid = oprleft join pg_type r on r.oid = oprright join pg_type t on t.oid = oprresult
		where oprnamespace = 'pg_catalog'::regnamespace group by oprname) as l order by line collate "C"`))
	checkTable(t, "postgres_casts.tsv", lines(t, session, `
		select line from (select s.typname || chr(9) || string_agg(castcontext::text || d.typname, ';' order by d.typname collate "C") as line
		from pg_cast join pg_type s on s.oid = castsource join pg_type d on d.oid = casttarget
		where d.typname not in `+postgresHidden+` group by s.typname) as l order by line collate "C"`))
}

// postgresVersion is the server whose catalog the tables hold.
const postgresVersion = "15"
