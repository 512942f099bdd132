{#- create_table_as is the name that projects override; get_create_table_as_sql is what materializations call. -#}
{% macro get_create_table_as_sql(temporary, relation, sql) -%}
  {{ adapter.dispatch('get_create_table_as_sql', 'dbt')(temporary, relation, sql) }}
{%- endmacro %}

{% macro default__get_create_table_as_sql(temporary, relation, sql) -%}
  {{ return(create_table_as(temporary, relation, sql)) }}
{%- endmacro %}

{% macro create_table_as(temporary, relation, compiled_code, language='sql') -%}
  {%- if language == 'sql' -%}
    {{ adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code) }}
  {%- else -%}
    {{ adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code, language) }}
  {%- endif -%}
{%- endmacro %}

{% macro default__create_table_as(temporary, relation, sql) -%}
  {{ sql_header_text() }}
  {%- if config.get('contract', {}).get('enforced') and not temporary -%}
    {{ get_assert_columns_equivalent(sql) -}}
create table {{ relation.render() }} {{ get_table_columns_and_constraints() }} as (
{{ get_select_subquery(sql) }}
);
  {%- else -%}
create {% if temporary %}temporary {% endif %}table {{ relation.include(database=(not temporary), schema=(not temporary)) }} as (
{{ sql }}
);
  {%- endif -%}
{%- endmacro %}

{#- sql_header_text is the statements that a model wants before its own, on a line of their own. -#}
{% macro sql_header_text() -%}
  {%- set header = config.get('sql_header', none) -%}
  {%- if header -%}
    {{ header }}
{% endif -%}
{%- endmacro %}

{% macro set_sql_header(config) -%}
  {{ config.set('sql_header', caller()) }}
{%- endmacro %}

{% macro get_replace_table_sql(relation, sql) -%}
  {{ adapter.dispatch('get_replace_table_sql', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro default__get_replace_table_sql(relation, sql) -%}
  {{ exceptions.raise_compiler_error("`get_replace_table_sql` has not been implemented for this adapter.") }}
{%- endmacro %}

{% macro drop_table(relation) -%}
  {{ adapter.dispatch('drop_table', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__drop_table(relation) -%}
  drop table if exists {{ relation.render() }} cascade
{%- endmacro %}

{% macro get_rename_table_sql(relation, new_name) -%}
  {{ adapter.dispatch('get_rename_table_sql', 'dbt')(relation, new_name) }}
{%- endmacro %}

{% macro default__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation.render() }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}

{#- Contracts: the columns of a model as its properties describe them. -#}

{% macro get_select_subquery(sql) -%}
  {{ return(adapter.dispatch('get_select_subquery', 'dbt')(sql)) }}
{%- endmacro %}

{% macro default__get_select_subquery(sql) -%}
select {{ adapter.dispatch('get_column_names', 'dbt')() }}
from (
{{ sql }}
) as model_subq
{%- endmacro %}

{% macro default__get_column_names() -%}
  {%- for column in model['columns'].values() -%}
    {{ contract_column_name(column) }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro contract_column_name(column) -%}
  {{ return(adapter.quote(column['name']) if column.get('quote') else column['name']) }}
{%- endmacro %}

{% macro get_table_columns_and_constraints() -%}
  {{ adapter.dispatch('get_table_columns_and_constraints', 'dbt')() }}
{%- endmacro %}

{% macro default__get_table_columns_and_constraints() -%}
  {{ return(table_columns_and_constraints()) }}
{%- endmacro %}

{% macro table_columns_and_constraints() -%}
  {%- set lines = adapter.render_raw_columns_constraints(raw_columns=model['columns'])
      + adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
(
  {{ lines | join(',\n  ') }}
)
{%- endmacro %}

{% macro get_assert_columns_equivalent(sql) -%}
  {{ adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql) }}
{%- endmacro %}

{% macro default__get_assert_columns_equivalent(sql) -%}
  {{ return(assert_columns_equivalent(sql)) }}
{%- endmacro %}

{#- Fails if the query does not return the columns that the contract promises, in whatever order. -#}
{% macro assert_columns_equivalent(sql) -%}
  {%- set promised = model['columns'] -%}
  {%- if not promised -%}
    {% do exceptions.raise_contract_error([], []) %}
  {%- endif -%}
  {%- set has = format_columns(get_column_schema_from_query(sql, config.get('sql_header', none))) -%}
  {%- set wants = format_columns(get_column_schema_from_query(get_empty_schema_sql(promised))) -%}
  {%- set expected = [] -%}
  {%- for column in wants -%}
    {%- do expected.append([column['name'], column['formatted']]) -%}
  {%- endfor -%}
  {%- set matching = [] -%}
  {%- for column in has if [column['name'], column['formatted']] in expected -%}
    {%- do matching.append(column['name']) -%}
  {%- endfor -%}
  {%- if matching | length != wants | length or has | length != wants | length -%}
    {% do exceptions.raise_contract_error(wants, has) %}
  {%- endif -%}
{%- endmacro %}

{% macro format_columns(columns) -%}
  {%- set formatted = [] -%}
  {%- for column in columns -%}
    {%- do formatted.append(adapter.dispatch('format_column', 'dbt')(column)) -%}
  {%- endfor -%}
  {{ return(formatted) }}
{%- endmacro %}

{% macro default__format_column(column) -%}
  {{ return({'name': column.name, 'data_type': column.dtype, 'formatted': column.column.lower() ~ ' ' ~ column.dtype}) }}
{%- endmacro %}

{% macro get_column_schema_from_query(select_sql, select_sql_header=none) -%}
  {{ return(adapter.get_column_schema_from_query(get_empty_subquery_sql(select_sql, select_sql_header))) }}
{%- endmacro %}

{% macro get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {{ return(adapter.dispatch('get_empty_subquery_sql', 'dbt')(select_sql, select_sql_header)) }}
{%- endmacro %}

{% macro default__get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {%- if select_sql_header is not none -%}
    {{ select_sql_header }}
{% endif -%}
select * from (
{{ select_sql }}
) as __dbt_sbq
where false
limit 0
{%- endmacro %}

{% macro get_empty_schema_sql(columns) -%}
  {{ return(adapter.dispatch('get_empty_schema_sql', 'dbt')(columns)) }}
{%- endmacro %}

{% macro default__get_empty_schema_sql(columns) -%}
  {%- set untyped = [] -%}
  {%- set vague = [] -%}
  {%- for column in columns.values() -%}
    {%- if not column.get('data_type') -%}
      {%- do untyped.append(column['name']) -%}
    {%- elif column['data_type'].strip().lower() in ('numeric', 'decimal', 'number') -%}
      {%- do vague.append(column['name']) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if untyped -%}
    {% do exceptions.column_type_missing(column_names=untyped) %}
  {%- elif vague -%}
    {% do exceptions.warn('Detected columns with numeric type and unspecified precision/scale, this can lead to unintended rounding: ' ~ vague ~ '`') %}
  {%- endif -%}
select {% for column in columns.values() -%}
    {{ cast('null', column['data_type']) }} as {{ contract_column_name(column) }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro get_columns_in_query(select_sql) -%}
  {{ return(adapter.dispatch('get_columns_in_query', 'dbt')(select_sql)) }}
{%- endmacro %}

{% macro default__get_columns_in_query(select_sql) -%}
  {%- call statement('get_columns_in_query', fetch_result=True, auto_begin=False) -%}
    {{ get_empty_subquery_sql(select_sql) }}
  {%- endcall -%}
  {{ return(load_result('get_columns_in_query').table.columns | map(attribute='name') | list) }}
{%- endmacro %}
