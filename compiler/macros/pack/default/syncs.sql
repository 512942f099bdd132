{# Syncs: which rows have to be sent to another system, and what was sent. Of each sync there are
     <sync>_ledger    what the other system has: the key, a hash of the values, and when it was sent; no hash if it may not have it
     <sync>_changes   what this run has to send, numbered; it is dropped when what became of it is in the ledger
     <sync>_outcomes  what became of the rows that this run has tried; they go into the ledger and the letters
     <sync>_letters   rows that were refused, and why
   in the schema of mod's state, and <schema>.sync_runs has a row for each run. Names with a leading underscore are ours, others are fields. #}

{# The rows of a sync: a column for each field, the key's first. #}
{% macro sync_query(relation, query, fields, where) -%}
select
{%- for field in fields %}
  {{ field.expression }} as {{ adapter.quote(field.name) }}{{ ',' if not loop.last }}
{%- endfor %}
from {% if relation -%} {{ relation }} {%- else -%} (
{{ query }}
) as mod_source {%- endif %}
{%- if where %}
where {{ where }}
{%- endif %}
{%- endmacro %}

{# A text that is the same for the same fields with the same values and another for others: the names, then each value with its length before it. #}
{% macro sync_hash(columns) -%}
  {{ return(adapter.dispatch('sync_hash', 'dbt')(columns)) }}
{%- endmacro %}

{% macro default__sync_hash(columns) -%}
  {%- set parts = ["'" ~ (columns | sort | join(',') | replace("'", "''")) ~ "'"] -%}
  {%- for column in columns | sort -%}
    {%- set value = 'cast(' ~ adapter.quote(column) ~ ' as ' ~ api.Column.translate_type('text') ~ ')' -%}
    {%- do parts.append("coalesce(cast(length(" ~ value ~ ") as " ~ api.Column.translate_type('text') ~ ") || ':' || " ~ value ~ ", '-')") -%}
  {%- endfor -%}
  {{ return('md5(' ~ parts | join(' || ') ~ ')') }}
{%- endmacro %}

{# What makes the ledger and the letters, with a key of the types that the query has. #}
{% macro sync_create_ledger(ledger, letters, outcomes, query, key) -%}
{%- set text, time, number = api.Column.translate_type('text'), api.Column.translate_type('timestamp'), api.Column.translate_type('integer') -%}
create table if not exists {{ ledger }} as
select {{ sync_columns(key) }}, cast(null as {{ text }}) as _hash, cast(null as {{ text }}) as _mapping, cast(null as {{ text }}) as _run, cast(null as {{ time }}) as _sent_at
from (
{{ query }}
) as mod_rows where 1 = 0;
create table if not exists {{ letters }} as
select {{ sync_columns(key) }}, cast(null as {{ text }}) as _op, cast(null as {{ text }}) as _hash, cast(null as {{ text }}) as _class, cast(null as {{ text }}) as _error,
  cast(null as {{ number }}) as _attempts, cast(null as {{ time }}) as _first_at, cast(null as {{ time }}) as _last_at, cast(null as {{ text }}) as _run
from (
{{ query }}
) as mod_rows where 1 = 0;
create table if not exists {{ outcomes }} as
select {{ sync_columns(key) }}, cast(null as {{ text }}) as _op, cast(null as {{ text }}) as _hash, cast(null as {{ text }}) as _class, cast(null as {{ text }}) as _error
from (
{{ query }}
) as mod_rows where 1 = 0
{%- endmacro %}

{% macro sync_columns(names, of='') -%}
  {%- for name in names -%} {{ of ~ '.' if of }}{{ adapter.quote(name) }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}

{% macro sync_same_key(left, right, key) -%}
  {%- for name in key -%} {{ left }}.{{ adapter.quote(name) }} = {{ right }}.{{ adapter.quote(name) }}{{ ' and ' if not loop.last }} {%- endfor -%}
{%- endmacro %}

{# How many keys of the query are null, and how many are there more than once, with one of each as a text. #}
{% macro sync_bad_keys(query, key) -%}
{%- set text = api.Column.translate_type('text') -%}
with mod_rows as (
{{ query }}
), mod_keys as (
  select {{ sync_columns(key) }}, count(*) as _rows from mod_rows group by {{ sync_columns(key) }}
)
select
  coalesce(sum(case when {% for name in key %}{{ adapter.quote(name) }} is null{{ ' or ' if not loop.last }}{% endfor %} then _rows else 0 end), 0) as nulls,
  coalesce(sum(case when _rows > 1 and {% for name in key %}{{ adapter.quote(name) }} is not null{{ ' and ' if not loop.last }}{% endfor %} then 1 else 0 end), 0) as twins,
  min(case when _rows > 1 then {% for name in key %}coalesce(cast({{ adapter.quote(name) }} as {{ text }}), 'null'){{ " || ', ' || " if not loop.last }}{% endfor %} end) as twin,
  count(*) as keys
from mod_keys
{%- endmacro %}

{# What has to be sent. ops tells which ops the mode has: the name of the op that a new row, a changed row and a row that is gone takes, or none.
   only: the letters, if nothing but what was refused is to be sent again. Rows that are gone come first, so that what they held can be taken by others; then changes, then new rows; each in the order of the key. #}
{% macro sync_create_changes(changes, ledger, query, key, fields, mapping, ops, only) -%}
create table {{ changes }} as
{{ sync_find_changes(ledger, query, key, fields, mapping, ops, only) }}
select
  row_number() over (order by _rank, {{ sync_columns(key) }}) as _number,
  {{ sync_op(ops) }} as _op,
  mod_changes.*
from mod_changes
{%- endmacro %}

{% macro sync_op(ops) -%}
case _rank {% if ops.gone %}when 1 then '{{ ops.gone }}' {% endif %}{% if ops.changed %}when 2 then '{{ ops.changed }}' {% endif %}{% if ops.new %}when 3 then '{{ ops.new }}'{% endif %} end
{%- endmacro %}

{% macro sync_find_changes(ledger, query, key, fields, mapping, ops, only) -%}
{%- set hashes = sync_hash(fields) -%}
with mod_rows as (
  select mod_source.*, {{ hashes }} as _hash from (
{{ query }}
  ) as mod_source
), mod_changes as (
  select
    {% for field in fields -%}
    {% if field in key %}coalesce(r.{{ adapter.quote(field) }}, l.{{ adapter.quote(field) }}){% else %}r.{{ adapter.quote(field) }}{% endif %} as {{ adapter.quote(field) }},
    {% endfor -%}
    r._hash as _hash,
    case
      when r._hash is null then 1
      when l._hash is null then 3
      else 2
    end as _rank,
    case when l._mapping <> '{{ mapping }}' then 1 else 0 end as _remapped
  from mod_rows as r
  full join {{ ledger }} as l on {{ sync_same_key('r', 'l', key) }}
  where ({% if ops.gone %}r._hash is null{% else %}1 = 0{% endif %}
    {%- if ops.new %} or l._hash is null{% endif %}
    {%- if ops.changed %} or r._hash <> l._hash{% endif %})
    {%- if only %}
    and exists (select 1 from {{ only }} as m where {% for name in key %}m.{{ adapter.quote(name) }} = coalesce(r.{{ adapter.quote(name) }}, l.{{ adapter.quote(name) }}){{ ' and ' if not loop.last }}{% endfor %})
    {%- endif %}
)
{%- endmacro %}

{# How many rows the query has, and how many of the changes have no key or share one. All rows have a key of their own if no change lacks one and
   there are as many rows as the ledger has, less those that are gone and with those that are new: a key of the ledger's that two rows have
   joins twice. That spares a grouping of all rows. #}
{% macro sync_count_keys(changes, query, key) -%}
select (select count(*) from (
{{ query }}
) as mod_rows) as query_rows, (
  select count(*) from {{ changes }} where {% for name in key %}{{ adapter.quote(name) }} is null{{ ' or ' if not loop.last }}{% endfor %}
) + (
  select count(*) from (select {{ sync_columns(key) }} from {{ changes }} group by {{ sync_columns(key) }} having count(*) > 1) as mod_twins
) as bad
{%- endmacro %}

{# The changes by what they are, and how many rows the other system has. #}
{% macro sync_count_changes(changes, ledger) -%}
select _op, _remapped, count(*) as n from {{ changes }} group by _op, _remapped
union all
select '', 0, count(_hash) from {{ ledger }}
{%- endmacro %}

{# What sync_count_changes says, without writing anything down. ledger is none if nothing was ever sent. #}
{% macro sync_foresee(ledger, query, key, fields, mapping, ops) -%}
{%- if ledger is none -%}
select {{ "'" ~ ops.new ~ "'" if ops.new else 'null' }} as _op, 0 as _remapped, count(*) as n from (
{{ query }}
) as mod_rows
{%- else -%}
{{ sync_find_changes(ledger, query, key, fields, mapping, ops, none) }}
select _op, _remapped, count(*) as n from (select {{ sync_op(ops) }} as _op, _remapped from mod_changes) as mod_ops group by _op, _remapped
union all
select '', 0, count(_hash) from {{ ledger }}
{%- endif -%}
{%- endmacro %}

{% macro sync_read_changes(changes, fields) -%}
select _number, _op, _hash, {{ sync_columns(fields) }} from {{ changes }} order by _number
{%- endmacro %}

{# What was tried goes into the ledger and the letters, in one transaction. A letter is kept until its row was delivered or needs nothing any more. #}
{% macro sync_settle(ledger, letters, outcomes, changes, key, mapping, run, now) -%}
delete from {{ ledger }} where exists (select 1 from {{ outcomes }} as o where o._error is null and {{ sync_same_key('o', ledger, key) }});
insert into {{ ledger }} ({{ sync_columns(key) }}, _hash, _mapping, _run, _sent_at)
select {{ sync_columns(key) }}, _hash, '{{ mapping }}', '{{ run }}', cast('{{ now }}' as {{ api.Column.translate_type('timestamp') }})
from {{ outcomes }} where _error is null and _op not in ('delete', 'clear', 'archive');
{%- set fresh = letters.incorporate(path={'identifier': letters.identifier ~ '_new'}) %}
drop table if exists {{ fresh }};
create table {{ fresh }} as
select {{ sync_columns(key, 'o') }}, o._op, o._hash, o._class, o._error, coalesce(l._attempts, 0) + 1 as _attempts,
  coalesce(l._first_at, cast('{{ now }}' as {{ api.Column.translate_type('timestamp') }})) as _first_at,
  cast('{{ now }}' as {{ api.Column.translate_type('timestamp') }}) as _last_at, '{{ run }}' as _run
from {{ outcomes }} as o left join {{ letters }} as l on {{ sync_same_key('o', 'l', key) }}
where o._error is not null;
delete from {{ letters }} where exists (select 1 from {{ outcomes }} as o where {{ sync_same_key('o', letters, key) }})
{%- if changes %}
  or not exists (select 1 from {{ changes }} as c where {{ sync_same_key('c', letters, key) }})
{%- endif %};
insert into {{ letters }} select {{ sync_columns(key) }}, _op, _hash, _class, _error, _attempts, _first_at, _last_at, _run from {{ fresh }};
drop table {{ fresh }};
delete from {{ outcomes }}
{%- endmacro %}

{# Rows that were refused, those that have waited longest first; and how many rows there are of both kinds. #}
{% macro sync_read_letters(letters, key, limit) -%}
select _op, _class, _error, _attempts, _first_at, {{ sync_columns(key) }} from {{ letters }} order by _first_at, {{ sync_columns(key) }} limit {{ limit }}
{%- endmacro %}

{% macro sync_count_rows(ledger, letters) -%}
select (select count(_hash) from {{ ledger }}) as delivered, (select count(*) from {{ letters }}) as refused
{%- endmacro %}

{# Takes what a run left behind that ended in its midst: batches that the other system says it has. #}
{% macro sync_adopt_batches(outcomes, changes, key, spans) -%}
delete from {{ outcomes }} where _error is not null and exists (
  select 1 from {{ changes }} as c
  where ({% for span in spans %}c._number between {{ span[0] }} and {{ span[1] }}{{ ' or ' if not loop.last }}{% endfor %}) and {{ sync_same_key('c', outcomes, key) }}
);
insert into {{ outcomes }} ({{ sync_columns(key) }}, _op, _hash)
select {{ sync_columns(key) }}, _op, _hash from {{ changes }} as c
where ({% for span in spans %}_number between {{ span[0] }} and {{ span[1] }}{{ ' or ' if not loop.last }}{% endfor %})
  and not exists (select 1 from {{ outcomes }} as o where o._error is null and {{ sync_same_key('o', 'c', key) }})
{%- endmacro %}

{# The changes of which nobody knows whether they have arrived: those without an outcome that may have been under way, which are no more than
   ahead beyond the last one that has an outcome, and those whose connection was lost. #}
{% macro sync_unclear(changes, outcomes, key, ahead) -%}
from {{ changes }} as c
where c._number <= {{ ahead }} + (select coalesce(max(n._number), 0) from {{ changes }} as n join {{ outcomes }} as o on {{ sync_same_key('n', 'o', key) }})
  and not exists (select 1 from {{ outcomes }} as o where (o._error is null or o._class not in ('transient', 'limited')) and {{ sync_same_key('o', 'c', key) }})
{%- endmacro %}

{% macro sync_count_unclear(changes, outcomes, key, ahead) -%}
select count(*) {{ sync_unclear(changes, outcomes, key, ahead) }}
{%- endmacro %}

{# Makes the ledger say that it is not known what the other system has of these: their next values are sent, whatever they are, and so is
   that they are gone. A record that may not be there has no hash, so that a row is new to it; one that may have either values has an empty one. #}
{% macro sync_doubt(ledger, changes, outcomes, key, mapping, run, ahead) -%}
update {{ ledger }} set _hash = '' where exists (
  select 1 {{ sync_unclear(changes, outcomes, key, ahead) }} and c._op not in ('delete', 'clear', 'archive') and {{ sync_same_key('c', ledger, key) }}
);
update {{ ledger }} set _hash = null where exists (
  select 1 {{ sync_unclear(changes, outcomes, key, ahead) }} and c._op in ('delete', 'clear', 'archive') and {{ sync_same_key('c', ledger, key) }}
);
insert into {{ ledger }} ({{ sync_columns(key) }}, _mapping, _run)
select {{ sync_columns(key, 'c') }}, '{{ mapping }}', '{{ run }}' {{ sync_unclear(changes, outcomes, key, ahead) }}
  and c._op not in ('delete', 'clear', 'archive') and not exists (select 1 from {{ ledger }} as l where {{ sync_same_key('l', 'c', key) }})
{%- endmacro %}

{# The records that are at the destination become the ledger: those that have the same values as the query are in step. Some destinations have
   a key twice, or tell of a record twice. #}
{% macro sync_adopt(ledger, present, query, key, fields, mapping, run, now) -%}
delete from {{ ledger }};
insert into {{ ledger }} ({{ sync_columns(key) }}, _hash, _mapping, _run, _sent_at)
select {{ sync_columns(key) }}, min(_hash), '{{ mapping }}', '{{ run }}', cast('{{ now }}' as {{ api.Column.translate_type('timestamp') }})
from (select {{ sync_columns(key) }}, {{ sync_hash(fields) }} as _hash from {{ present }}) as mod_present
group by {{ sync_columns(key) }}
{%- endmacro %}

{% macro sync_create_like(table, query) -%}
create table {{ table }} as select * from (
{{ query }}
) as mod_rows where 1 = 0
{%- endmacro %}

{% macro sync_create_runs(runs) -%}
{%- set text, time, number = api.Column.translate_type('text'), api.Column.translate_type('timestamp'), api.Column.translate_type('bigint') -%}
create table if not exists {{ runs }} (
  run {{ text }}, sync {{ text }}, state {{ text }}, destination {{ text }}, mapping {{ text }}, started_at {{ time }}, finished_at {{ time }},
  inserted {{ number }}, updated {{ number }}, removed {{ number }}, rejected {{ number }}, message {{ text }}
)
{%- endmacro %}

{# The newest runs of a sync, the newest first. #}
{% macro sync_last_runs(runs, sync, limit) -%}
select run, state, destination, mapping, started_at, finished_at, inserted, updated, removed, rejected, message
from {{ runs }} where sync = '{{ sync }}' order by started_at desc, run desc limit {{ limit }}
{%- endmacro %}

{% macro sync_forget_run(runs, run) -%}
delete from {{ runs }} where run = '{{ run }}'
{%- endmacro %}

{# A statement that is true if no other session carries out this sync, and keeps others from it until the session ends; none if the warehouse
   has nothing like that. #}
{% macro sync_lock(ledger) -%}
  {{ return(adapter.dispatch('sync_lock', 'dbt')(ledger)) }}
{%- endmacro %}

{% macro default__sync_lock(ledger) -%}{{ return('') }}{%- endmacro %}

{% macro sync_drop(tables) -%}
{% for table in tables -%}
drop table if exists {{ table }};
{% endfor -%}
{%- endmacro %}
