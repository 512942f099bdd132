{#- Each test keeps its own query: DuckDB answers "is null" from statistics, without reading the column, and runs the queries at once. -#}
{% macro duckdb__get_shared_tests_sql(rows, tests) -%}
  {%- set queries = [] -%}
  {%- for test in tests -%}
    {%- do queries.append(shared_test_query(rows, test, loop.index0)) -%}
  {%- endfor -%}
  {{ queries | join('\nunion all\n') }}
{%- endmacro %}
