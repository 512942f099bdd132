{% macro duckdb__make_temp_relation(base_relation, suffix) -%}
  {%- set temporary = default__make_relation_with_suffix(base_relation, suffix, true) -%}
  {{ return(temporary.incorporate(path={'schema': none, 'database': none})) }}
{%- endmacro %}

{#- A rename does not know the kind of what it renames, if only its new name is known. -#}
{% macro duckdb__rename_relation(from_relation, to_relation) -%}
  {% call statement('rename_relation') -%}
    {{ get_rename_sql(from_relation.incorporate(type=to_relation.type or from_relation.type), to_relation.identifier) }}
  {%- endcall %}
{%- endmacro %}
