{% macro postgres__snapshot_get_time() -%}
  {{ current_timestamp() }}::timestamp without time zone
{%- endmacro %}

{% macro postgres__snapshot_string_as_time(timestamp) -%}
  {{ return("'" ~ timestamp ~ "'::timestamp without time zone") }}
{%- endmacro %}

{% macro postgres__snapshot_merge_sql(target, source, insert_cols) -%}
  {{ snapshot_update_and_insert_sql(target, source, insert_cols) }}
{%- endmacro %}

{# Those who read do not wait; who would write does. #}
{% macro postgres__get_snapshot_lock_sql(target) -%}
  lock table {{ target.render() }} in share row exclusive mode
{%- endmacro %}
