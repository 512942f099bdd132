{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
  create {{ 'unique ' if index_dict.get('unique') }}index {{ index_name(relation, index_dict) }}
on {{ relation }} ({{ as_list(index_dict['columns']) | join(', ') }})
{%- endmacro %}
