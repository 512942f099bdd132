{#- What a node's config has to say of its session: a statement before the node's own, and one that takes it back. -#}
{% macro get_session_setup_sql() -%}
  {{ adapter.dispatch('get_session_setup_sql', 'dbt')() }}
{%- endmacro %}

{% macro default__get_session_setup_sql() -%}
{%- endmacro %}

{% macro get_session_reset_sql() -%}
  {{ adapter.dispatch('get_session_reset_sql', 'dbt')() }}
{%- endmacro %}

{% macro default__get_session_reset_sql() -%}
{%- endmacro %}
