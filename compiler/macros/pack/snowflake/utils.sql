{% macro snowflake__array_construct(inputs, data_type) -%}
  array_construct( {{ inputs | join(' , ') }} )
{%- endmacro %}

{% macro snowflake__bool_or(expression) -%}
  boolor_agg({{ expression }})
{%- endmacro %}

{% macro snowflake__cast(field, type) %}
  {% if type | upper in ['GEOGRAPHY', 'GEOMETRY'] -%}
    to_{{ type | lower }}({{ field }})
  {% else -%}
    cast({{ field }} as {{ type }})
  {% endif -%}
{% endmacro %}

{% macro snowflake__equals(expr1, expr2) -%}
  ({{ expr1 }} = {{ expr2 }})
{%- endmacro %}

{% macro snowflake__escape_single_quotes(expression) -%}
{{ expression | replace("'", "\\'") }}
{%- endmacro %}

{#- As in dbt: the last no characters are none. -#}
{% macro snowflake__right(string_text, length_expression) %}
  case when {{ length_expression }} = 0
    then ''
  else
    right(
      {{ string_text }},
      {{ length_expression }}
    )
  end
{%- endmacro %}

{#- try_cast takes text only, and knows no semi-structured types. -#}
{% macro snowflake__safe_cast(field, type) %}
  {% if type | upper in ['GEOGRAPHY', 'GEOMETRY'] -%}
    try_to_{{ type | lower }}({{ field }})
  {% elif type | upper != 'VARIANT' -%}
    try_cast({{ dbt.string_literal(field) if field is number else field }} as {{ type }})
  {% else -%}
    {{ adapter.dispatch('cast', 'dbt')(field, type) }}
  {% endif -%}
{% endmacro %}

{#- Part of a definition that is there only if it has a value. -#}
{% macro optional(name, value, quote_char='', equals_char='= ') -%}
  {%- if value is not none -%}
    {{ name }} {{ equals_char }}{{ quote_char }}{{ value }}{{ ')' if quote_char == '(' else quote_char }}
  {%- endif -%}
{%- endmacro %}
