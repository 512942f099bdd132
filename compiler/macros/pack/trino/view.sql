{% macro trino__create_view_as(relation, sql) -%}
  {{ trino_view('create view', relation, sql) }}
{%- endmacro %}

{% macro trino__get_replace_view_sql(relation, sql) -%}
  {{ trino_view('create or replace view', relation, sql) }}
{%- endmacro %}

{#- view_security tells whose rights count when the view is read: those of who made it (definer), or of who reads (invoker). -#}
{% macro trino_view(create, relation, sql) -%}
  {%- set security = config.get('view_security') or 'definer' -%}
  {%- if security | lower not in ['definer', 'invoker'] -%}
    {% do exceptions.raise_compiler_error("view_security is '" ~ security ~ "', not definer or invoker") %}
  {%- endif -%}
  {%- if config.get('contract', {}).get('enforced') -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif -%}
  {{ sql_header_text() }}
  {{- create }} {{ relation }} security {{ security }} as
{{ sql }}
{%- endmacro %}

{% macro trino__drop_view(relation) -%}
  drop view if exists {{ relation }}
{%- endmacro %}

{% macro trino__get_rename_view_sql(relation, new_name) -%}
  alter view {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}
