{% macro trino__current_timestamp() -%}
  current_timestamp
{%- endmacro %}

{% macro trino__current_timestamp_backcompat() %}
  cast(current_timestamp as timestamp(6))
{% endmacro %}

{% macro trino__current_timestamp_in_utc_backcompat() %}
  cast(current_timestamp at time zone 'UTC' as timestamp(6))
{% endmacro %}

{% macro trino__date(year, month, day) -%}
  date '{{ modules.datetime.date(year, month, day).isoformat() }}'
{%- endmacro %}

{% macro trino__dateadd(datepart, interval, from_date_or_timestamp) -%}
  date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})
{%- endmacro %}

{#- How many bounds of the part lie between the two: date_diff itself counts whole parts, so that both are cut to the part first. -#}
{% macro trino__datediff(first_date, second_date, datepart) -%}
  {%- if datepart in ['microsecond', 'microseconds', 'nanosecond'] -%}
    {%- do exceptions.raise_compiler_error('there is no datepart ' ~ datepart ~ ' for datediff on Trino') -%}
  {%- endif -%}
  date_diff('{{ datepart }}', {{ trino_cut(datepart, first_date) }}, {{ trino_cut(datepart, second_date) }})
{%- endmacro %}

{% macro trino_cut(datepart, value) -%}
  date_trunc('{{ datepart }}', cast({{ value }} as timestamp(6)))
{%- endmacro %}

{#- Dates that are given as text are made dates: date_add takes no text. -#}
{% macro trino__date_spine(datepart, start_date, end_date) %}
  {%- set column = 'date_' ~ datepart %}
  {%- set type = 'timestamp(6)' if datepart in ['hour', 'minute', 'second', 'millisecond'] else 'date' %}
  with rawdata as (
    {{ dbt.generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}
  ),
  all_periods as (
    select ( {{ dbt.dateadd(datepart, 'row_number() over (order by 1) - 1', 'cast(' ~ start_date ~ ' as ' ~ type ~ ')') }} ) as {{ column }}
    from rawdata
  ),
  filtered as (
    select *
    from all_periods
    where {{ column }} <= cast({{ end_date }} as {{ type }})
  )
  select * from filtered
{% endmacro %}
