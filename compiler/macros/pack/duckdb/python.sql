{#- Python models run in a process of their own: rows go there and come back as Parquet files. -#}

{% macro get_python_input_sql(relation, path) -%}
copy (select * from {{ relation }}) to '{{ path | replace("'", "''") }}' (format parquet)
{%- endmacro %}

{% macro get_python_result_sql(path) -%}
select * from read_parquet('{{ path | replace("'", "''") }}')
{%- endmacro %}
