{% macro postgres__describe_materialized_view(relation) -%}
  {{ return({'indexes': run_query(get_show_indexes_sql(relation))}) }}
{%- endmacro %}

{#- An index is the same as another if it has the same columns, in any order, and the same method and uniqueness. -#}
{% macro postgres__get_materialized_view_configuration_changes(existing_relation, new_config) -%}
  {%- set wanted = {} -%}
  {%- for index in new_config.get('indexes') or [] -%}
    {%- do wanted.update({(as_list(index['columns']) | sort | join(','), index.get('type') or 'btree', index.get('unique') or false): index}) -%}
  {%- endfor -%}
  {%- set changes, kept = [], [] -%}
  {%- for row in postgres__describe_materialized_view(existing_relation)['indexes'] -%}
    {%- set key = (row['column_names'].split(',') | sort | join(','), row['method'], row['unique']) -%}
    {%- if key in wanted -%}
      {%- do kept.append(key) -%}
    {%- else -%}
      {%- do changes.append({'action': 'drop', 'context': {'name': row['name']}}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for key, index in wanted.items() if key not in kept -%}
    {%- do changes.append({'action': 'create', 'context': index}) -%}
  {%- endfor -%}
  {{ return({'indexes': changes} if changes else none) }}
{%- endmacro %}

{% macro postgres__get_alter_materialized_view_as_sql(relation, configuration_changes, sql, existing_relation, backup_relation, intermediate_relation) -%}
  {%- if configuration_changes.requires_full_refresh -%}
    {{ return(get_replace_sql(existing_relation, relation, sql)) }}
  {%- endif -%}
  {{ return(postgres__update_indexes_on_materialized_view(relation, configuration_changes.indexes)) }}
{%- endmacro %}

{% macro postgres__update_indexes_on_materialized_view(relation, index_changes) -%}
  {%- for change in index_changes -%}
    {%- if change.action == 'drop' -%}
      {{ get_drop_index_sql(relation, change.context.name) }}
    {%- else -%}
      {{ get_create_index_sql(relation, change.context) }}
    {%- endif -%}
    {{ ';\n' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
