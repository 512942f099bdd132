{% macro postgres__get_columns_in_relation(relation) -%}
  {%- set sql -%}
    select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
    from {{ relation.information_schema('columns') }}
    where table_name = '{{ relation.identifier }}'
    {{ "and table_schema = '" ~ relation.schema ~ "'" if relation.schema }}
    order by ordinal_position
  {%- endset -%}
  {%- do return(sql_convert_columns_in_relation(run_query(sql))) -%}
{%- endmacro %}

{% macro postgres__information_schema_name(database) -%}
  information_schema
{%- endmacro %}

{% macro postgres__list_schemas(database) -%}
  {%- do adapter.verify_database(database) if database -%}
  {%- do return(run_query('select distinct nspname from pg_catalog.pg_namespace')) -%}
{%- endmacro %}

{% macro postgres__check_schema_exists(information_schema, schema) -%}
  {%- do adapter.verify_database(information_schema.database) if information_schema.database -%}
  {%- do return(run_query("select count(*) from pg_catalog.pg_namespace where nspname = '" ~ schema ~ "'")) -%}
{%- endmacro %}

{% macro postgres__list_relations_without_caching(schema_relation) -%}
  {%- set sql -%}
    select
      '{{ schema_relation.database }}' as database,
      c.relname as name,
      n.nspname as schema,
      case c.relkind when 'v' then 'view' when 'm' then 'materialized_view' else 'table' end as type
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where lower(n.nspname) = lower('{{ schema_relation.schema }}') and c.relkind in ('r', 'p', 'f', 'v', 'm')
    union all
    select distinct '{{ schema_relation.database }}', p.proname, n.nspname, 'function'
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where lower(n.nspname) = lower('{{ schema_relation.schema }}')
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{% macro postgres__get_catalog_relations(information_schema, relations) -%}
  {%- do adapter.verify_database(information_schema.database) -%}
  {%- set sql -%}
    select
      '{{ information_schema.database }}' as table_database,
      n.nspname as table_schema,
      c.relname as table_name,
      case c.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' else 'BASE TABLE' end as table_type,
      obj_description(c.oid, 'pg_class') as table_comment,
      a.attname as column_name,
      a.attnum as column_index,
      format_type(a.atttypid, a.atttypmod) as column_type,
      col_description(c.oid, a.attnum) as column_comment,
      pg_get_userbyid(c.relowner) as table_owner
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'f', 'v', 'm') and c.relpersistence in ('p', 'u')
      and ({{ catalog_condition(relations, 'n.nspname', 'c.relname') }})
    order by n.nspname, c.relname, a.attnum
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{# Which views read which relations: a view is a rule that depends on what its query names. #}
{% macro postgres__get_relations() -%}
  {%- set sql -%}
    select distinct
      dn.nspname as dependent_schema,
      d.relname as dependent_name,
      rn.nspname as referenced_schema,
      r.relname as referenced_name
    from pg_catalog.pg_rewrite as rule
    join pg_catalog.pg_class as d on d.oid = rule.ev_class
    join pg_catalog.pg_namespace as dn on dn.oid = d.relnamespace
    join pg_catalog.pg_depend as p on p.classid = 'pg_rewrite'::regclass and p.objid = rule.oid and p.refclassid = 'pg_class'::regclass
    join pg_catalog.pg_class as r on r.oid = p.refobjid and r.oid != d.oid
    join pg_catalog.pg_namespace as rn on rn.oid = r.relnamespace
    where rn.nspname != 'information_schema' and rn.nspname not like 'pg\_%'
    order by 1, 2, 3, 4
  {%- endset -%}
  {%- do return(run_query(sql)) -%}
{%- endmacro %}

{#- Which relations read which others. -#}
{% macro postgres_get_relations() -%}
  {{ return(get_relations()) }}
{%- endmacro %}
