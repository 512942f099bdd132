{#- A clone is another table over the same storage: https://docs.snowflake.com/en/sql-reference/sql/create-clone. Only a transient table can be one
    of a transient table. -#}
{% macro snowflake__can_clone_table() -%}
  {{ return(True) }}
{%- endmacro %}

{% macro snowflake__create_or_replace_clone(this_relation, defer_relation) -%}
  create or replace {{ 'transient ' if config.get('transient', true) }}table {{ this_relation }} clone {{ defer_relation }}
  {{- ' copy grants' if config.get('copy_grants') }}
{%- endmacro %}

{#- A relation as it was at a point in time (timestamp, text), some seconds ago (offset) or before a statement (statement, its query id), for as long
    as the account keeps that: https://docs.snowflake.com/en/user-guide/data-time-travel. -#}
{% macro time_travel(relation, timestamp=none, offset=none, statement=none) -%}
  {%- if timestamp is not none -%}
    {{ return(relation ~ " at(timestamp => '" ~ timestamp ~ "'::timestamp_tz)") }}
  {%- elif offset is not none -%}
    {{ return(relation ~ ' at(offset => -' ~ (offset | abs) ~ ')') }}
  {%- elif statement is not none -%}
    {{ return(relation ~ " before(statement => '" ~ statement ~ "')") }}
  {%- endif -%}
  {% do exceptions.raise_compiler_error('time_travel() needs a timestamp, an offset or a statement') %}
{%- endmacro %}
