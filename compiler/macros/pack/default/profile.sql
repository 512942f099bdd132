{# Statistics of what a relation holds. A column is {ident, family, personal}: its quoted name, and what can be asked of its values.
     whole, decimal, float   numbers
     date, time              points in time
     text, boolean, other
   Of a column that is personal nothing is asked but how many values there are. sample is none, or about how much of the relation is read:
   {rows, percent}. #}

{% macro profile_count(relation) -%}
select count(*) from {{ relation }}
{%- endmacro %}

{# One row: how many rows were read; then of each column how many are null, how many values there are, how many of those are no finite
   number, the least and the greatest as text, and both as numbers where they are points in time. #}
{% macro profile_statistics(relation, kind, sample, columns, approximate) -%}
{%- set text = diff_text_type() -%}
select
  count(*)
{%- for column in columns %}
  {%- set plain = column.family == 'other' or column.personal %}
  {%- set value = column.ident if not plain else 'cast(' ~ column.ident ~ ' as ' ~ text ~ ')' %}
  , count(*) - count({{ column.ident }}), {{ profile_approximate_distinct(value) if approximate else 'count(distinct ' ~ value ~ ')' }}
  {%- set ordered = profile_ordered(column) if not plain and column.family != 'boolean' else '' %}
  {%- if not ordered %}, null, null, null, null, null
  {%- elif column.family == 'text' %}, null, substr(min({{ ordered }}), 1, 101), substr(max({{ ordered }}), 1, 101), null, null
  {%- else %}, count({{ column.ident }}) - count({{ ordered }}), cast(min({{ ordered }}) as {{ text }}), cast(max({{ ordered }}) as {{ text }})
    {%- if column.family in ['date', 'time'] %}, {{ profile_number('min(' ~ ordered ~ ')', column.family) }}, {{ profile_number('max(' ~ ordered ~ ')', column.family) }}
    {%- else %}, null, null
    {%- endif %}
  {%- endif %}
{%- endfor %}
from {{ profile_rows(relation, kind, sample) }}
{%- endmacro %}

{# Rows of: the place of a column in the list, a bucket's number or a value with a "v" before it, how many rows there are of it. A column has
   {low, width, buckets}, or has no buckets and its values are told. #}
{% macro profile_distribution(relation, kind, sample, columns) -%}
{%- set text = diff_text_type() -%}
select
  case {%- for column in columns %} when b{{ loop.index0 }} is not null then {{ loop.index0 }} {%- endfor %} end,
  substr(coalesce({%- for column in columns %}b{{ loop.index0 }}, {%- endfor %} null), 1, 102),
  count(*)
from (
  select
{%- for column in columns %}
  {%- if column.buckets %}
    {%- set number = profile_number(profile_ordered(column), column.family) %}
    case when {{ number }} is null then '' else
      cast(cast(least(greatest(floor(({{ number }} - ({{ column.low }})) / ({{ column.width }})), 0), {{ column.buckets - 1 }}) as {{ api.Column.translate_type('integer') }}) as {{ text }})
    end
  {%- else %}
    coalesce('v' || cast({{ column.ident }} as {{ text }}), '')
  {%- endif %} as b{{ loop.index0 }}{{ ',' if not loop.last }}
{%- endfor %}
  from {{ profile_rows(relation, kind, sample) }}
) as mod_buckets
group by grouping sets ({%- for column in columns %}(b{{ loop.index0 }}){{ ', ' if not loop.last }}{%- endfor %})
{%- endmacro %}

{% macro profile_rows(relation, kind, sample) -%}
  {{ return(relation if sample is none else adapter.dispatch('profile_sample', 'dbt')(relation, kind, sample)) }}
{%- endmacro %}

{% macro default__profile_sample(relation, kind, sample) -%}
  {{ return('(select * from ' ~ relation ~ ' limit ' ~ sample.rows ~ ') as mod_sample') }}
{%- endmacro %}

{# The values of a column that have a place in their order: no NaN, no infinity. #}
{% macro profile_ordered(column) -%}
  {%- set finite = adapter.dispatch('profile_finite', 'dbt')(column.ident, column.family) -%}
  {%- if column.family == 'text' -%}
    {{ return('cast(' ~ column.ident ~ ' as ' ~ diff_text_type() ~ ')') }}
  {%- endif -%}
  {{ return('case when ' ~ finite ~ ' then ' ~ column.ident ~ ' end' if finite else column.ident) }}
{%- endmacro %}

{# A condition that finite values meet; none where all are. #}
{% macro default__profile_finite(value, family) -%}
  {{ return('') }}
{%- endmacro %}

{# A value as a number: a point in time as seconds since 1970. #}
{% macro profile_number(value, family) -%}
  {{ return(adapter.dispatch('profile_number', 'dbt')(value, family)) }}
{%- endmacro %}

{% macro default__profile_number(value, family) -%}
  {{ return('cast(' ~ ('extract(epoch from ' ~ value ~ ')' if family in ['date', 'time'] else value) ~ ' as double precision)') }}
{%- endmacro %}

{# How many values there are, about; nothing where that is not quicker than counting them. #}
{% macro profile_approximate_distinct(value) -%}
  {{ return(adapter.dispatch('profile_approximate_distinct', 'dbt')(value)) }}
{%- endmacro %}

{% macro default__profile_approximate_distinct(value) -%}
  {{ return('') }}
{%- endmacro %}
