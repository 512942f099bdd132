{# What is left over: relations that nobody builds any more are set aside in a schema of their own, can be had again for a while, and are dropped then. Nothing
   is dropped with what reads it: that may be somebody else's. #}

{# Statements that have a relation in another schema under its name. #}
{% macro gc_move(relation, to) -%}
  {{ return(adapter.dispatch('gc_move', 'dbt')(relation, to)) }}
{%- endmacro %}

{% macro default__gc_move(relation, to) -%}
create table {{ to }} as select * from {{ relation }};
{{ gc_drop(relation) }}
{%- endmacro %}

{# A query for the statement that makes a view again, where views cannot be moved; nothing where there is none. #}
{% macro gc_view(relation) -%}
  {{ return(adapter.dispatch('gc_view', 'dbt')(relation)) }}
{%- endmacro %}

{% macro default__gc_view(relation) -%}{{ return('') }}{%- endmacro %}

{% macro gc_drop(relation) -%}
drop {{ 'materialized view' if relation.is_materialized_view else relation.type }} if exists {{ relation }}
{%- endmacro %}

{# Drops a schema that has nothing in it any more. #}
{% macro gc_drop_schema(schema) -%}
  {{ return(adapter.dispatch('gc_drop_schema', 'dbt')(schema)) }}
{%- endmacro %}

{% macro default__gc_drop_schema(schema) -%}
drop schema if exists {{ schema.without_identifier() }} restrict
{%- endmacro %}
