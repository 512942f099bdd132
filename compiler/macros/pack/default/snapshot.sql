{# Snapshots: a table that keeps each version of a row, https://docs.getdbt.com/docs/build/snapshots.
   A strategy is a macro that tells how a new version is recognized. It returns a dict: unique_key, updated_at (an expression, the time from
   which a version counts), row_changed (a condition on the current version and the row of the query), scd_id (an expression that
   identifies a version) and hard_deletes (what becomes of rows that the query does not have any more). #}

{# The statement that makes the table of the first snapshot. #}
{% macro get_create_snapshot_sql(relation, sql) -%}
  {{ get_create_table_as_sql(false, relation, build_snapshot_table(snapshot_strategy(sql, false), sql)) }}
{%- endmacro %}

{# Nothing to run: it looks at the times of the table that the first snapshot made, and may warn. #}
{% macro get_snapshot_times_sql(relation) -%}
  {%- do check_time_data_types('select * from ' ~ relation) -%}
{%- endmacro %}

{# The statement that writes what changed since the last snapshot to a temporary table. #}
{% macro get_snapshot_changes_sql(changes, sql, target) -%}
  {{ get_create_table_as_sql(true, changes, snapshot_staging_table(snapshot_strategy(sql, true), sql, target)) }}
{%- endmacro %}

{# The statements that bring the changes into the table; columns are those to be kept. #}
{% macro get_snapshot_merge_sql(target, changes, columns) -%}
  {%- set names = [] -%}
  {%- for column in columns -%}
    {%- do names.append(adapter.quote(column.name)) -%}
  {%- endfor -%}
  {{ snapshot_merge_sql(target=target, source=changes, insert_cols=names) }}
{%- endmacro %}

{# What keeps two snapshots of one table from running at the same time, where a transaction does not: both would add the same versions. #}
{% macro get_snapshot_lock_sql(target) -%}
  {{ adapter.dispatch('get_snapshot_lock_sql', 'dbt')(target) }}
{%- endmacro %}

{% macro default__get_snapshot_lock_sql(target) -%}
{%- endmacro %}

{# Strategies. #}

{# The strategy of this snapshot. Without rows (--empty) nothing tells that a row was deleted. #}
{% macro snapshot_strategy(sql, target_exists) -%}
  {%- set node = model -%}
  {%- do node.update({'compiled_code': sql}) -%}
  {%- set macro = strategy_dispatch(config.get('strategy')) -%}
  {%- set strategy = macro(node, 'snapshotted_data', 'source_data', node['config'], target_exists) -%}
  {%- if flags.EMPTY and target_exists -%}
    {%- do strategy.update({'hard_deletes': 'ignore', 'invalidate_hard_deletes': false}) -%}
  {%- endif -%}
  {{ return(strategy) }}
{%- endmacro %}

{# The macro of a strategy. Its name may have a package's before it. #}
{% macro strategy_dispatch(name) -%}
  {%- set package, dot, bare = name.rpartition('.') -%}
  {%- set names = context.get(package) if package else context -%}
  {%- if not names -%}
    {% do exceptions.raise_compiler_error("there is no package '" ~ package ~ "', which the strategy '" ~ name ~ "' names") %}
  {%- endif -%}
  {%- set macro = names.get('snapshot_' ~ bare ~ '_strategy') -%}
  {%- if not macro -%}
    {% do exceptions.raise_compiler_error("there is no macro 'snapshot_" ~ bare ~ "_strategy' for the strategy '" ~ name ~ "'") %}
  {%- endif -%}
  {{ return(macro) }}
{%- endmacro %}

{# A row is new if its column updated_at is later than the current version. #}
{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) -%}
  {%- set updated_at = config.get('updated_at') -%}
  {#- Not the old value of that column: the table may not have it, if another strategy made it. -#}
  {%- set changed = '(' ~ snapshotted_rel ~ '.' ~ snapshot_columns().dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')' -%}
  {{ return(snapshot_strategy_of(updated_at, changed)) }}
{%- endmacro %}

{# A row is new if one of the columns of check_cols has another value, or is new itself. #}
{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) -%}
  {%- set updated_at = config.get('updated_at') or snapshot_get_time() -%}
  {%- set added, columns = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) -%}
  {%- set differences = [get_true_sql()] if added or not columns else [] -%}
  {%- for column in columns if not added -%}
    {%- do differences.append(snapshotted_rel ~ '.' ~ column ~ ' is distinct from ' ~ current_rel ~ '.' ~ column) -%}
  {%- endfor -%}
  {{ return(snapshot_strategy_of(updated_at, '(' ~ differences | join(' or ') ~ ')')) }}
{%- endmacro %}

{% macro snapshot_strategy_of(updated_at, row_changed) -%}
  {%- set key = config.get('unique_key') -%}
  {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
  {{ return({
    'unique_key': key,
    'updated_at': updated_at,
    'row_changed': row_changed,
    'scd_id': snapshot_hash_arguments(api.Relation.scd_args(key, updated_at)),
    'invalidate_hard_deletes': hard_deletes == 'invalidate',
    'hard_deletes': hard_deletes
  }) }}
{%- endmacro %}

{# Whether check_cols has a column that the table does not have, and those that it has, quoted. The warehouse tells how they are spelled. #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
  {%- if not target_exists -%}
    {{ return([false, []]) }}
  {%- elif check_cols_config == 'all' -%}
    {%- set wanted = get_columns_in_query(node['compiled_code']) -%}
  {%- elif check_cols_config and check_cols_config is not string -%}
    {#- Each on a line of its own, so that a comment at the end of the query ends with it. -#}
    {%- set wanted = get_columns_in_query('select ' ~ check_cols_config | join(', ') ~ ' from (\n' ~ node['compiled_code'] ~ '\n) as checked_columns') -%}
  {%- else -%}
    {% do exceptions.raise_compiler_error("Invalid value for 'check_cols': " ~ check_cols_config) %}
  {%- endif -%}
  {%- set known = get_list_of_column_names(adapter.get_columns_in_relation(this)) -%}
  {%- set columns = [] -%}
  {%- for column in wanted if column in known -%}
    {%- do columns.append(adapter.quote(column)) -%}
  {%- endfor -%}
  {{ return([columns | length < wanted | length, columns]) }}
{%- endmacro %}

{# Values. #}

{# An identifier made of values: equal ones make the same. #}
{% macro snapshot_hash_arguments(args) -%}
  {{ adapter.dispatch('snapshot_hash_arguments', 'dbt')(args) }}
{%- endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
  md5({% for arg in args -%}
    coalesce(cast({{ arg }} as {{ type_string() }}), ''){{ " || '|' || " if not loop.last }}
  {%- endfor %})
{%- endmacro %}

{# The time of this snapshot; the same wherever it stands in a statement. #}
{% macro snapshot_get_time() -%}
  {{ adapter.dispatch('snapshot_get_time', 'dbt')() }}
{%- endmacro %}

{% macro default__snapshot_get_time() -%}
  {{ current_timestamp() }}
{%- endmacro %}

{% macro snapshot_string_as_time(timestamp) -%}
  {{ adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp) }}
{%- endmacro %}

{% macro default__snapshot_string_as_time(timestamp) -%}
  {% do exceptions.raise_not_implemented('snapshot_string_as_time macro not implemented for adapter ' ~ adapter.type()) %}
{%- endmacro %}

{% macro get_true_sql() -%}
  {{ adapter.dispatch('get_true_sql', 'dbt')() }}
{%- endmacro %}

{% macro default__get_true_sql() -%}
  {{ return('TRUE') }}
{%- endmacro %}

{# The end of a version that is current: no value, or that of dbt_valid_to_current, with the type of updated_at. #}
{% macro get_dbt_valid_to_current(strategy, columns) -%}
  coalesce(nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}), {{ config.get('dbt_valid_to_current') or 'null' }}) as {{ columns.dbt_valid_to }}
{%- endmacro %}

{# The condition that a version is current, on its column dbt_valid_to. #}
{% macro snapshot_is_current(valid_to) -%}
  {%- set current = config.get('dbt_valid_to_current') -%}
  {%- if current -%}
    ({{ equals(valid_to, current | trim) | trim }} or {{ valid_to }} is null)
  {%- else -%}
    {{ valid_to }} is null
  {%- endif -%}
{%- endmacro %}

{# Names. #}

{# The columns that a snapshot adds, by their names in dbt. #}
{% macro snapshot_columns() -%}
  {{ return(config.get('snapshot_table_column_names') or get_snapshot_table_column_names()) }}
{%- endmacro %}

{% macro get_snapshot_table_column_names() -%}
  {%- set names = {} -%}
  {%- for name in ['dbt_valid_to', 'dbt_valid_from', 'dbt_scd_id', 'dbt_updated_at', 'dbt_is_deleted'] -%}
    {%- do names.update({name: name}) -%}
  {%- endfor -%}
  {{ return(names) }}
{%- endmacro %}

{# The columns of the key: dbt_unique_key, or dbt_unique_key_1 and so on for a list. #}
{% macro unique_key_columns(unique_key) -%}
  {%- if unique_key is string or unique_key is not iterable -%}
    {{ return([['dbt_unique_key', unique_key]]) }}
  {%- endif -%}
  {%- set columns = [] -%}
  {%- for key in unique_key -%}
    {%- do columns.append(['dbt_unique_key_' ~ loop.index, key]) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{% macro unique_key_fields(unique_key) -%}
  {%- for name, key in unique_key_columns(unique_key) -%}
    {{ key }} as {{ name }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro unique_key_join_on(unique_key, identifier, from_identifier) -%}
  {%- for name, key in unique_key_columns(unique_key) -%}
    {{ equals(identifier ~ '.' ~ name, from_identifier ~ '.' ~ name) | trim }}{{ ' and ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro unique_key_is_null(unique_key, identifier) -%}
  {{ identifier }}.{{ unique_key_columns(unique_key)[0][0] }} is null
{%- endmacro %}

{% macro unique_key_is_not_null(unique_key, identifier) -%}
  {{ identifier }}.{{ unique_key_columns(unique_key)[0][0] }} is not null
{%- endmacro %}

{# The first snapshot. #}

{% macro build_snapshot_table(strategy, sql) -%}
  {{ adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql) }}
{%- endmacro %}

{% macro default__build_snapshot_table(strategy, sql) -%}
  {%- set columns = snapshot_columns() -%}
select
  *,
  {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
  {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
  {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
  {{ get_dbt_valid_to_current(strategy, columns) }}
  {%- if strategy.hard_deletes == 'new_record' %},
  'False' as {{ columns.dbt_is_deleted }}
  {%- endif %}
from (
{{ sql }}
) as snapshot_query
{%- endmacro %}

{# What changed: rows that are to be added (insert), and current versions that end with their next one (update) or with their row
   (delete), which need no more than their dbt_scd_id and dbt_valid_to. #}

{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {{ adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, target_relation) }}
{%- endmacro %}

{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {%- set columns = snapshot_columns() -%}
  {%- set key = strategy.unique_key -%}
  {%- set marks = strategy.hard_deletes == 'new_record' -%}
  {%- set same_key = unique_key_join_on(key, 'snapshotted_data', 'source_data') -%}
  {%- set marked = 'snapshotted_data.' ~ columns.dbt_is_deleted ~ " = 'True'" -%}
  {%- set changed = '(' ~ strategy.row_changed ~ ' or ' ~ marked ~ ')' if marks else '(' ~ strategy.row_changed ~ ')' -%}
with snapshot_query as (
{{ source_sql }}
),

snapshotted_data as (
  select *, {{ unique_key_fields(key) }}
  from {{ target_relation }}
  where {{ snapshot_is_current(columns.dbt_valid_to) }}
),

new_versions as (
  select
    *,
    {{ unique_key_fields(key) }},
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    {{ get_dbt_valid_to_current(strategy, columns) }},
    {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
  from snapshot_query
),

ends_of_versions as (
  select
    *,
    {{ unique_key_fields(key) }},
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_to }}
  from snapshot_query
)

select
  'insert' as dbt_change_type,
  source_data.*
  {%- if marks %},
  'False' as {{ columns.dbt_is_deleted }}
  {%- endif %}
from new_versions as source_data
left join snapshotted_data on {{ same_key }}
where {{ unique_key_is_null(key, 'snapshotted_data') }} or {{ changed }}

union all

select
  'update',
  source_data.*,
  snapshotted_data.{{ columns.dbt_scd_id }}
  {%- if marks %},
  snapshotted_data.{{ columns.dbt_is_deleted }}
  {%- endif %}
from ends_of_versions as source_data
join snapshotted_data on {{ same_key }}
where {{ changed }}
  {%- if strategy.hard_deletes in ['invalidate', 'new_record'] %}

union all

{{ snapshot_deletes(strategy, columns, same_key, 'not coalesce(' ~ marked ~ ', false)' if marks else none) }}
  {%- endif %}
  {%- if marks %}

union all

{{ snapshot_deletion_records(strategy, source_sql, target_relation, columns, same_key, 'not coalesce(' ~ marked ~ ', false)') }}
  {%- endif %}
{%- endmacro %}

{# The current versions of rows that are gone. #}
{% macro snapshot_deletes(strategy, columns, same_key, unless_marked) -%}
select
  'delete',
  source_data.*,
  {{ snapshot_get_time() }},
  {{ snapshot_get_time() }},
  {{ snapshot_get_time() }},
  snapshotted_data.{{ columns.dbt_scd_id }}
  {%- if unless_marked %},
  snapshotted_data.{{ columns.dbt_is_deleted }}
  {%- endif %}
{{ snapshot_gone(strategy, same_key, unless_marked) }}
{%- endmacro %}

{# The versions that tell of rows that they are gone: the last values, marked. A column that the table does not have yet has none. #}
{% macro snapshot_deletion_records(strategy, source_sql, target_relation, columns, same_key, unless_marked) -%}
  {%- set known = get_list_of_column_names(adapter.get_columns_in_relation(target_relation)) -%}
select
  'insert',
  {%- for name in get_columns_in_query(source_sql) %}
  {{ 'snapshotted_data' if name in known else 'source_data' }}.{{ adapter.quote(name) }},
  {%- endfor %}
  {%- for name, key in unique_key_columns(strategy.unique_key) %}
  snapshotted_data.{{ name }},
  {%- endfor %}
  {{ snapshot_get_time() }},
  {{ snapshot_get_time() }},
  snapshotted_data.{{ columns.dbt_valid_to }},
  {{ snapshot_hash_arguments(['snapshotted_data.' ~ columns.dbt_scd_id, snapshot_get_time()]) }},
  'True'
{{ snapshot_gone(strategy, same_key, unless_marked) }}
{%- endmacro %}

{% macro snapshot_gone(strategy, same_key, unless_marked) -%}
from snapshotted_data
left join (select *, {{ unique_key_fields(strategy.unique_key) }} from snapshot_query) as source_data on {{ same_key }}
where {{ unique_key_is_null(strategy.unique_key, 'source_data') }}
  {%- if unless_marked %} and {{ unless_marked }}{% endif %}
{%- endmacro %}

{# Bringing the changes in. #}

{% macro snapshot_merge_sql(target, source, insert_cols) -%}
  {{ adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols) }}
{%- endmacro %}

{# What is to be added matches nothing, not even an old version of the same identifier: a row may come back as it was. #}
{% macro default__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set columns = snapshot_columns() -%}
  {%- set values = [] -%}
  {%- for column in insert_cols -%}
    {%- do values.append('DBT_INTERNAL_SOURCE.' ~ column) -%}
  {%- endfor -%}
merge into {{ target.render() }} as DBT_INTERNAL_DEST
using {{ source }} as DBT_INTERNAL_SOURCE
on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
  and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
  and {{ snapshot_is_current('DBT_INTERNAL_DEST.' ~ columns.dbt_valid_to) }}
when matched then update set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
when not matched and DBT_INTERNAL_SOURCE.dbt_change_type = 'insert' then insert ({{ insert_cols | join(', ') }})
  values ({{ values | join(', ') }})
{%- endmacro %}

{# The same in two statements. #}
{% macro snapshot_update_and_insert_sql(target, source, insert_cols) -%}
  {%- set columns = snapshot_columns() -%}
update {{ target.render() }} as DBT_INTERNAL_DEST
set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
from {{ source }} as DBT_INTERNAL_SOURCE
where DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
  and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
  and {{ snapshot_is_current('DBT_INTERNAL_DEST.' ~ columns.dbt_valid_to) }};
insert into {{ target.render() }} ({{ insert_cols | join(', ') }})
select {{ insert_cols | join(', ') }}
from {{ source }}
where dbt_change_type = 'insert'
{%- endmacro %}

{# Macros for materializations of projects, which make their own use of the above. #}

{% macro build_snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- set changes = make_temp_relation(target_relation) -%}
  {% call statement('build_snapshot_staging_relation') -%}
    {{ create_table_as(true, changes, snapshot_staging_table(strategy, sql, target_relation)) }}
  {%- endcall %}
  {{ return(changes) }}
{%- endmacro %}

{% macro create_columns(relation, columns) -%}
  {{ adapter.dispatch('create_columns', 'dbt')(relation, columns) }}
{%- endmacro %}

{% macro default__create_columns(relation, columns) -%}
  {% do alter_relation_add_remove_columns(relation, columns, none) %}
{%- endmacro %}

{% macro post_snapshot(staging_relation) -%}
  {{ adapter.dispatch('post_snapshot', 'dbt')(staging_relation) }}
{%- endmacro %}

{% macro default__post_snapshot(staging_relation) -%}
{%- endmacro %}

{# A warning where times of the source and times of deletes would not compare. #}

{% macro check_time_data_types(sql) -%}
  {%- set updated_at = get_updated_at_column_data_type(sql) -%}
  {%- set time = get_snapshot_get_time_data_type() -%}
  {%- if updated_at and time and updated_at != time -%}
    {% do exceptions.warn_snapshot_timestamp_data_types(time, updated_at) %}
  {%- endif -%}
{%- endmacro %}

{% macro get_updated_at_column_data_type(snapshot_sql) -%}
  {%- for column in get_column_schema_from_query(snapshot_sql) if column.name | lower == 'dbt_updated_at' -%}
    {{ return(column.dtype) }}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{% macro get_snapshot_get_time_data_type() -%}
  {{ return(get_column_schema_from_query('select ' ~ snapshot_get_time() ~ ' as dbt_snapshot_time')[0].dtype) }}
{%- endmacro %}
