{% macro duckdb__profile_sample(relation, kind, sample) -%}
  {{ return('(select * from ' ~ relation ~ ' using sample ' ~ sample.percent ~ ' percent (bernoulli, 1)) as mod_sample') }}
{%- endmacro %}

{% macro duckdb__profile_finite(value, family) -%}
  {{ return('isfinite(' ~ value ~ ')' if family in ['float', 'date', 'time'] else '') }}
{%- endmacro %}

{% macro duckdb__profile_approximate_distinct(value) -%}
  {{ return('approx_count_distinct(' ~ value ~ ')') }}
{%- endmacro %}
