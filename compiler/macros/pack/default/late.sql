{# How many rows of a relation lie in each of some ranges of its event_time, in one row. times are {from, to}, spelled and in their order. #}
{% macro late_count(relation, column, times) -%}
select
{%- for t in times %}
  count(case when {{ column }} >= {{ t.from }} and {{ column }} < {{ t.to }} then 1 end){{ ',' if not loop.last }}
{%- endfor %}
from {{ relation }}
where {{ column }} >= {{ times[0].from }} and {{ column }} < {{ times[-1].to }}
{%- endmacro %}
