{#- The generic tests that every project has. A package or project overrides the query by defining test_unique and so on for dispatch. -#}

{% test unique(model, column_name) -%}
  {{ adapter.dispatch('test_unique', 'dbt')(model, column_name) }}
{%- endtest %}

{% macro default__test_unique(model, column_name) -%}
select
    {{ column_name }} as unique_field,
    count(*) as n_records

from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}
having count(*) > 1
{%- endmacro %}

{% test not_null(model, column_name) -%}
  {{ adapter.dispatch('test_not_null', 'dbt')(model, column_name) }}
{%- endtest %}

{#- Rows that are kept are kept whole. -#}
{% macro default__test_not_null(model, column_name) -%}
select {{ '*' if should_store_failures() else column_name }}
from {{ model }}
where {{ column_name }} is null
{%- endmacro %}

{% test accepted_values(model, column_name, values, quote=True) -%}
  {{ adapter.dispatch('test_accepted_values', 'dbt')(model, column_name, values, quote) }}
{%- endtest %}

{% macro default__test_accepted_values(model, column_name, values, quote=True) -%}
with all_values as (

    select
        {{ column_name }} as value_field,
        count(*) as n_records

    from {{ model }}
    group by {{ column_name }}

)

select *
from all_values
where value_field not in (
    {% for value in values -%}
      {{ "'" ~ value ~ "'" if quote else value }}{{ ',' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{% test relationships(model, column_name, to, field) -%}
  {{ adapter.dispatch('test_relationships', 'dbt')(model, column_name, to, field) }}
{%- endtest %}

{% macro default__test_relationships(model, column_name, to, field) -%}
with child as (
    select {{ column_name }} as from_field
    from {{ model }}
    where {{ column_name }} is not null
),

parent as (
    select {{ field }} as to_field
    from {{ to }}
)

select
    from_field

from child
left join parent
    on child.from_field = parent.to_field

where parent.to_field is null
{%- endmacro %}

{#- get_where_subquery is what a test reads: the relation, or the part of it that the test's config names. -#}
{% macro get_where_subquery(relation) -%}
  {{ return(adapter.dispatch('get_where_subquery', 'dbt')(relation)) }}
{%- endmacro %}

{% macro default__get_where_subquery(relation) -%}
  {%- set where = config.get('where', '') -%}
  {%- if not where -%}
    {{ return(relation) }}
  {%- endif -%}
  {{ return('(select * from ' ~ relation ~ ' where ' ~ where ~ ') dbt_subquery') }}
{%- endmacro %}

{% macro should_store_failures() -%}
  {%- set own = config.get('store_failures') -%}
  {{ return(flags.STORE_FAILURES if own is none else own) }}
{%- endmacro %}

{#- The outcome of a test: the number of failures, and what its conditions say of that. -#}
{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
  {{ adapter.dispatch('get_test_sql', 'dbt')(main_sql, fail_calc, warn_if, error_if, limit) }}
{%- endmacro %}

{% macro default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
select
  {{ fail_calc }} as failures,
  {{ fail_calc }} {{ warn_if }} as should_warn,
  {{ fail_calc }} {{ error_if }} as should_error
from (
{{ main_sql }}
{{ 'limit ' ~ limit if limit is not none }}
) dbt_internal_test
{%- endmacro %}

{#- What mod calls: a test whose failures are counted, one that keeps them, and the count of what was kept. -#}

{% macro get_limited_test_sql(sql, fail_calc, warn_if, error_if, limit) -%}
  {{ get_test_sql(get_limit_subquery_sql(sql, limit), fail_calc, warn_if, error_if, none) }}
{%- endmacro %}

{% macro get_store_failures_sql(relation, sql, limit) -%}
  {{ get_create_sql(relation, get_limit_subquery_sql(sql, limit)) }}
{%- endmacro %}

{% macro get_stored_test_sql(relation, fail_calc, warn_if, error_if) -%}
  {{ get_test_sql('select * from ' ~ relation, fail_calc, warn_if, error_if, none) }}
{%- endmacro %}

{#- All of that at once, for materializations of projects and packages that wrap dbt's: mod's own flow is in Go. -#}
{% materialization test, default %}
  {%- set kept = config.get('store_failures_as') -%}
  {%- set rule = {'fail_calc': config.get('fail_calc'), 'warn_if': config.get('warn_if'), 'error_if': config.get('error_if')} -%}
  {%- if kept not in [none, 'ephemeral', 'table', 'view'] -%}
    {%- do exceptions.raise_compiler_error("'" ~ kept ~ "' is not a valid value for `store_failures_as`. Accepted values are: ['ephemeral', 'table', 'view']") -%}
  {%- endif -%}
  {%- if kept == 'ephemeral' or (kept is none and not should_store_failures()) -%}
    {%- call statement('main', fetch_result=true) -%}
      {{ get_limited_test_sql(sql, limit=config.get('limit'), **rule) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
  {%- endif -%}
  {%- set old = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
  {%- set target = api.Relation.create(database=database, schema=schema, identifier=model['alias'], type=kept or 'table') -%}
  {%- if old is not none -%}
    {%- do adapter.drop_relation(old) -%}
  {%- endif -%}
  {%- call statement('create') -%}
    {{ get_store_failures_sql(target, sql, config.get('limit')) }}
  {%- endcall -%}
  {%- call statement('main', fetch_result=true) -%}
    {{ get_stored_test_sql(target, **rule) }}
  {%- endcall -%}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- get_limit_subquery_sql takes the first rows of a query; none takes all of them. -#}
{% macro get_limit_subquery_sql(sql, limit) -%}
  {{ adapter.dispatch('get_limit_sql', 'dbt')(sql, limit) }}
{%- endmacro %}

{% macro default__get_limit_sql(sql, limit) -%}
  {{ sql }}
  {%- if limit is not none %}
limit {{ limit }}
  {%- endif -%}
{%- endmacro %}

{#- Several built-in tests of one relation in one statement: a row for each, with its place and the number of its failures.
    Rows without a value are counted for all columns at once; other tests keep their own query. -#}
{% macro get_shared_tests_sql(relation, where, tests) -%}
  {{ adapter.dispatch('get_shared_tests_sql', 'dbt')(tested_rows(relation, where), tests) }}
{%- endmacro %}

{% macro tested_rows(relation, where) -%}
  {{ return('(select * from ' ~ relation ~ ' where ' ~ where ~ ') dbt_subquery' if where else relation) }}
{%- endmacro %}

{% macro default__get_shared_tests_sql(rows, tests) -%}
  {%- set counts, places, queries = [], [], [] -%}
  {%- for test in tests -%}
    {%- if test['test'] == 'not_null' -%}
      {%- do counts.append('count(*) - count(' ~ test['column_name'] ~ ') as n' ~ loop.index0) -%}
      {%- do places.append(loop.index0) -%}
    {%- else -%}
      {%- do queries.append(shared_test_query(rows, test, loop.index0)) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if counts -%}
    {%- do queries.insert(0, shared_null_query(rows, counts, places)) -%}
  {%- endif -%}
  {{ queries | join('\nunion all\n') }}
{%- endmacro %}

{% macro shared_null_query(rows, counts, places) -%}
select counted.test, case counted.test {% for place in places %}when {{ place }} then n{{ place }} {% endfor %}end as failures
from (
  select {{ counts | join(', ') }}
  from {{ rows }}
) as scanned
cross join (values {% for place in places %}({{ place }}){{ ', ' if not loop.last }}{% endfor %}) as counted (test)
{%- endmacro %}

{% macro shared_test_query(rows, test, place) -%}
select {{ place }} as test, count(*) as failures
from (
{% if test['test'] == 'accepted_values' -%}
  {{ adapter.dispatch('test_accepted_values', 'dbt')(rows, test['column_name'], test['values'], test['quote']) }}
{%- else -%}
  {{ adapter.dispatch('test_' ~ test['test'], 'dbt')(rows, test['column_name']) }}
{%- endif %}
) as dbt_internal_test
{%- endmacro %}
