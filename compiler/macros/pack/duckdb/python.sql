{#- Python models run in a process of their own: rows go there and come back as Parquet files. Those have no whole numbers of more
    than 64 bits, such as the sum of a column is one; as decimals they stay exact. -#}

{% macro get_python_input_sql(relation, path) -%}
  {%- set wide = [] -%}
  {%- for column in run_query('describe select * from ' ~ relation) if column[1] in ['HUGEINT', 'UHUGEINT'] -%}
    {%- set name = adapter.quote(column[0] | replace('"', '""')) -%}
    {%- do wide.append('cast(' ~ name ~ ' as decimal(38, 0)) as ' ~ name) -%}
  {%- endfor -%}
copy (select *{% if wide %} replace ({{ wide | join(', ') }}){% endif %} from {{ relation }}) to '{{ path | replace("'", "''") }}' (format parquet)
{%- endmacro %}

{% macro get_python_result_sql(path) -%}
select * from read_parquet('{{ path | replace("'", "''") }}')
{%- endmacro %}
