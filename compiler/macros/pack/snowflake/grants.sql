{#- Rights go with a relation that takes the place of another only if the config says so. -#}
{% macro snowflake__copy_grants() -%}
  {{ return(config.get('copy_grants', False)) }}
{%- endmacro %}

{% macro snowflake__support_multiple_grantees_per_dcl_statement() -%}
  {{ return(False) }}
{%- endmacro %}

{#- What SHOW tells is read as the result of the statement before. To own a relation is no right that could be taken away. -#}
{% macro snowflake__get_show_grant_sql(relation) -%}
show grants on {{ snowflake_kind(relation) }} {{ relation }};
select "grantee_name" as grantee, "privilege" as privilege_type
from table(result_scan(last_query_id()))
where "granted_to" = 'ROLE' and "privilege" != 'OWNERSHIP'
{%- endmacro %}

{% macro snowflake__get_grant_sql(relation, privilege, grantees) -%}
  {%- for grantee in grantees -%}
grant {{ privilege }} on {{ snowflake_kind(relation) }} {{ relation }} to {{ snowflake_grantee(grantee) }}{{ ';\n' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro snowflake__get_revoke_sql(relation, privilege, grantees) -%}
  {%- for grantee in grantees -%}
revoke {{ privilege }} on {{ snowflake_kind(relation) }} {{ relation }} from {{ snowflake_grantee(grantee) }}{{ ';\n' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{#- A config may name a database role or a share, with the word before it. -#}
{% macro snowflake_grantee(grantee) -%}
  {%- set first = grantee.split(' ')[0] | lower -%}
  {{ return(grantee if first in ['role', 'database', 'share'] and ' ' in grantee else 'role ' ~ grantee) }}
{%- endmacro %}

{#- The word for a relation in statements about it. -#}
{% macro snowflake_kind(relation) -%}
  {{ return((relation.type or 'table') | replace('_', ' ')) }}
{%- endmacro %}
