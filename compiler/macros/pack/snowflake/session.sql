{#- The tag and the warehouse of a model's statements: https://docs.getdbt.com/reference/resource-configs/snowflake-configs. Projects have their own
    set_query_tag and unset_query_tag, which run what they want by themselves. -#}
{% macro set_query_tag() -%}
  {{ return(adapter.dispatch('set_query_tag', 'dbt')()) }}
{%- endmacro %}

{#- The tag of before is the target's: nobody else sets one in this session. -#}
{% macro snowflake__set_query_tag() -%}
  {%- if config.get('query_tag') -%}
    {%- do run_query('alter session set query_tag = ' ~ comment_literal(config.get('query_tag') | string)) -%}
    {{ return(target.query_tag) }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{% macro unset_query_tag(original_query_tag) -%}
  {{ return(adapter.dispatch('unset_query_tag', 'dbt')(original_query_tag)) }}
{%- endmacro %}

{% macro snowflake__unset_query_tag(original_query_tag) -%}
  {%- if config.get('query_tag') and original_query_tag -%}
    {%- do run_query('alter session set query_tag = ' ~ comment_literal(original_query_tag)) -%}
  {%- elif config.get('query_tag') -%}
    {%- do run_query('alter session unset query_tag') -%}
  {%- endif -%}
{%- endmacro %}

{% macro get_current_query_tag() -%}
  {{ return(run_query("show parameters like 'query_tag' in session").rows[0]['value']) }}
{%- endmacro %}

{% macro snowflake__get_session_setup_sql() -%}
  {%- do set_query_tag() -%}
  {%- set warehouse = config.get('snowflake_warehouse') -%}
  {%- if warehouse and warehouse != target.warehouse -%}
use warehouse {{ warehouse }}
  {%- endif -%}
{%- endmacro %}

{% macro snowflake__get_session_reset_sql() -%}
  {%- do unset_query_tag(target.query_tag) -%}
  {%- set warehouse = config.get('snowflake_warehouse') -%}
  {%- if warehouse and target.warehouse and warehouse != target.warehouse -%}
use warehouse {{ target.warehouse }}
  {%- endif -%}
{%- endmacro %}
