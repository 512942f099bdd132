{% macro trino__get_show_grant_sql(relation) -%}
select grantee, lower(privilege_type) as privilege_type
from {{ relation.information_schema('table_privileges') }}
where table_schema = '{{ relation.schema | lower }}'
  and table_name = '{{ relation.identifier | lower }}'
{%- endmacro %}

{% macro trino__copy_grants() -%}
  {{ return(False) }}
{%- endmacro %}

{% macro trino__support_multiple_grantees_per_dcl_statement() -%}
  {{ return(False) }}
{%- endmacro %}

{#- A grantee is a user, unless it says that it is a role: "role analysts". -#}
{% macro trino_grantee(grantee) -%}
  {%- set kind, blank, name = grantee.partition(' ') -%}
  {%- if name and kind | lower in ['role', 'user'] -%}
    {{ return(kind | lower ~ ' ' ~ adapter.quote(name)) }}
  {%- endif -%}
  {{ return(adapter.quote(grantee)) }}
{%- endmacro %}

{% macro trino__get_grant_sql(relation, privilege, grantees) -%}
  {%- for grantee in grantees -%}
    grant {{ privilege }} on {{ relation }} to {{ trino_grantee(grantee) }}{{ ';\n' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro trino__get_revoke_sql(relation, privilege, grantees) -%}
  {%- for grantee in grantees -%}
    revoke {{ privilege }} on {{ relation }} from {{ trino_grantee(grantee) }}{{ ';\n' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
