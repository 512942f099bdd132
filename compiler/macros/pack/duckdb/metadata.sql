{% macro duckdb__get_columns_in_relation(relation) -%}
  {%- set sql -%}
    select
      column_name,
      column_type as data_type,
      null::bigint as character_maximum_length,
      null::bigint as numeric_precision,
      null::bigint as numeric_scale
    from (describe {{ relation.render() }})
  {%- endset -%}
  {%- do return(sql_convert_columns_in_relation(run_query(sql))) -%}
{%- endmacro %}

{% macro duckdb__list_schemas(database) -%}
  {%- set sql -%}
    select schema_name
    from system.information_schema.schemata
    {% if database is not none %}where lower(catalog_name) = lower('{{ database }}'){% endif %}
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{% macro duckdb__check_schema_exists(information_schema, schema) -%}
  {%- set sql -%}
    select count(*)
    from system.information_schema.schemata
    where lower(catalog_name) = lower('{{ information_schema.database }}') and lower(schema_name) = lower('{{ schema }}')
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{% macro duckdb__list_relations_without_caching(schema_relation) -%}
  {%- set sql -%}
    select
      table_catalog as database,
      table_name as name,
      table_schema as schema,
      case table_type when 'VIEW' then 'view' else 'table' end as type
    from system.information_schema.tables
    where lower(table_catalog) = lower('{{ schema_relation.database }}')
      and lower(table_schema) = lower('{{ schema_relation.schema }}')
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
  {%- set sql -%}
    with tables as (
      select database_name, schema_name, table_name, 'BASE TABLE' as table_type, comment from duckdb_tables()
      union all
      select database_name, schema_name, view_name, 'VIEW', comment from duckdb_views()
    )
    select
      t.database_name as table_database,
      t.schema_name as table_schema,
      t.table_name,
      t.table_type,
      t.comment as table_comment,
      c.column_name,
      c.column_index,
      c.data_type as column_type,
      c.comment as column_comment,
      null as table_owner
    from tables as t
    join duckdb_columns() as c using (database_name, schema_name, table_name)
    where lower(t.database_name) = lower('{{ information_schema.database }}')
      and ({{ catalog_condition(relations, 't.schema_name', 't.table_name') }})
    order by t.schema_name, t.table_name, c.column_index
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}
