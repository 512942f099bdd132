{% macro duckdb__snapshot_get_time() -%}
  {{ current_timestamp() }}::timestamp
{%- endmacro %}

{% macro duckdb__snapshot_string_as_time(timestamp) -%}
  {{ return("'" ~ timestamp ~ "'::timestamp") }}
{%- endmacro %}

{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
  {{ snapshot_update_and_insert_sql(target, source, insert_cols) }}
{%- endmacro %}

{% macro duckdb__post_snapshot(staging_relation) -%}
  {% do drop_relation(staging_relation) %}
{%- endmacro %}
