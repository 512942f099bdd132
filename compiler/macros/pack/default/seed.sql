{#- get_create_csv_table_sql is what mod calls: columns are dicts of name and type. -#}
{% macro get_create_csv_table_sql(relation, columns) -%}
  {{ adapter.dispatch('get_create_csv_table_sql', 'dbt')(relation, columns) }}
{%- endmacro %}

{% macro default__get_create_csv_table_sql(relation, columns) -%}
  {%- set quote = config.get('quote_columns') -%}
create table {{ relation.render() }} (
  {%- for column in columns %}
  {{ adapter.quote_seed_column(column['name'], quote) }} {{ column['type'] }}{{ ',' if not loop.last }}
  {%- endfor %}
)
{%- endmacro %}

{#- The names below are dbt's, for projects that write their own seed materialization. -#}

{% macro create_csv_table(model, agate_table) -%}
  {{ adapter.dispatch('create_csv_table', 'dbt')(model, agate_table) }}
{%- endmacro %}

{% macro default__create_csv_table(model, agate_table) -%}
  {%- set types = model['config'].get('column_types', {}) -%}
  {%- set columns = [] -%}
  {%- for name in agate_table.column_names -%}
    {%- do columns.append({'name': name, 'type': types.get(name) or adapter.convert_type(agate_table, loop.index0)}) -%}
  {%- endfor -%}
  {%- set statement_text = get_create_csv_table_sql(this, columns) -%}
  {% call statement('_') %}{{ statement_text }}{% endcall %}
  {{ return(statement_text) }}
{%- endmacro %}

{% macro reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {{ adapter.dispatch('reset_csv_table', 'dbt')(model, full_refresh, old_relation, agate_table) }}
{%- endmacro %}

{% macro default__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {%- if full_refresh -%}
    {%- do adapter.drop_relation(old_relation) -%}
    {{ return(create_csv_table(model, agate_table)) }}
  {%- endif -%}
  {%- do adapter.truncate_relation(old_relation) -%}
  {{ return(get_truncate_sql(old_relation)) }}
{%- endmacro %}

{% macro get_csv_sql(create_or_truncate_sql, insert_sql) -%}
  {{ adapter.dispatch('get_csv_sql', 'dbt')(create_or_truncate_sql, insert_sql) }}
{%- endmacro %}

{% macro default__get_csv_sql(create_or_truncate_sql, insert_sql) -%}
{{ create_or_truncate_sql }};
-- dbt seed --
{{ insert_sql }}
{%- endmacro %}

{% macro get_binding_char() -%}
  {{ adapter.dispatch('get_binding_char', 'dbt')() }}
{%- endmacro %}

{% macro default__get_binding_char() -%}
  {{ return('%s') }}
{%- endmacro %}

{% macro get_batch_size() -%}
  {{ return(adapter.dispatch('get_batch_size', 'dbt')()) }}
{%- endmacro %}

{% macro default__get_batch_size() -%}
  {{ return(10000) }}
{%- endmacro %}

{% macro get_seed_column_quoted_csv(model, column_names) -%}
  {%- set quoted = [] -%}
  {%- for name in column_names -%}
    {%- do quoted.append(adapter.quote_seed_column(name, model['config'].get('quote_columns'))) -%}
  {%- endfor -%}
  {{ return(quoted | join(', ')) }}
{%- endmacro %}

{% macro load_csv_rows(model, agate_table) -%}
  {{ return(adapter.dispatch('load_csv_rows', 'dbt')(model, agate_table)) }}
{%- endmacro %}

{#- It returns the first statement, to be shown. -#}
{% macro default__load_csv_rows(model, agate_table) -%}
  {%- set names = get_seed_column_quoted_csv(model, agate_table.column_names) -%}
  {%- set row_of_marks = '(' ~ ([get_binding_char() | trim] * (agate_table.column_names | length)) | join(', ') ~ ')' -%}
  {%- set statements = [] -%}
  {%- for chunk in agate_table.rows | batch(get_batch_size() | int) -%}
    {%- set bindings = [] -%}
    {%- for row in chunk -%}{%- do bindings.extend(row) -%}{%- endfor -%}
    {%- set insert = 'insert into ' ~ this.render() ~ ' (' ~ names ~ ') values ' ~ ([row_of_marks] * (chunk | length)) | join(', ') -%}
    {%- do adapter.add_query(insert, bindings=bindings, abridge_sql_log=True) -%}
    {%- do statements.append(insert) -%}
  {%- endfor -%}
  {{ return(statements | first) }}
{%- endmacro %}
