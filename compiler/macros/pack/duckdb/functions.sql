{#- A function of DuckDB's is a macro: an expression, or a query of one value, in brackets. What it returns has the type that the
    properties say; its arguments have none, since files of older storage versions have no room for them. -#}
{% macro duckdb__scalar_function_sql(target_relation) -%}
  create or replace macro {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }}) as
  {{ scalar_function_body_sql() }}
{%- endmacro %}

{% macro duckdb__formatted_scalar_function_args_sql() -%}
  {%- for argument in model.arguments -%}
    {{ argument.name }}
    {%- if argument.default_value is not none %} := {{ argument.default_value }}{% endif -%}
    {%- if not loop.last %}, {% endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro duckdb__scalar_function_body_sql() -%}
  cast((
  {{ model.compiled_code }}
  ) as {{ model.returns.data_type }})
{%- endmacro %}

{% macro duckdb__table_function_sql(target_relation) -%}
  create or replace macro {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }}) as table
  {{ model.compiled_code }}
{%- endmacro %}

{% macro duckdb__get_function_comment_sql(relation) -%}
  comment on macro {% if model.config.type == 'table' %}table {% endif %}{{ relation.render() }} is {{ comment_literal(model.description) }}
{%- endmacro %}
