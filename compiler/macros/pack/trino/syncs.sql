{#- What was delivered is written down in transactions, of which there are none. -#}
{% macro trino__sync_lock(ledger) -%}
  {% do exceptions.raise_compiler_error('syncs remember in transactions what was delivered, and Trino has none: send the rows from another warehouse') %}
{%- endmacro %}
