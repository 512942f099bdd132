{#- What is created is empty until it is refreshed. -#}
{% macro trino__get_create_materialized_view_as_sql(relation, sql) -%}
  {%- set grace = config.get('grace_period') -%}
create materialized view if not exists {{ relation }}
  {{- '\ngrace period interval ' ~ grace if grace }}
  {{- '\ncomment ' ~ comment_literal(model.description) if config.persist_relation_docs() and model.description }}{{ trino_with(false) }} as
{{ sql }};
  {{ trino__refresh_materialized_view(relation) }}
{%- endmacro %}

{% macro trino__refresh_materialized_view(relation) -%}
  refresh materialized view {{ relation }}
{%- endmacro %}

{% macro trino__drop_materialized_view(relation) -%}
  drop materialized view if exists {{ relation }}
{%- endmacro %}

{% macro trino__get_rename_materialized_view_sql(relation, new_name) -%}
  alter materialized view {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}
