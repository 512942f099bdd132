{#- Unit tests: the rows that stand for what a model reads, those that are expected of it, and both beside each other. A row is a
    dict; letter case does not count in the names of its columns. -#}

{#- column_name_to_data_types has the columns by their names, with "" where the rows alone tell the type. -#}
{% macro get_fixture_sql(rows, column_name_to_data_types=none) -%}
  {{ return(adapter.dispatch('get_fixture_sql', 'dbt')(rows, column_name_to_data_types)) }}
{%- endmacro %}

{% macro default__get_fixture_sql(rows, column_name_to_data_types=none) -%}
  {%- set columns = column_name_to_data_types or fixture_columns(this) -%}
  {%- if not columns -%}
    {% do exceptions.raise_compiler_error("Not able to get columns for unit test '" ~ model.name ~ "' from relation " ~ this ~ " because the relation doesn't exist") %}
  {%- endif -%}
  {%- do validate_fixture_rows(rows, row_number) -%}
  {%- set types = {} -%}
  {%- for name, type in columns.items() -%}
    {%- do types.update({name | lower: type or fixture_type(rows, name)}) -%}
  {%- endfor -%}
  {%- set queries = [] -%}
  {%- for row in rows or [{}] -%}
    {%- set values, selected = format_row(row, types), [] -%}
    {%- for name in columns -%}
      {%- set value = values.get(name | lower, fixture_value(none, types[name | lower])) -%}
      {%- do selected.append(value ~ ' as ' ~ adapter.quote(name)) -%}
    {%- endfor -%}
    {%- do queries.append('select ' ~ selected | join(', ')) -%}
  {%- endfor -%}
  {{ return('-- Fixture for ' ~ model.name ~ '\n' ~ queries | join('\nunion all\n') ~ ('' if rows else '\nlimit 0')) }}
{%- endmacro %}

{% macro fixture_columns(relation) -%}
  {%- set columns = {} -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do columns.update({column.name: column.data_type}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{#- fixture_type is the type that all values of a column have, "" if there are none. -#}
{% macro fixture_type(rows, name) -%}
  {%- set kinds = [] -%}
  {%- for row in rows -%}
    {%- for key, value in row.items() if key | lower == name | lower and value is not none -%}
      {%- do kinds.append(
        'boolean' if value is boolean
        else ('integer' if -2147483648 <= value <= 2147483647 else 'bigint') if value is integer
        else 'float' if value is float
        else 'string' if value is string
        else '') -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set kinds = kinds | unique | list -%}
  {%- if kinds | length == 1 and kinds[0] -%}
    {{ return(api.Column.translate_type(kinds[0])) }}
  {%- elif 'float' in kinds and kinds | reject('in', ['integer', 'bigint', 'float']) | list == [] -%}
    {{ return(api.Column.translate_type('float')) }}
  {%- elif 'bigint' in kinds and kinds | reject('in', ['integer', 'bigint']) | list == [] -%}
    {{ return(api.Column.translate_type('bigint')) }}
  {%- endif -%}
  {{ return('') }}
{%- endmacro %}

{#- format_row is a row as expressions of the columns' types, by names in lower case. -#}
{% macro format_row(row, column_name_to_data_types) -%}
  {%- set formatted = {} -%}
  {%- for key, value in row.items() -%}
    {%- set name = key | lower -%}
    {%- if name not in column_name_to_data_types -%}
      {%- set whose = 'expected output' if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
      {% do exceptions.raise_compiler_error(
        "Invalid column name: '" ~ name ~ "' in unit test fixture for " ~ whose ~ "."
        ~ "\nAccepted columns for " ~ whose ~ " are: " ~ (column_name_to_data_types.keys() | list)) %}
    {%- endif -%}
    {%- do formatted.update({name: fixture_value(value, column_name_to_data_types[name])}) -%}
  {%- endfor -%}
  {{ return(formatted) }}
{%- endmacro %}

{#- fixture_value is a value as an expression. Text is not cut to the length that a column happens to have. -#}
{% macro fixture_value(value, type) -%}
  {%- set expression = value -%}
  {%- if value is none -%}
    {%- set expression = 'null' -%}
  {%- elif value is string -%}
    {%- set expression = dbt.string_literal(dbt.escape_single_quotes(value)) -%}
    {%- if type | lower is in ['varchar', 'character varying'] or (type | lower).startswith(('varchar(', 'character varying(')) -%}
      {%- set type = type.split('(')[0] -%}
    {%- endif -%}
  {%- endif -%}
  {{ return((safe_cast(expression, type) | trim) if type else expression) }}
{%- endmacro %}

{#- validate_fixture_rows is for warehouses on which some values cannot be in a row. -#}
{% macro validate_fixture_rows(rows, row_number) -%}
  {{ return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) }}
{%- endmacro %}

{% macro default__validate_fixture_rows(rows, row_number) -%}
{%- endmacro %}

{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) -%}
  {{ return(adapter.dispatch('get_expected_sql', 'dbt')(rows, column_name_to_data_types, column_name_to_quoted)) }}
{%- endmacro %}

{#- A row that does not say what is in one of the columns of another row expects null there. -#}
{% macro default__get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) -%}
  {%- if not rows -%}
    {{ return('select * from dbt_internal_unit_test_actual\nlimit 0') }}
  {%- endif -%}
  {%- set names, queries = expected_columns(rows), [] -%}
  {%- for row in rows -%}
    {%- set values, selected = format_row(row, column_name_to_data_types), [] -%}
    {%- for name in names -%}
      {%- set value = values.get(name, fixture_value(none, column_name_to_data_types.get(name))) -%}
      {%- do selected.append(value ~ ' as ' ~ column_name_to_quoted.get(name)) -%}
    {%- endfor -%}
    {%- do queries.append('select ' ~ selected | join(', ')) -%}
  {%- endfor -%}
  {{ return(queries | join('\nunion all\n')) }}
{%- endmacro %}

{#- expected_columns are the columns that any of the rows names, in lower case. -#}
{% macro expected_columns(rows) -%}
  {%- set names = [] -%}
  {%- for row in rows -%}
    {%- for key in row if key | lower not in names -%}
      {%- do names.append(key | lower) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(names) }}
{%- endmacro %}

{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
  {{ return(adapter.dispatch('get_unit_test_sql', 'dbt')(main_sql, expected_fixture_sql, expected_column_names)) }}
{%- endmacro %}

{% macro default__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
  {%- set columns = expected_column_names | join(', ') -%}
  {%- set side = adapter.quote('actual_or_expected') -%}
with dbt_internal_unit_test_actual as (
  select {{ columns }}, {{ dbt.string_literal('actual') }} as {{ side }}
  from (
{{ main_sql }}
  ) _dbt_internal_unit_test_actual
),
dbt_internal_unit_test_expected as (
  select {{ columns }}, {{ dbt.string_literal('expected') }} as {{ side }}
  from (
{{ expected_fixture_sql }}
  ) _dbt_internal_unit_test_expected
)
select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
{%- endmacro %}

{#- What mod calls: the model's query, the rows or the query that are expected of it, and the columns that it has. -#}
{% macro get_unit_test_result_sql(sql, expected_rows, expected_sql, columns) -%}
  {%- set types, quoted, names = {}, {}, [] -%}
  {%- for column in columns -%}
    {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- do quoted.update({column.name | lower: column.quoted}) -%}
  {%- endfor -%}
  {%- set expected = expected_sql or get_expected_sql(expected_rows, types, quoted) -%}
  {%- for name in expected_columns(expected_rows) if expected_rows -%}
    {%- do names.append(quoted[name]) -%}
  {%- else -%}
    {%- do names.extend(quoted.values()) -%}
  {%- endfor -%}
  {{ get_unit_test_sql(sql, expected, names) }}
{%- endmacro %}
