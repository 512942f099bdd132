{% macro duckdb__get_incremental_default_sql(arg_dict) -%}
  {{ return(get_incremental_delete_insert_sql(arg_dict)) }}
{%- endmacro %}

{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set predicates = as_list(incremental_predicates) -%}
  {%- if unique_key and unique_key is not string -%}
delete from {{ target }} as DBT_INCREMENTAL_TARGET
using {{ source }}
where (
    {%- for key in unique_key %}
  {{ 'and ' if not loop.first }}{{ source }}.{{ key }} = DBT_INCREMENTAL_TARGET.{{ key }}
    {%- endfor %}
    {%- for predicate in predicates %}
  and {{ predicate }}
    {%- endfor %}
);
{% elif unique_key -%}
delete from {{ target }}
where ({{ unique_key }}) in (
  select ({{ unique_key }})
  from {{ source }}
)
    {%- for predicate in predicates %}
  and {{ predicate }}
    {%- endfor %};
{% endif -%}
  {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}

{#- Each statement changes one thing: DuckDB alters one column at a time. -#}
{% macro duckdb__get_alter_columns_sql(relation, add_columns, remove_columns) -%}
  {%- for column in add_columns or [] %}
alter {{ relation.type }} {{ relation }} add column {{ adapter.quote(column.name) }} {{ column.data_type }};
  {%- endfor %}
  {%- for column in remove_columns or [] %}
alter {{ relation.type }} {{ relation }} drop column {{ adapter.quote(column.name) }};
  {%- endfor %}
{%- endmacro %}

{#- In place, since a table that a transaction has updated cannot be altered any more. -#}
{% macro duckdb__get_alter_column_type_sql(relation, column_name, new_column_type) -%}
  alter table {{ relation }} alter column {{ adapter.quote(column_name) }} set data type {{ new_column_type }}
{%- endmacro %}

{#- Merge has the configs of dbt's DuckDB adapter: either the merge_… ones for the two usual clauses, or merge_clauses for all of them. -#}
{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- do duckdb_check_merge(config) -%}
  {%- set clauses = duckdb_merge_clauses(config) -%}
  {{ sql_header_text() }}
  {{- 'merge into' }} {{ target }} as DBT_INTERNAL_DEST
using {{ source }} as DBT_INTERNAL_SOURCE
{{ duckdb_merge_join(unique_key, as_list(config.get('merge_on_using_columns')), as_list(incremental_predicates)) }}
  {%- for clause in clauses['when_matched'] %}
when matched{{ duckdb_merge_condition(clause) }} then {{ duckdb_merge_action(clause, dest_columns) }}
  {%- endfor %}
  {%- for clause in clauses['when_not_matched'] %}
when not matched{{ ' by ' ~ clause['by'] if clause.get('by') }}{{ duckdb_merge_condition(clause) }} then {{ duckdb_merge_action(clause, dest_columns) }}
  {%- endfor %}
  {%- set returning = as_list(config.get('merge_returning_columns')) %}
  {%- if returning %}
returning {{ returning | join(', ') }}
  {%- endif %}
{%- endmacro %}

{% macro duckdb_merge_clauses(config) -%}
  {%- set update = {'action': 'update', 'mode': 'by_name', 'condition': config.get('merge_update_condition')} -%}
  {%- set include, exclude = config.get('merge_update_columns') or [], config.get('merge_exclude_columns') or [] -%}
  {%- set expressions = config.get('merge_update_set_expressions') or {} -%}
  {%- if include or exclude or expressions -%}
    {%- do update.update({'mode': 'explicit', 'update': {'include': include, 'exclude': exclude, 'set_expressions': expressions}}) -%}
  {%- endif -%}
  {%- set insert = {'action': 'insert', 'mode': 'by_name', 'condition': config.get('merge_insert_condition')} -%}
  {%- set own = config.get('merge_clauses') or {} -%}
  {{ return({'when_matched': own.get('when_matched', [update]), 'when_not_matched': own.get('when_not_matched', [insert])}) }}
{%- endmacro %}

{% macro duckdb_merge_join(unique_key, using_columns, predicates) -%}
  {%- if using_columns -%}
    using ({{ using_columns | join(', ') }})
    {%- if predicates %} on ({{ predicates | join(') and (') }}){% endif -%}
  {%- else -%}
    {%- set conditions = [] -%}
    {%- for key in as_list(unique_key) -%}
      {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
    on ({{ ((conditions or ['FALSE']) + predicates) | join(') and (') }})
  {%- endif -%}
{%- endmacro %}

{% macro duckdb_merge_condition(clause) -%}
  {%- set condition = clause.get('condition') -%}
  {%- if condition is string and condition %} and {{ condition }}
  {%- elif condition %} and ({{ condition | join(') and (') }})
  {%- endif -%}
{%- endmacro %}

{% macro duckdb_merge_action(clause, dest_columns) -%}
  {%- set action, mode = clause.get('action'), clause.get('mode') -%}
  {%- set modes = {'by_name': 'by name', 'by_position': 'by position'} -%}
  {%- if action == 'update' and mode in modes -%}
    update {{ modes[mode] }}
  {%- elif action == 'update' and mode == 'star' -%}
    update set *
  {%- elif action == 'update' -%}
    update set {{ duckdb_merge_assignments(clause, dest_columns) }}
  {%- elif action == 'insert' and mode in modes -%}
    insert {{ modes[mode] }}
  {%- elif action == 'insert' and mode == 'explicit' -%}
    insert ({{ clause.get('insert', {}).get('columns', []) | join(', ') }}) values ({{ clause.get('insert', {}).get('values', []) | join(', ') }})
  {%- elif action == 'insert' -%}
    insert *
  {%- elif action == 'delete' -%}
    delete
  {%- elif action == 'do_nothing' -%}
    do nothing
  {%- elif action == 'error' -%}
    error{% if clause.get('error_message') %} '{{ clause['error_message'] | replace("'", "''") }}'{% endif %}
  {%- else -%}
    {% do exceptions.raise_compiler_error("merge_clauses: unknown action '" ~ action ~ "'") %}
  {%- endif -%}
{%- endmacro %}

{#- An expression goes before the columns that are taken over as they are. -#}
{% macro duckdb_merge_assignments(clause, dest_columns) -%}
  {%- set update = clause.get('update') or {} -%}
  {%- set expressions = update.get('set_expressions') or clause.get('set_expressions') or {} -%}
  {%- set assignments = [] -%}
  {%- for column, expression in expressions.items() -%}
    {%- do assignments.append(column ~ ' = ' ~ expression) -%}
  {%- endfor -%}
  {%- if clause.get('mode') == 'explicit' -%}
    {%- for column in get_merge_update_columns(update.get('include') or [], update.get('exclude') or [], dest_columns)
        if column.replace('"', '') not in expressions -%}
      {%- do assignments.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- assignments | join(', ') -}}
{%- endmacro %}

{% macro duckdb_check_merge(config) -%}
  {%- set errors = [] -%}
  {%- for name in ['merge_update_condition', 'merge_insert_condition'] -%}
    {%- set value = config.get(name) -%}
    {%- if value is not none and value is not string -%}
      {%- do errors.append(name ~ ' must be a string, found: ' ~ value) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for name in ['merge_on_using_columns', 'merge_update_columns', 'merge_exclude_columns', 'merge_returning_columns'] -%}
    {%- set value = config.get(name) -%}
    {%- if value is not none and (value is string or value is mapping or value is not sequence) -%}
      {%- do errors.append(name ~ ' must be a list') -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set expressions, clauses = config.get('merge_update_set_expressions'), config.get('merge_clauses') -%}
  {%- if expressions is not none and expressions is not mapping -%}
    {%- do errors.append('merge_update_set_expressions must be a dictionary, found: ' ~ expressions) -%}
  {%- endif -%}
  {%- if clauses is not none -%}
    {%- do errors.extend(duckdb_check_merge_clauses(config, clauses)) -%}
  {%- endif -%}
  {%- if errors -%}
    {% do exceptions.raise_compiler_error('MERGE configuration errors:\n' ~ errors | join('\n')) %}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb_check_merge_clauses(config, clauses) -%}
  {%- if clauses is not mapping -%}
    {{ return(['merge_clauses must be a dictionary, found: ' ~ clauses]) }}
  {%- endif -%}
  {%- set errors = [] -%}
  {%- if 'when_matched' not in clauses and 'when_not_matched' not in clauses -%}
    {%- do errors.append("merge_clauses must contain at least one of 'when_matched' or 'when_not_matched' keys") -%}
  {%- endif -%}
  {%- for name in ['when_matched', 'when_not_matched'] if name in clauses -%}
    {%- set list = clauses[name] -%}
    {%- if list is string or list is mapping or list is not sequence -%}
      {%- do errors.append('merge_clauses.' ~ name ~ ' must be a list') -%}
    {%- elif not list -%}
      {%- do errors.append('merge_clauses.' ~ name ~ ' must contain at least one element') -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set ignored = [] -%}
  {%- for name in ['merge_update_condition', 'merge_insert_condition', 'merge_update_columns', 'merge_update_set_expressions', 'merge_exclude_columns'] if config.get(name) -%}
    {%- do ignored.append(name) -%}
  {%- endfor -%}
  {%- if ignored -%}
    {%- do errors.append('When merge_clauses is specified, the following basic merge configurations will be ignored and should be removed: ' ~ ignored | join(', ') ~ '. Define your merge behavior within merge_clauses instead.') -%}
  {%- endif -%}
  {{ return(errors) }}
{%- endmacro %}
