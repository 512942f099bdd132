{#- There are no temporary tables: one for the rows of a strategy is a table like others, with the properties of the model. -#}
{% macro trino__create_table_as(temporary, relation, sql, on_exists=none) -%}
  {%- set create = {'replace': 'create or replace table', 'skip': 'create table if not exists'}.get(on_exists, 'create table') -%}
  {{ sql_header_text() }}
  {%- if config.get('contract', {}).get('enforced') and not temporary -%}
    {{ get_assert_columns_equivalent(sql) -}}
{{ create }} {{ relation }} {{ get_table_columns_and_constraints() }}{{ trino_with(temporary) }};
insert into {{ relation }} ({{ adapter.dispatch('get_column_names', 'dbt')() }})
{{ get_select_subquery(sql) }}
  {%- else -%}
{{ create }} {{ relation }}{{ trino_with(temporary) }} as (
{{ sql }}
)
  {%- endif -%}
{%- endmacro %}

{% macro trino__get_replace_table_sql(relation, sql) -%}
  {{ trino__create_table_as(false, relation, sql, on_exists='replace') }}
{%- endmacro %}

{#- The properties of a table as the model's config has them: properties, a dict of expressions, and file_format and table_format for two of
    them. -#}
{% macro properties(temporary=False) -%}
  {%- set given = dict(config.get('properties') or {}) -%}
  {%- for name, property in [('file_format', 'format'), ('table_format', 'type')] if config.get(name) -%}
    {%- if property in given -%}
      {% do exceptions.raise_compiler_error("You can specify either '" ~ name ~ "' or 'properties." ~ property ~ "' configurations, but not both.") %}
    {%- endif -%}
    {%- do given.update({property: "'" ~ config.get(name) ~ "'"}) -%}
  {%- endfor -%}
  {#- Two tables cannot be in one place. -#}
  {%- if temporary and given.get('location') -%}
    {%- do given.update({'location': given['location'].rstrip("'") ~ "__dbt_tmp'"}) -%}
  {%- endif -%}
  {%- set lines = [] -%}
  {%- for name, value in given.items() -%}
    {%- do lines.append(name ~ ' = ' ~ value) -%}
  {%- endfor -%}
  {%- if lines -%}
with (
  {{ lines | join(',\n  ') }}
)
  {%- endif -%}
{%- endmacro %}

{% macro trino_with(temporary) -%}
  {%- set with = properties(temporary) | trim -%}
  {{ return('\n' ~ with if with else '') }}
{%- endmacro %}

{% macro trino__drop_table(relation) -%}
  drop table if exists {{ relation }}
{%- endmacro %}

{#- A bare name would be one of the session's schema. -#}
{% macro trino__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}
