{#- What a build uses for a while stands in the schema of its target: temporary tables have a schema, and the session may have none. -#}
{% macro snowflake__make_temp_relation(base_relation, suffix) -%}
  {{ return(default__make_relation_with_suffix(base_relation, suffix, false)) }}
{%- endmacro %}

{% macro snowflake__rename_relation(from_relation, to_relation) -%}
  {% call statement('rename_relation') -%}
    {{ get_rename_sql(from_relation if from_relation.type else from_relation.incorporate(type=to_relation.type or 'table'), to_relation.identifier) }}
  {%- endcall %}
{%- endmacro %}

{#- Statements that belong together, for which a transaction has to be asked. -#}
{% macro snowflake_dml_explicit_transaction(dml) -%}
  {%- set text -%}
begin;
{{ dml }};
commit;
  {%- endset -%}
  {{ return(text) }}
{%- endmacro %}

{% macro snowflake__get_drop_sql(relation) -%}
  {%- if relation.is_view -%}
    {{ drop_view(relation) }}
  {%- elif relation.is_table or not relation.type -%}
    {{ drop_table(relation) }}
  {%- else -%}
    drop {{ snowflake_kind(relation) }} if exists {{ relation }}
  {%- endif -%}
{%- endmacro %}

{% macro snowflake__get_rename_sql(relation, new_name) -%}
  {%- if relation.is_dynamic_table -%}
    alter dynamic table {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
  {%- else -%}
    {{ default__get_rename_sql(relation, new_name) }}
  {%- endif -%}
{%- endmacro %}
