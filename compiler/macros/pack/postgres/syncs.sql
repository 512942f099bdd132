{# A lock of the session's: it ends with the connection, however that ends. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS #}
{% macro postgres__sync_lock(ledger) -%}
  {{ return("select pg_try_advisory_lock(hashtext('mod sync'), hashtext('" ~ ledger.schema ~ '.' ~ ledger.identifier ~ "'))") }}
{%- endmacro %}
