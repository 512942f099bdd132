{#- Tables that keep themselves up to date, where a warehouse has them. -#}
{% macro get_create_dynamic_table_as_sql(relation, sql) -%}
  {{ adapter.dispatch('get_create_dynamic_table_as_sql', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro get_show_dynamic_table_sql(relation) -%}
  {{ adapter.dispatch('get_show_dynamic_table_sql', 'dbt')(relation) }}
{%- endmacro %}

{#- changes are the settings that differ, by their names. -#}
{% macro get_alter_dynamic_table_sql(relation, changes) -%}
  {{ adapter.dispatch('get_alter_dynamic_table_sql', 'dbt')(relation, changes) }}
{%- endmacro %}

{% macro refresh_dynamic_table(relation) -%}
  {{ adapter.dispatch('refresh_dynamic_table', 'dbt')(relation) }}
{%- endmacro %}
