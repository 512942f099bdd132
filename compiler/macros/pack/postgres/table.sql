{% macro postgres__create_table_as(temporary, relation, sql) -%}
  {%- set enforced = config.get('contract', {}).get('enforced') -%}
  {%- if enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif -%}
  {{ sql_header_text() }}
  {#- The only database there is, is the one of the session. -#}
create {% if temporary %}temporary {% elif config.get('unlogged', default=false) %}unlogged {% endif %}table {{ relation }}
  {%- if enforced and not temporary %} {{ get_table_columns_and_constraints() }};
insert into {{ relation }} ({{ adapter.dispatch('get_column_names', 'dbt')() }}) (
{{ get_select_subquery(sql) }}
);
  {%- else %} as (
{{ sql }}
);
  {%- endif -%}
{%- endmacro %}

{#- Types that hold the same values keep a contract, as in dbt, whose driver does not tell them apart. -#}
{% macro postgres__format_column(column) -%}
  {%- set families = {'smallint': 'integer', 'real': 'double precision', 'character varying': 'text', 'character': 'text', 'name': 'text', '"char"': 'text'} -%}
  {{ return({
    'name': column.name,
    'data_type': column.dtype,
    'formatted': column.column.lower() ~ ' ' ~ families.get(column.dtype.lower(), column.dtype)
  }) }}
{%- endmacro %}
