{% macro postgres__current_timestamp() -%}
  now()
{%- endmacro %}

{% macro postgres__current_timestamp_backcompat() %}
  current_timestamp::{{ type_timestamp() }}
{% endmacro %}

{% macro postgres__current_timestamp_in_utc_backcompat() %}
  (current_timestamp at time zone 'utc')::{{ type_timestamp() }}
{% endmacro %}

{% macro postgres__dateadd(datepart, interval, from_date_or_timestamp) %}
  {{ from_date_or_timestamp }} + ((interval '1 {{ datepart }}') * ({{ interval }}))
{% endmacro %}

{# There is no datediff: the larger units are differences of calendar parts, the smaller ones add to the next larger one. #}
{% macro postgres__datediff(first_date, second_date, datepart) %}
  {%- set unit, factor, type, floor = {
    'year': (none, 1, 'date', false),
    'quarter': ('year', 4, 'date', false),
    'month': ('year', 12, 'date', false),
    'day': (none, 1, none, false),
    'week': ('day', 7, none, false),
    'hour': ('day', 24, 'timestamp', false),
    'minute': ('hour', 60, 'timestamp', false),
    'second': ('minute', 60, 'timestamp', true),
    'millisecond': ('minute', 60000, 'timestamp', true),
    'microsecond': ('minute', 60000000, 'timestamp', true),
  }.get(datepart, ('', 0, none, false)) -%}
  {%- if unit == '' -%}
    {%- do exceptions.raise_compiler_error('there is no datepart ' ~ datepart ~ ' for datediff on Postgres') -%}
  {%- endif -%}
  {%- set before, after = ['floor(', ')'] if floor else ['', ''] -%}
  {%- set part = "date_part('" ~ datepart ~ "', " %}
  {% if datepart == 'day' %}
    (({{ second_date }})::date - ({{ first_date }})::date)
  {% elif datepart == 'week' %}
    ({{ datediff(first_date, second_date, 'day') }} / 7 + case
      when date_part('dow', ({{ first_date }})::timestamp) <= date_part('dow', ({{ second_date }})::timestamp) then
        case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
      else
        case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
    end)
  {% else %}
    ({% if unit %}{{ datediff(first_date, second_date, unit) }} * {{ factor }} + {% endif -%}
    {{ before }}{{ part }}({{ second_date }})::{{ type }}){{ after }} - {{ before }}{{ part }}({{ first_date }})::{{ type }}){{ after }})
  {% endif %}
{%- endmacro %}

{# The SQL comment is dbt's: it is in the compiled code of every project that asks for the end of a quarter. #}
{% macro postgres__last_day(date, datepart) -%}
  {%- if datepart == 'quarter' -%}
    -- postgres dateadd does not support quarter interval.
    cast( {{ dbt.dateadd('day', '-1', dbt.dateadd('month', '3', dbt.date_trunc(datepart, date))) }} as date)
  {%- else -%}
    {{ dbt.default_last_day(date, datepart) }}
  {%- endif -%}
{%- endmacro %}
