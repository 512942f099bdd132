{# What mod remembers of its own doings: tables whose names and columns are said in runner/state, which calls these macros. Columns come as
   {name, type}, relations as relations; names of columns need no quotes in any warehouse. #}

{% macro state_create(table, columns) -%}
create table if not exists {{ table }} (
{%- for c in columns %}
  {{ c.name }} {{ c.type }}{{ ',' if not loop.last }}
{%- endfor %}
)
{%- endmacro %}

{% macro state_add_column(table, column) -%}
alter table {{ table }} add column {{ column.name }} {{ column.type }}
{%- endmacro %}

{# Keeps other sessions from making or changing these tables until the transaction ends; nothing where there is no need or no way. #}
{% macro state_guard(schema) -%}
  {{ return(adapter.dispatch('state_guard', 'dbt')(schema)) }}
{%- endmacro %}

{% macro default__state_guard(schema) -%}{{ return('') }}{%- endmacro %}

{# What the warehouse's clock says, in UTC, as it says it to all sessions: of this moment, and not of the transaction's beginning where there is
   a choice. #}
{% macro state_now() -%}
  {{ return(adapter.dispatch('state_now', 'dbt')()) }}
{%- endmacro %}

{% macro default__state_now() -%}
  {{ return("cast(current_timestamp at time zone 'UTC' as timestamp)") }}
{%- endmacro %}

{# A text as a literal. #}
{% macro state_text(value) -%}
  {{ return(adapter.dispatch('state_text', 'dbt')(value)) }}
{%- endmacro %}

{% macro default__state_text(value) -%}
  {{ return("'" ~ value | replace("'", "''") ~ "'") }}
{%- endmacro %}

{# Rows, a JSON text of lists of texts and nulls, each of which becomes what its column is: one literal is read far sooner than thousands. Rows
   of a numbered table come after all that are there; those of one that has a key are left out if their key is there. #}
{% macro state_insert(table, columns, rows, numbered=false, key='') -%}
insert into {{ table }} (
{%- for c in columns %}{{ c.name }}{{ ', ' if not loop.last }}{% endfor %})
select
{%- for c in columns %}
  {% if numbered and c.name == 'number' %}(select coalesce(max(number), 0) from {{ table }}) + {% endif %}cast({{ state_cell(loop.index0) }} as {{ c.type }}) as {{ c.name }}{{ ',' if not loop.last }}
{%- endfor %}
from {{ state_rows(rows) }}
{%- if key %}
where {{ state_cell(0) }} not in (select {{ key }} from {{ table }} where {{ key }} is not null)
{%- endif %}
{%- endmacro %}

{# Reads a JSON text of lists of texts as a table, and one text of a row. #}
{% macro state_rows(text) -%}
  {{ return(adapter.dispatch('state_rows', 'dbt')(text)) }}
{%- endmacro %}

{% macro state_cell(index) -%}
  {{ return(adapter.dispatch('state_cell', 'dbt')(index)) }}
{%- endmacro %}

{% macro default__state_rows(text) -%}
  {{ return("unnest(cast(json_parse(" ~ state_text(text) ~ ") as array(array(varchar)))) as r (cells)") }}
{%- endmacro %}

{% macro default__state_cell(index) -%}
  {{ return("r.cells[" ~ (index + 1) ~ "]") }}
{%- endmacro %}

{# The version of the tables, and that they have another one now. #}
{% macro state_version(meta) -%}
select max(version) from {{ meta }}
{%- endmacro %}

{% macro state_set_version(meta, version) -%}
insert into {{ meta }} (version, written_at)
select {{ version }}, {{ state_now() }} where not exists (select 1 from {{ meta }} where version >= {{ version }})
{%- endmacro %}

{# Details of code by their keys. #}
{% macro state_details(code, keys) -%}
select code, detail from {{ code }} where code in ({% for key in keys %}{{ state_text(key) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{# One part of the query that reads the state: the columns that all parts have, those that this one has none for as null. #}
{% macro state_part(what, columns, given) -%}
select '{{ what }}' as what
{%- for c in columns %},
  {% if c.name in given %}{{ given[c.name] }}{% else %}cast(null as {{ c.type }}){% endif %} as {{ c.name }}
{%- endfor %}
{%- endmacro %}

{% macro state_places(of) -%}
  {{ return({'environment': of ~ '.environment', 'node': of ~ '.node', 'database_name': of ~ '.database_name', 'schema_name': of ~ '.schema_name', 'relation_name': of ~ '.relation_name'}) }}
{%- endmacro %}

{% macro state_environments(environments) -%}
environment in ({% for e in environments %}{{ state_text(e) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{# The names of all environments in which something was done. #}
{% macro state_environment_names(builds) -%}
select distinct environment from {{ builds }} where environment is not null order by 1
{%- endmacro %}

{# All that is known of some environments: of each relation the last event of each kind, or several that have the same number; what was said of
   intervals; leases; the last runs. tables are the relations by their names. #}
{% macro state_read(tables, environments, columns, limit) -%}
{%- set place = 'environment, node, database_name, schema_name, relation_name' -%}
{{ state_part('meta', columns, {'number': '(select max(version) from ' ~ tables.meta ~ ')', 'at_1': state_now(), 'at_2': '(select max(case when watermark > built_at then watermark else built_at end) from ' ~ tables.builds ~ ')'}) }}
union all
{% set given = state_places('b') -%}
{%- do given.update({'number': 'b.number', 'kind': 'b.kind', 'hash': 'b.hash', 'own': 'b.own', 'run': 'b.run', 'code': 'b.code', 'note': 'b.note',
  'at_1': 'b.built_at', 'at_2': 'b.watermark', 'count_1': 'b.row_count', 'count_2': 'b.byte_count', 'seconds': 'b.seconds', 'sources': 'b.sources', 'beside': 'b.beside',
  'more': 'case when c.code is null then null else b.code end'}) -%}
{{ state_part('build', columns, given) }}
from (
  select *, rank() over (partition by {{ place }}, kind order by number desc nulls first) as latest
  from {{ tables.builds }} where {{ state_environments(environments) }}
) as b
left join (select distinct code from {{ tables.code }}) as c on c.code = b.code
where b.latest = 1
union all
{% set given = state_places('i') -%}
{%- do given.update({'number': 'i.number', 'kind': 'i.op', 'own': 'i.own', 'run': 'i.run', 'at_1': 'i.from_at', 'at_2': 'i.to_at', 'at_3': 'i.loaded_at', 'seconds': 'i.seconds', 'more': 'i.inputs'}) -%}
{{ state_part('interval', columns, given) }}
from {{ tables.intervals }} as i where {{ state_environments(environments) }}
union all
{% set given = state_places('l') -%}
{%- do given.update({'number': 'l.token', 'run': 'l.run', 'note': 'l.holder', 'more': 'l.process', 'kind': 'l.claim', 'at_1': 'l.taken_at', 'at_2': 'l.until_at'}) -%}
{{ state_part('lease', columns, given) }}
from {{ tables.leases }} as l where {{ state_environments(environments) }} and l.until_at > {{ state_now() }}
union all
{{ state_part('run', columns, {'environment': 'u.environment', 'number': 'u.number', 'run': 'u.run', 'kind': 'u.status', 'more': 'u.command', 'note': 'u.holder', 'code': 'u.version',
  'at_1': 'u.began_at', 'at_2': 'u.ended_at'}) }}
from (
  select *, row_number() over (order by number desc) as newest
  from (
    select *, row_number() over (partition by run order by number desc) as latest from {{ tables.runs }} where {{ state_environments(environments) }}
  ) as r
  where latest = 1
) as u
where u.newest <= {{ limit }}
{%- endmacro %}

{# Rows for which later ones stand, so that nothing reads them: what was done before to the same relation, of the same kind, or before it was dropped; what was said of
   ranges before all of them were taken back, or their relation was dropped. Of several that are the last all stay. #}
{% macro state_superseded(builds) -%}
{%- set place = 'environment, node, database_name, schema_name, relation_name' -%}
number is not null and (
  (environment, node, database_name, schema_name, relation_name, kind, number) not in (
    select {{ place }}, kind, max(number) from {{ builds }}
    where number is not null and environment is not null and node is not null and database_name is not null and schema_name is not null and relation_name is not null and kind is not null
    group by {{ place }}, kind
  )
  or (environment, node, database_name, schema_name, relation_name, number) in (
    select {{ place }}, number from ({{ state_ended(builds) }}) as b where newest > 1 and ended = 'drop'
  )
)
{%- endmacro %}

{# Builds with what was done last to their relations. #}
{% macro state_ended(builds) -%}
{%- set place = 'environment, node, database_name, schema_name, relation_name' -%}
select {{ place }}, number, built_at, first_value(kind) over (partition by {{ place }} order by number desc) as ended, rank() over (partition by {{ place }} order by number desc) as newest
from {{ builds }} where number is not null and environment is not null and node is not null and database_name is not null and schema_name is not null and relation_name is not null and kind is not null
{%- endmacro %}

{% macro state_bygone(tables) -%}
(environment, node, database_name, schema_name, relation_name, number) in (
  select i.environment, i.node, i.database_name, i.schema_name, i.relation_name, i.number from {{ tables.intervals }} as i
  join (
    select environment, node, database_name, schema_name, relation_name, max(number) as number from {{ tables.intervals }}
    where op = 'clear' and from_at is null and to_at is null
    group by environment, node, database_name, schema_name, relation_name
  ) as c on {{ state_same('c', 'i') }} and i.number < c.number
)
or (environment, node, database_name, schema_name, relation_name, number) in (
  select i.environment, i.node, i.database_name, i.schema_name, i.relation_name, i.number from {{ tables.intervals }} as i
  join (select * from ({{ state_ended(tables.builds) }}) as b where newest = 1 and ended = 'drop') as d on {{ state_same('d', 'i') }} and i.loaded_at < d.built_at
)
{%- endmacro %}

{# Runs that have not ended, and were begun so lately that they may be going on. #}
{% macro state_going(runs, spent) -%}
select run from {{ runs }} where ended_at is null and began_at > cast({{ state_text(spent.alive) }} as {{ spent.type }})
  and run not in (select run from {{ runs }} where ended_at is not null and run is not null)
{%- endmacro %}

{# Rows of runs that did nothing which is there, and are old; rows of beginnings whose runs have ended. #}
{% macro state_spent(tables, spent) -%}
run is not null and number is not null and (
  ended_at is null and run in (select run from {{ tables.runs }} where ended_at is not null and run is not null)
  or began_at < cast({{ state_text(spent.before) }} as {{ spent.type }})
    and run not in (select run from {{ tables.builds }} where run is not null and not coalesce({{ state_superseded(tables.builds) }}, false))
    and run not in (select run from {{ tables.intervals }} where run is not null and not coalesce({{ state_bygone(tables) }}, false))
    and run not in (select run from {{ tables.leases }} where run is not null and until_at is not null)
    and run not in (
      select run from (
        select run, row_number() over (partition by environment order by last desc) as newest
        from (select run, environment, max(number) as last from {{ tables.runs }} where run is not null and number is not null group by run, environment) as u
      ) as r where newest <= {{ spent.kept }}
    )
)
{%- endmacro %}

{% macro state_count_surplus(tables, spent) -%}
select (select count(*) from {{ tables.builds }} where {{ state_superseded(tables.builds) }}) + (select count(*) from {{ tables.intervals }} where {{ state_bygone(tables) }}) as events,
  (select count(*) from {{ tables.runs }} where {{ state_spent(tables, spent) }}) as runs,
  (select count(*) from ({{ state_going(tables.runs, spent) }}) as g) as going
{%- endmacro %}

{# The keys of all code, each with whether something that was built and not dropped names it. #}
{% macro state_codes(tables) -%}
select c.code, n.code as named from (select distinct code from {{ tables.code }} where code is not null) as c
left join (
  select distinct code from {{ tables.builds }} where code is not null and coalesce(kind, '') <> 'drop' and not coalesce({{ state_superseded(tables.builds) }}, false)
) as n on n.code = c.code
{%- endmacro %}

{% macro state_delete_superseded(builds) -%}
delete from {{ builds }} where {{ state_superseded(builds) }}
{%- endmacro %}

{% macro state_delete_bygone(tables) -%}
delete from {{ tables.intervals }} where {{ state_bygone(tables) }}
{%- endmacro %}

{% macro state_delete_codes(tables, keys, spent) -%}
delete from {{ tables.code }} where code in ({% for key in keys %}{{ state_text(key) }}{{ ', ' if not loop.last }}{% endfor %})
  and code not in (select code from {{ tables.builds }} where code is not null and coalesce(kind, '') <> 'drop')
  and not exists ({{ state_going(tables.runs, spent) }})
{%- endmacro %}

{% macro state_delete_runs(tables, spent) -%}
delete from {{ tables.runs }} where {{ state_spent(tables, spent) }}
{%- endmacro %}

{# Leases. There is a row for each relation that was ever written, which is changed in place; claim is another one for each time that leases were
   given out. #}

{# The same moment, so many seconds later. #}
{% macro state_later(seconds) -%}
  {{ return(adapter.dispatch('state_later', 'dbt')(seconds)) }}
{%- endmacro %}

{% macro default__state_later(seconds) -%}
  {{ return(state_now() ~ " + interval '" ~ seconds ~ "' second") }}
{%- endmacro %}

{# Keeps other sessions from giving out leases until the transaction ends: of two that change the same row, one waits for the other or fails. #}
{% macro state_queue(meta, leases) -%}
  {{ return(adapter.dispatch('state_queue', 'dbt')(meta, leases)) }}
{%- endmacro %}

{% macro default__state_queue(meta, leases) -%}
  {{ return('update ' ~ meta ~ ' set turn = coalesce(turn, 0) + 1') }}
{%- endmacro %}

{# The relations of which leases are asked for, by their five names. #}
{% macro state_wanted(keys) -%}
select
{%- for name in ['environment', 'node', 'database_name', 'schema_name', 'relation_name'] %} {{ state_cell(loop.index0) }} as {{ name }}{{ ',' if not loop.last }}{% endfor %}
from {{ state_rows(keys) }}
{%- endmacro %}

{% macro state_same(left, right) -%}
  {%- for name in ['environment', 'node', 'database_name', 'schema_name', 'relation_name'] -%}
    {{ left }}.{{ name }} = {{ right }}.{{ name }}{{ ' and ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro state_named(keys) -%}
(environment, node, database_name, schema_name, relation_name) in ({{ state_wanted(keys) }})
{%- endmacro %}

{# Who has a lease that nobody else may take: it has not run out, or it is of this very process where no other can have the database open. Those of
   dead are of processes that have ended. #}
{% macro state_held(of, ask) -%}
{{ of }}.until_at is not null
{%- if ask.alone %} and {{ of }}.process = {{ state_text(ask.process) }}{% else %} and {{ of }}.until_at > {{ state_now() }}{% endif %}
{%- if ask.dead %} and {{ of }}.claim not in ({% for d in ask.dead %}{{ state_text(d) }}{{ ', ' if not loop.last }}{% endfor %}){% endif %}
{%- endmacro %}

{# Gives out all leases that are asked for, or none if one of them is held. #}
{% macro state_acquire(meta, leases, ask) -%}
  {{ return(adapter.dispatch('state_acquire', 'dbt')(meta, leases, ask)) }}
{%- endmacro %}

{% macro default__state_acquire(meta, leases, ask) -%}
begin;
{{ state_queue(meta, leases) }};
insert into {{ leases }} (environment, node, database_name, schema_name, relation_name, token)
select w.environment, w.node, w.database_name, w.schema_name, w.relation_name, 0 from ({{ state_wanted(ask.wanted) }}) as w
where not exists (select 1 from {{ leases }} as l where {{ state_same('l', 'w') }});
update {{ leases }} set
  token = (select max(token) from {{ leases }}) + 1, claim = {{ state_text(ask.claim) }}, run = {{ state_text(ask.run) }}, holder = {{ state_text(ask.holder) }},
  process = {{ state_text(ask.process) }}, taken_at = {{ state_now() }}, until_at = {{ state_later(ask.seconds) }}
where {{ state_named(ask.wanted) }}
  and not exists (
    select 1 from {{ leases }} as l join ({{ state_wanted(ask.wanted) }}) as w on {{ state_same('w', 'l') }} where {{ state_held('l', ask) }}
  );
commit
{%- endmacro %}

{# What there is of the leases that were asked for. #}
{% macro state_leases(leases, keys) -%}
select l.environment, l.node, l.database_name, l.schema_name, l.relation_name, l.token, l.claim, l.run, l.holder, l.process, l.taken_at, l.until_at,
  {{ state_now() }} as now_at
from {{ leases }} as l join ({{ state_wanted(keys) }}) as w on {{ state_same('w', 'l') }}
{%- endmacro %}

{% macro state_renew(leases, claims, seconds) -%}
update {{ leases }} set until_at = {{ state_later(seconds) }}
where claim in ({% for c in claims %}{{ state_text(c) }}{{ ', ' if not loop.last }}{% endfor %}) and until_at is not null
{%- endmacro %}

{% macro state_release(leases, claim, keys) -%}
update {{ leases }} set until_at = null
where claim = {{ state_text(claim) }} and {{ state_named(keys) }}
{%- endmacro %}

{# Statements that fail if somebody else has got the lease, and that keep it from others until the transaction ends where that can be. #}
{% macro state_fence(leases, keys, count, claim, complaint) -%}
  {{ return(adapter.dispatch('state_fence', 'dbt')(leases, keys, count, claim, complaint)) }}
{%- endmacro %}

{# No text is a number: that is the one way to fail which all warehouses have. #}
{% macro default__state_fence(leases, keys, count, claim, complaint) -%}
select cast(case when count(l.claim) = {{ count }} then '1' else {{ state_text(complaint) }} || coalesce(max(l.node), 'none') end as integer) as mod_fence
from {{ leases }} as l join ({{ state_wanted(keys) }}) as w on {{ state_same('w', 'l') }} where l.claim = {{ state_text(claim) }} and l.until_at is not null
{%- endmacro %}
