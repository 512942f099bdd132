{# What takes a table's name from it so that another one can have it, and is kept under another name. #}

{# A query for statements, each of which takes away something that holds on to the table's name, or would go on reading the table under the other one. #}
{% macro get_dependents_sql(relation) -%}
  {{ return(adapter.dispatch('get_dependents_sql', 'dbt')(relation)) }}
{%- endmacro %}

{% macro default__get_dependents_sql(relation) -%}
select cast(null as varchar) as statement where 1 = 0
{%- endmacro %}

{# One of those statements. #}
{% macro get_drop_dependent_sql(statement) -%}{{ return(statement) }}{%- endmacro %}
