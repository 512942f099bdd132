{% macro duckdb__apply_grants(relation, grant_config, should_revoke=True) -%}
  {%- if grant_config -%}
    {% do exceptions.warn('Grants for relations are not supported by DuckDB') %}
  {%- endif -%}
{%- endmacro %}
