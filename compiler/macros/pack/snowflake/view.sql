{% macro snowflake__create_view_as(relation, sql) -%}
  {{ snowflake_view(relation, sql) }}
{%- endmacro %}

{% macro snowflake__get_replace_view_sql(relation, sql) -%}
  {{ snowflake_view(relation, sql) }}
{%- endmacro %}

{#- Columns of a view are described where it is made, or not at all. https://docs.snowflake.com/en/sql-reference/sql/create-view -#}
{% macro snowflake_view(relation, sql) -%}
  {%- if config.get('contract', {}).get('enforced') -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif -%}
  {{ sql_header_text() }}
  {{- 'create or replace ' }}{{ 'secure ' if config.get('secure') }}view {{ relation }}
  {%- if config.persist_column_docs() and model.columns %} {{ snowflake_described_columns(sql) }}{% endif -%}
  {{ snowflake_policies() }} as (
{{ sql }}
);
{%- endmacro %}

{% macro snowflake_described_columns(sql) -%}
  {%- set lines = [] -%}
  {%- for name in get_columns_in_query(sql) -%}
    {%- do lines.append(snowflake_described_column(name, model.columns)) -%}
  {%- endfor -%}
(
  {{ lines | join(',\n  ') }}
)
{%- endmacro %}

{% macro snowflake__drop_view(relation) -%}
  drop view if exists {{ relation }}
{%- endmacro %}

{% macro snowflake__get_rename_view_sql(relation, new_name) -%}
  alter view {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}

{% macro snowflake__get_scratch_view_sql(relation, sql) -%}
  {{ sql_header_text() }}
  {{- 'create or replace view' }} {{ relation }} as (
{{ sql }}
);
{%- endmacro %}
