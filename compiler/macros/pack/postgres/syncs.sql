{# A lock of the session's: it ends with the connection, however that ends. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS #}
{% macro postgres__sync_lock(ledger) -%}
  {{ return("select pg_try_advisory_lock(hashtext('mod sync'), hashtext('" ~ ledger.schema ~ '.' ~ ledger.identifier ~ "'))") }}
{%- endmacro %}

{# A row as text tells its fields and null apart, and casts each value once.
   https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX #}
{% macro postgres__sync_hash(columns) -%}
  {%- set quoted = [] -%}
  {%- for column in columns | sort -%}{%- do quoted.append(adapter.quote(column)) -%}{%- endfor -%}
  {{ return("md5('" ~ (columns | sort | join(',') | replace("'", "''")) ~ "' || cast(row(" ~ quoted | join(', ') ~ ") as text))") }}
{%- endmacro %}
