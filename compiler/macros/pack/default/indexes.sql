{% macro get_create_index_sql(relation, index_dict) -%}
  {{ return(adapter.dispatch('get_create_index_sql', 'dbt')(relation, index_dict)) }}
{%- endmacro %}

{% macro default__get_create_index_sql(relation, index_dict) -%}
  {{ return(none) }}
{%- endmacro %}

{% macro create_indexes(relation) -%}
  {{ adapter.dispatch('create_indexes', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__create_indexes(relation) -%}
  {%- set indexes = config.get('indexes', default=[]) -%}
  {%- for index in indexes -%}
    {#- One that is asked for twice is made twice, under names of their own. -#}
    {%- set text = get_create_index_sql(relation, dict(index, place=loop.index0) if index in indexes[:loop.index0] else index) -%}
    {%- if text -%}
      {% call statement('create_index') %}{{ text }}{% endcall %}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro get_drop_index_sql(relation, index_name) -%}
  {{ adapter.dispatch('get_drop_index_sql', 'dbt')(relation, index_name) }}
{%- endmacro %}

{% macro default__get_drop_index_sql(relation, index_name) -%}
  {{ exceptions.raise_compiler_error("`get_drop_index_sql` has not been implemented for this adapter.") }}
{%- endmacro %}

{% macro get_show_indexes_sql(relation) -%}
  {{ adapter.dispatch('get_show_indexes_sql', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__get_show_indexes_sql(relation) -%}
  {{ exceptions.raise_compiler_error("`get_show_indexes_sql` has not been implemented for this adapter.") }}
{%- endmacro %}

{#- index_name differs from run to run: while a table is built beside the old one, the old one's indexes still have theirs. -#}
{% macro index_name(relation, index_dict) -%}
  {%- set parts = [relation.render(), index_dict.get('unique', False), index_dict.get('type'), invocation_id] + ([index_dict['place']] if index_dict.get('place') else []) -%}
  {{ return(adapter.quote(local_md5((as_list(index_dict['columns']) + parts) | join('_')))) }}
{%- endmacro %}
