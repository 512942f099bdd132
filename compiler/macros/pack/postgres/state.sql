{# Two sessions that make the same table at once fail, even with IF NOT EXISTS: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS #}
{% macro postgres__state_guard(schema) -%}
  {{ return("select pg_advisory_xact_lock(hashtext('mod state'), hashtext('" ~ schema.schema | replace("'", "''") ~ "'))") }}
{%- endmacro %}

{% macro postgres__state_now() -%}
  {{ return("clock_timestamp() at time zone 'UTC'") }}
{%- endmacro %}

{# A backslash means itself or not, as the session is set: in this form it never does.
   https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-STANDARD-CONFORMING-STRINGS #}
{% macro postgres__state_text(value) -%}
  {%- set text = "'" ~ value | replace("'", "''") ~ "'" -%}
  {{ return("E" ~ text | replace("\\", "\\\\") if "\\" in value else text) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html #}
{% macro postgres__state_rows(text) -%}
  {{ return("json_array_elements(cast(" ~ state_text(text) ~ " as json)) as r (cells)") }}
{%- endmacro %}

{% macro postgres__state_cell(index) -%}
  {{ return("(r.cells ->> " ~ index ~ ")") }}
{%- endmacro %}

{% macro postgres__state_queue(meta, leases) -%}
  {{ return("select pg_advisory_xact_lock(hashtext('mod leases'), hashtext('" ~ leases.schema | replace("'", "''") ~ "'))") }}
{%- endmacro %}

{# Whoever wants to take the lease waits for the end of the transaction. What the first statement waits for, the second one sees.
   https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS #}
{% macro postgres__state_fence(leases, keys, count, claim, complaint) -%}
select 1 from {{ leases }} as l where claim = {{ state_text(claim) }} and {{ state_named(keys) }} for update;
{{ default__state_fence(leases, keys, count, claim, complaint) }}
{%- endmacro %}
