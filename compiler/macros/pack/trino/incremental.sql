{#- Deleting and inserting are two commits. Where a merge is one, it does both: besides the new rows its source has each of their keys once, with
    which the old rows are found and deleted. -#}
{% macro trino__get_incremental_delete_insert_sql(arg_dict) -%}
  {%- set keys, names = as_list(arg_dict['unique_key']), [] -%}
  {%- for column in arg_dict['dest_columns'] -%}
    {%- do names.append(column.name | lower) -%}
  {%- endfor -%}
  {%- set plain = keys | map('lower') | select('in', names) | list -%}
  {%- if arg_dict.get('atomic_merge') and keys and plain | length == keys | length and not arg_dict['incremental_predicates'] -%}
    {%- set same = [] -%}
    {%- for key in keys -%}
      {%- do same.append('DBT_INTERNAL_DEST.' ~ adapter.quote(key) ~ ' = DBT_INTERNAL_SOURCE.' ~ adapter.quote(key)) -%}
    {%- endfor -%}
    {{ return(trino_delete_and_insert(arg_dict, 'distinct', plain, same | join(' and '))) }}
  {%- endif -%}
  {{ return(get_delete_insert_merge_sql(
    arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['unique_key'], arg_dict['dest_columns'], arg_dict['incremental_predicates'])) }}
{%- endmacro %}

{#- A merge that deletes the rows that are the same as one of the source's marks, and inserts its other rows. A mark has the columns in kept, the others are
    null. -#}
{% macro trino_delete_and_insert(arg_dict, quantity, kept, same) -%}
  {%- set names, marks, values = [], [], [] -%}
  {%- for column in arg_dict['dest_columns'] -%}
    {%- set name = adapter.quote(column.name) -%}
    {%- do names.append(name) -%}
    {%- do marks.append(name if column.name | lower in kept else 'null') -%}
    {%- do values.append('DBT_INTERNAL_SOURCE.' ~ name) -%}
  {%- endfor -%}
merge into {{ arg_dict['target_relation'] }} as DBT_INTERNAL_DEST
using (
  select {{ names | join(', ') }}, 0 as dbt_mark
  from {{ arg_dict['temp_relation'] }}
  union all
  select {{ quantity }} {{ marks | join(', ') }}, 1
  {{- '\n  from ' ~ arg_dict['temp_relation'] if kept }}
) as DBT_INTERNAL_SOURCE
on {{ same }} and DBT_INTERNAL_SOURCE.dbt_mark = 1
when matched then delete
when not matched and DBT_INTERNAL_SOURCE.dbt_mark = 0 then insert ({{ names | join(', ') }})
  values ({{ values | join(', ') }})
{%- endmacro %}

{#- DELETE takes no alias. -#}
{% macro trino__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- if unique_key -%}
delete from {{ target }}
where {{ trino_has_key(target, source, unique_key) }}
    {%- for predicate in as_list(incremental_predicates) %}
  and {{ predicate }}
    {%- endfor %};
{% endif -%}
  {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}

{#- The condition that a row of the target has a key of the source's rows. -#}
{% macro trino_has_key(target, source, unique_key) -%}
  {%- if unique_key is string -%}
({{ unique_key }}) in (select {{ unique_key }} from {{ source }})
  {%- else -%}
    {%- set same = [] -%}
    {%- for key in unique_key -%}
      {%- do same.append(target ~ '.' ~ key ~ ' = ' ~ source ~ '.' ~ key) -%}
    {%- endfor -%}
exists (select 1 from {{ source }} where {{ same | join(' and ') }})
  {%- endif -%}
{%- endmacro %}

{#- Without a key no row matches another, and all are new. -#}
{% macro trino__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- if not unique_key -%}
    {{ return(sql_header_text() ~ get_insert_into_sql(target, source, dest_columns)) }}
  {%- endif -%}
  {%- set names, values = [], [] -%}
  {%- for column in dest_columns -%}
    {%- do names.append(adapter.quote(column.name)) -%}
    {%- do values.append('DBT_INTERNAL_SOURCE.' ~ adapter.quote(column.name)) -%}
  {%- endfor -%}
  {%- set updated = get_merge_update_columns(config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns) -%}
  {{ sql_header_text() }}
  {{- 'merge into' }} {{ target }} as DBT_INTERNAL_DEST
using {{ source }} as DBT_INTERNAL_SOURCE
on ({{ (as_list(incremental_predicates) + merge_conditions(unique_key)) | join(') and (') }})
  {%- if updated %}
when matched then update set
  {% for column in updated -%}
    {{ column }} = DBT_INTERNAL_SOURCE.{{ column }}{{ ', ' if not loop.last }}
  {%- endfor %}
  {%- endif %}
when not matched then insert
  ({{ names | join(', ') }})
values
  ({{ values | join(', ') }})
{%- endmacro %}

{#- Each statement changes one thing. -#}
{% macro trino__get_alter_columns_sql(relation, add_columns, remove_columns) -%}
  {%- for column in add_columns or [] %}
alter table {{ relation }} add column {{ adapter.quote(column.name) }} {{ column.data_type }};
  {%- endfor %}
  {%- for column in remove_columns or [] %}
alter table {{ relation }} drop column {{ adapter.quote(column.name) }};
  {%- endfor %}
{%- endmacro %}

{#- Few connectors change a type in place, and none all of them. -#}
{% macro trino__get_alter_column_type_sql(relation, column_name, new_column_type) -%}
  {%- set old = adapter.quote(column_name) -%}
  {%- set new = adapter.quote(column_name ~ '__dbt_alter') -%}
alter table {{ relation }} add column {{ new }} {{ new_column_type }};
update {{ relation }} set {{ new }} = cast({{ old }} as {{ new_column_type }});
alter table {{ relation }} drop column {{ old }};
alter table {{ relation }} rename column {{ new }} to {{ old }}
{%- endmacro %}
