{#- The server accepts this only if the view keeps its columns, and new ones come last. -#}
{% macro postgres__get_replace_view_sql(relation, sql) -%}
  {{ view_statement('create or replace view', relation, sql) }}
{%- endmacro %}

{% macro postgres__get_create_materialized_view_as_sql(relation, sql) -%}
create materialized view if not exists {{ relation }} as (
{{ sql }}
);
{%- endmacro %}

{% macro postgres__refresh_materialized_view(relation) -%}
  refresh materialized view {{ relation }}
{%- endmacro %}
