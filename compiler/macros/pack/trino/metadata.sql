{% macro trino__get_columns_in_relation(relation) -%}
  {%- set sql -%}
    select column_name, data_type
    from {{ relation.information_schema('columns') }}
    where table_schema = '{{ relation.schema | lower }}' and table_name = '{{ relation.identifier | lower }}'
    order by ordinal_position
  {%- endset -%}
  {%- set columns = [] -%}
  {%- for row in run_query(sql) -%}
    {%- do columns.append(api.Column.from_description(row['column_name'], row['data_type'])) -%}
  {%- endfor -%}
  {%- do return(columns) -%}
{%- endmacro %}

{% macro trino__list_schemas(database) -%}
  {%- do return(run_query('select schema_name from ' ~ information_schema_name(database) ~ '.schemata')) -%}
{%- endmacro %}

{% macro trino__check_schema_exists(information_schema, schema) -%}
  {%- set sql -%}
    select count(*)
    from {{ information_schema.replace(information_schema_view='schemata') }}
    where schema_name = '{{ schema | lower }}'
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{#- The catalog shows materialized views as tables. -#}
{% macro trino_kind(materialized, table_type) -%}
  {{ return('case when ' ~ materialized ~ " is not null then 'materialized_view' when " ~ table_type ~ " = 'VIEW' then 'view' else 'table' end") }}
{%- endmacro %}

{% macro trino__list_relations_without_caching(schema_relation) -%}
  {%- set sql -%}
    select t.table_catalog as database, t.table_name as name, t.table_schema as schema, {{ trino_kind('m.name', 't.table_type') }} as type
    from {{ schema_relation.information_schema('tables') }} as t
    left join system.metadata.materialized_views as m
      on m.catalog_name = '{{ schema_relation.database | lower }}'
      and m.schema_name = '{{ schema_relation.schema | lower }}'
      and m.name = t.table_name
    where t.table_schema = '{{ schema_relation.schema | lower }}'
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{% macro trino__get_catalog_relations(information_schema, relations) -%}
  {%- set database = information_schema.database | lower -%}
  {%- set sql -%}
    select
      t.table_catalog as table_database,
      t.table_schema as table_schema,
      t.table_name as table_name,
      {{ trino_kind('m.name', 't.table_type') }} as table_type,
      n.comment as table_comment,
      c.column_name as column_name,
      c.ordinal_position as column_index,
      c.data_type as column_type,
      c.comment as column_comment,
      null as table_owner
    from {{ information_schema_name(database) }}.tables as t
    join {{ information_schema_name(database) }}.columns as c on c.table_schema = t.table_schema and c.table_name = t.table_name
    left join system.metadata.materialized_views as m
      on m.catalog_name = '{{ database }}' and m.schema_name = t.table_schema and m.name = t.table_name
    left join system.metadata.table_comments as n
      on n.catalog_name = '{{ database }}' and n.schema_name = t.table_schema and n.table_name = t.table_name
    where {{ catalog_condition(relations, 't.table_schema', 't.table_name') }}
    order by t.table_schema, t.table_name, c.ordinal_position
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}
