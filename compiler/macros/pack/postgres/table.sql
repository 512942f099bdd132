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

{#- Types go by the names of the driver that dbt uses, which does not tell all of them apart: a contract is kept by what has the
    same name. -#}
{% macro postgres__format_column(column) -%}
  {%- set names = {
    'smallint': 'INTEGER', 'integer': 'INTEGER', 'bigint': 'LONGINTEGER', 'numeric': 'DECIMAL', 'real': 'FLOAT', 'double precision': 'FLOAT',
    'boolean': 'BOOLEAN', 'text': 'TEXT', 'character varying': 'TEXT', 'character': 'TEXT', 'name': 'TEXT', '"char"': 'TEXT',
    'date': 'DATE', 'time without time zone': 'TIME', 'time with time zone': 'TIME', 'interval': 'INTERVAL', 'bytea': 'BINARY',
    'timestamp without time zone': 'DATETIME', 'timestamp with time zone': 'DATETIMETZ', 'json': 'JSON', 'jsonb': 'JSONB'
  } -%}
  {%- set strings = ['text', 'character varying', 'character', 'name'] -%}
  {%- set type = column.dtype.lower() -%}
  {%- set element = type.removesuffix('[]') -%}
  {%- set name = names.get(element, element) -%}
  {%- if element != type -%}
    {%- set name = ('STRING' if element in strings else name) ~ 'ARRAY' -%}
  {%- endif -%}
  {{ return({'name': column.name, 'data_type': name, 'formatted': column.column.lower() ~ ' ' ~ name}) }}
{%- endmacro %}
