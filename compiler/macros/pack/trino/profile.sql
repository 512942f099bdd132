{% macro trino__profile_finite(value, family) -%}
  {{ return('is_finite(' ~ value ~ ')' if family == 'float' else '') }}
{%- endmacro %}

{% macro trino__profile_number(value, family) -%}
  {{ return('cast(to_unixtime(cast(' ~ value ~ ' as timestamp(6))) as double)' if family in ['date', 'time'] else 'cast(' ~ value ~ ' as double)') }}
{%- endmacro %}

{% macro trino__profile_sample(relation, kind, sample) -%}
  {{ return('(select * from ' ~ relation ~ ' tablesample bernoulli (' ~ sample.percent ~ ')) as mod_sample') }}
{%- endmacro %}

{% macro trino__profile_approximate_distinct(value) -%}
  {{ return('approx_distinct(' ~ value ~ ')') }}
{%- endmacro %}
