{#- get_persist_docs_sql is what mod calls: columns are those that the relation has. -#}
{% macro get_persist_docs_sql(relation, for_relation, for_columns, columns=none) -%}
  {%- if for_relation and model.description -%}
    {{ alter_relation_comment(relation, model.description) }}
  {%- endif -%}
  {%- if for_columns and model.columns %}
    {{- alter_column_comment(relation, validate_doc_columns(relation, model.columns, columns | map(attribute='name') | list)) }}
  {%- endif -%}
{%- endmacro %}

{#- persist_docs_of_model calls a project's own persist_docs. -#}
{% macro persist_docs_of_model(relation, for_relation, for_columns) -%}
  {%- do persist_docs(relation, model, for_relation, for_columns) -%}
{%- endmacro %}

{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
  {{ return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns)) }}
{%- endmacro %}

{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
  {%- if for_relation and config.persist_relation_docs() and model.description -%}
    {% call statement('relation_comment') %}{{ alter_relation_comment(relation, model.description) }}{% endcall %}
  {%- endif -%}
  {%- if for_columns and config.persist_column_docs() and model.columns -%}
    {%- set known = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set comments = alter_column_comment(relation, validate_doc_columns(relation, model.columns, known)) -%}
    {%- if comments and comments | trim -%}
      {% call statement('column_comments') %}{{ comments }}{% endcall %}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{#- validate_doc_columns leaves out columns that are described but do not exist, with a warning. -#}
{% macro validate_doc_columns(relation, column_dict, existing_column_names) -%}
  {%- set folded = existing_column_names | map('lower') | list -%}
  {%- set found, missing = {}, [] -%}
  {%- for name, column in column_dict.items() -%}
    {%- if name in existing_column_names or (not column.get('quote') and name | lower in folded) -%}
      {%- do found.update({name: column}) -%}
    {%- else -%}
      {%- do missing.append(name) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if missing -%}
    {% do exceptions.warn('In relation ' ~ relation.render() ~ ': The following columns are specified in the schema but are not present in the database: ' ~ missing | join(', ')) %}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}

{% macro alter_relation_comment(relation, relation_comment) -%}
  {{ return(adapter.dispatch('alter_relation_comment', 'dbt')(relation, relation_comment)) }}
{%- endmacro %}

{% macro default__alter_relation_comment(relation, relation_comment) -%}
  comment on {{ (relation.type or 'table') | replace('_', ' ') }} {{ relation }} is {{ comment_literal(relation_comment) }};
{%- endmacro %}

{% macro alter_column_comment(relation, column_dict) -%}
  {{ return(adapter.dispatch('alter_column_comment', 'dbt')(relation, column_dict)) }}
{%- endmacro %}

{% macro default__alter_column_comment(relation, column_dict) -%}
  {%- for name, column in column_dict.items() %}
comment on column {{ relation }}.{{ adapter.quote(name) if column.get('quote') else name }} is {{ comment_literal(column.get('description', '')) }};
  {%- endfor %}
{%- endmacro %}

{% macro comment_literal(comment) -%}
  {{ return(adapter.dispatch('comment_literal', 'dbt')(comment)) }}
{%- endmacro %}

{#- Between dollar quotes nothing has a meaning but the label itself. -#}
{% macro default__comment_literal(comment) -%}
  {%- set label = '$dbt_comment_literal_block$' -%}
  {%- if comment is not string -%}
    {% do exceptions.raise_compiler_error('cannot escape a non-string: ' ~ comment) %}
  {%- elif label in comment -%}
    {% do exceptions.raise_compiler_error('The string ' ~ label ~ ' is not allowed in comments.') %}
  {%- endif -%}
  {{ return(label ~ comment ~ label) }}
{%- endmacro %}
