{#- A name has at most 63 bytes, and the server cuts a longer one silently: the end, which tells names apart, has to survive. -#}
{% macro postgres__make_relation_with_suffix(base_relation, suffix, distinct) -%}
  {%- set ending = suffix ~ temporary_digits(base_relation) if distinct else suffix -%}
  {%- if ending | length > 63 -%}
    {% do exceptions.raise_compiler_error('Relation suffix is too long (' ~ ending | length ~ ' characters). Maximum length is 63 characters.') %}
  {%- endif -%}
  {{ return(base_relation.incorporate(path={'identifier': base_relation.identifier[:63 - ending | length] ~ ending})) }}
{%- endmacro %}

{% macro postgres__make_temp_relation(base_relation, suffix) -%}
  {%- set temporary = postgres__make_relation_with_suffix(base_relation, suffix, true) -%}
  {{ return(temporary.incorporate(path={'schema': none, 'database': none})) }}
{%- endmacro %}
