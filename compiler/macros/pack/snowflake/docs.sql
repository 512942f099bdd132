{% macro snowflake__alter_relation_comment(relation, relation_comment) -%}
  comment on {{ snowflake_kind(relation) }} {{ relation }} is {{ comment_literal(relation_comment) }};
{%- endmacro %}

{#- All columns in one statement. Those of a view were described when it was made. -#}
{% macro snowflake__alter_column_comment(relation, column_dict) -%}
  {%- set lines = [] -%}
  {%- if not relation.is_view -%}
    {%- for name, column in column_dict.items() -%}
      {%- do lines.append('column ' ~ (adapter.quote(name) if column.get('quote') else name) ~ ' comment ' ~ comment_literal(column.get('description') or '')) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- if lines -%}
alter table {{ relation }} alter
  {{ lines | join(',\n  ') }};
  {%- endif -%}
{%- endmacro %}

{#- A column of a query with the description that the properties have of it. -#}
{% macro snowflake_described_column(name, columns) -%}
  {%- set found = namespace(text='') -%}
  {%- for key, column in columns.items() if key == name or (not column.get('quote') and key | upper == name | upper) -%}
    {%- set found.text = column.get('description') or '' -%}
  {%- endfor -%}
  {{ return(adapter.quote(name) ~ ' comment ' ~ comment_literal(found.text)) }}
{%- endmacro %}

{#- A backslash escapes in a text. -#}
{% macro snowflake__comment_literal(comment) -%}
  {%- if comment is not string -%}
    {% do exceptions.raise_compiler_error('cannot escape a non-string: ' ~ comment) %}
  {%- endif -%}
  {{ return("'" ~ comment | replace('\\', '\\\\') | replace("'", "''") ~ "'") }}
{%- endmacro %}
