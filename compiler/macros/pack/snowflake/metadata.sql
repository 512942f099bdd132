{% macro snowflake__get_columns_in_relation(relation) -%}
  {%- set columns = [] -%}
  {%- for row in run_query('describe table ' ~ relation.render()) -%}
    {%- do columns.append(api.Column.from_description(row['name'], row['type'])) -%}
  {%- endfor -%}
  {%- do return(columns) -%}
{%- endmacro %}

{% macro snowflake__list_schemas(database) -%}
  {%- do return(run_query('show terse schemas in database ' ~ database ~ ' limit 10000')) -%}
{%- endmacro %}

{% macro snowflake__check_schema_exists(information_schema, schema) -%}
  {%- set sql -%}
    select count(*)
    from {{ information_schema }}.schemata
    where upper(schema_name) = upper('{{ schema }}') and upper(catalog_name) = upper('{{ information_schema.database }}')
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{% macro snowflake__list_relations_without_caching(schema_relation) -%}
  {%- set place = schema_relation if schema_relation is string else schema_relation.include(identifier=False) -%}
  {%- do return(run_query('show objects in ' ~ place ~ ' limit 10000')) -%}
{%- endmacro %}

{% macro snowflake__list_function_relations_without_caching(schema_relation) -%}
  {%- set place = schema_relation if schema_relation is string else schema_relation.include(identifier=False) -%}
  {%- do return(run_query('show user functions in ' ~ place)) -%}
{%- endmacro %}

{% macro snowflake__get_catalog_relations(information_schema, relations) -%}
  {%- set sql -%}
    select
      t.table_catalog as "table_database",
      t.table_schema as "table_schema",
      t.table_name as "table_name",
      coalesce(case when t.is_dynamic = 'YES' then 'DYNAMIC TABLE' end, t.table_type) as "table_type",
      t.comment as "table_comment",
      c.column_name as "column_name",
      c.ordinal_position as "column_index",
      c.data_type as "column_type",
      c.comment as "column_comment",
      t.table_owner as "table_owner"
    from {{ information_schema }}.tables as t
    join {{ information_schema }}.columns as c
      on t.table_catalog = c.table_catalog and t.table_schema = c.table_schema and t.table_name = c.table_name
    where ({{ catalog_condition(relations, 't.table_schema', 't.table_name') }})
    order by 2, 3, 7
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{% macro snowflake__get_relation_last_modified(information_schema, relations) -%}
  {%- call statement('last_modified', fetch_result=true) -%}
    select
      table_schema as schema,
      table_name as identifier,
      last_altered as last_modified,
      {{ current_timestamp() }} as snapshotted_at
    from {{ information_schema }}.tables
    where ({{ catalog_condition(relations, 'table_schema', 'table_name') }})
  {%- endcall -%}
  {{ return(load_result('last_modified')) }}
{%- endmacro %}
