{#- What makes sure that a copy from another target arrived: how many rows it has, and how many values each of its columns. -#}
{% macro get_copy_counts_sql(relation, columns) -%}
  {{ adapter.dispatch('get_copy_counts_sql', 'dbt')(relation, columns) }}
{%- endmacro %}

{% macro default__get_copy_counts_sql(relation, columns) -%}
select count(*)
  {%- for column in columns %}, count({{ adapter.quote(column) }}){%- endfor %}
from {{ relation.render() }}
{%- endmacro %}
