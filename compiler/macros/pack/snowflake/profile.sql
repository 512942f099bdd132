{% macro snowflake__profile_sample(relation, kind, sample) -%}
  {{ return('(select * from ' ~ relation ~ ' sample bernoulli (' ~ sample.percent ~ ')) as mod_sample') }}
{%- endmacro %}

{% macro snowflake__profile_approximate_distinct(value) -%}
  {{ return('approx_count_distinct(' ~ value ~ ')') }}
{%- endmacro %}
