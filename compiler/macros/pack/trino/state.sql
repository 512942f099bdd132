{% macro trino__state_now() -%}
  {{ return("cast(current_timestamp at time zone 'UTC' as timestamp(6))") }}
{%- endmacro %}

{# No transaction covers several statements: one has to do it all. Of two that are at it at once the later one fails, or leaves a second row for the same
   relation, which both see before they believe to have the lease. https://trino.io/docs/current/sql/merge.html #}
{% macro trino__state_acquire(meta, leases, ask) -%}
merge into {{ leases }} as t
using (
  select w.*, (select coalesce(max(token), 0) from {{ leases }}) + 1 as fresh from ({{ state_wanted(ask.wanted) }}) as w
  where not exists (
    select 1 from {{ leases }} as l join ({{ state_wanted(ask.wanted) }}) as h on {{ state_same('h', 'l') }} where {{ state_held('l', ask) }}
  )
) as w on {{ state_same('w', 't') }}
when matched then update set token = w.fresh, claim = {{ state_text(ask.claim) }}, run = {{ state_text(ask.run) }}, holder = {{ state_text(ask.holder) }},
  process = {{ state_text(ask.process) }}, taken_at = {{ state_now() }}, until_at = {{ state_later(ask.seconds) }}
when not matched then insert (environment, node, database_name, schema_name, relation_name, token, claim, run, holder, process, taken_at, until_at)
  values (w.environment, w.node, w.database_name, w.schema_name, w.relation_name, w.fresh, {{ state_text(ask.claim) }}, {{ state_text(ask.run) }},
    {{ state_text(ask.holder) }}, {{ state_text(ask.process) }}, {{ state_now() }}, {{ state_later(ask.seconds) }})
{%- endmacro %}
