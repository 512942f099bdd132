{# Only what is stored can be sampled: https://www.postgresql.org/docs/current/sql-select.html#SQL-FROM #}
{% macro postgres__profile_sample(relation, kind, sample) -%}
  {%- if kind in ['table', 'materialized_view'] -%}
    {{ return(relation ~ ' tablesample bernoulli (' ~ sample.percent ~ ') repeatable (1)') }}
  {%- endif -%}
  {{ return('(select * from ' ~ relation ~ ' where random() * 100 < ' ~ sample.percent ~ ') as mod_sample') }}
{%- endmacro %}

{# The text is asked of decimals: before version 14 there is no infinite one to compare with. #}
{% macro postgres__profile_finite(value, family) -%}
  {%- if family in ['float', 'decimal'] -%}
    {{ return('cast(' ~ value ~ " as text) not in ('NaN', 'Infinity', '-Infinity')") }}
  {%- endif -%}
  {{ return('isfinite(' ~ value ~ ')' if family in ['date', 'time'] else '') }}
{%- endmacro %}
