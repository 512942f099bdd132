{% macro postgres__get_incremental_microbatch_sql(arg_dict) -%}
  {%- if not arg_dict['unique_key'] -%}
    {% do exceptions.raise_compiler_error("dbt-postgres 'microbatch' requires a `unique_key` config") %}
  {%- endif -%}
  {{ return(get_incremental_merge_sql(arg_dict)) }}
{%- endmacro %}
