{#- Dynamic tables keep themselves up to date: https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table. -#}
{% macro snowflake__get_create_dynamic_table_as_sql(relation, sql) -%}
  {%- set warehouse = config.get('snowflake_warehouse') or target.warehouse -%}
  {%- set lag, scheduler = config.get('target_lag'), config.get('scheduler') -%}
create or replace {{ 'transient ' if config.get('transient', false) }}dynamic table {{ relation }}
  {%- if lag %} target_lag = {{ snowflake_target_lag(lag) }}{% endif %} warehouse = {{ warehouse }}
  {%- if config.get('snowflake_initialization_warehouse') %} initialization_warehouse = {{ config.get('snowflake_initialization_warehouse') }}{% endif %}
  {%- if config.get('refresh_mode') %} refresh_mode = {{ config.get('refresh_mode') }}{% endif %}
  {%- if config.get('initialize') %} initialize = {{ config.get('initialize') }}{% endif %}
  {%- if scheduler or not lag %} scheduler = '{{ scheduler or 'DISABLE' }}'{% endif %}
  {%- set clustered = snowflake_cluster_by() -%}
  {%- if clustered %} cluster by ({{ clustered }}){% endif -%}
  {{ snowflake_policies() }}
  {%- if config.get('immutable_where') %} immutable where ({{ config.get('immutable_where') }}){% endif %} as (
{{ sql }}
)
{%- endmacro %}

{#- "downstream" is a word, and all else a text. -#}
{% macro snowflake_target_lag(lag) -%}
  {{ return('downstream' if lag | lower == 'downstream' else "'" ~ lag ~ "'") }}
{%- endmacro %}

{% macro snowflake__get_show_dynamic_table_sql(relation) -%}
  show dynamic tables like '{{ relation.identifier | replace('_', '\\\\_') }}' in schema {{ relation.include(identifier=False) }}
{%- endmacro %}

{#- changes are the settings that differ, by their names. -#}
{% macro snowflake__get_alter_dynamic_table_sql(relation, changes) -%}
  alter dynamic table {{ relation }} set
  {%- if 'target_lag' in changes %} target_lag = {{ snowflake_target_lag(changes['target_lag']) }}{% endif %}
  {%- if 'warehouse' in changes %} warehouse = {{ changes['warehouse'] }}{% endif %}
{%- endmacro %}

{% macro snowflake__refresh_dynamic_table(relation) -%}
  alter dynamic table {{ relation }} refresh
{%- endmacro %}
