{#- The versions that an Iceberg table keeps: https://trino.io/docs/current/connector/iceberg.html#time-travel-queries. -#}

{#- trino_metadata is a table that tells of a table: its snapshots, history, refs. -#}
{% macro trino_metadata(relation, of) -%}
  {{ return(relation.incorporate(path={'identifier': relation.identifier ~ '$' ~ of})) }}
{%- endmacro %}

{#- trino_version is the number of the version that is current now; none while the project is parsed, and for a table without one. -#}
{% macro trino_version(relation) -%}
  {%- set found = run_query("select snapshot_id from " ~ trino_metadata(relation, 'refs') ~ " where name = 'main'") -%}
  {{ return(found.rows[0][0] if found and found.rows else none) }}
{%- endmacro %}

{#- trino_at is a relation as it was: at a version, or at a time, which is text. Several reads of one version see the same rows, whatever is written meanwhile. -#}
{% macro trino_at(relation, version=none, time=none) -%}
  {%- if version is not none -%}
    {{ return(relation ~ ' for version as of ' ~ version) }}
  {%- elif time is not none -%}
    {{ return(relation ~ " for timestamp as of timestamp '" ~ time ~ "'") }}
  {%- endif -%}
  {{ return(relation | string) }}
{%- endmacro %}

{#- trino_rollback makes an earlier version of a model's table the current one: the version that is given, or the one that was current before. For run-operation. -#}
{% macro trino_rollback(model, version=none) -%}
  {%- set relation = api.Relation.create(database=target.database, schema=target.schema, identifier=model) if model is string else model -%}
  {%- if version is none -%}
    {%- set found = run_query('select snapshot_id from ' ~ trino_metadata(relation, 'history') ~ ' order by made_current_at desc offset 1 limit 1') -%}
    {%- if not found.rows -%}
      {% do exceptions.raise_compiler_error(relation ~ ' has no earlier version') %}
    {%- endif -%}
    {%- set version = found.rows[0][0] -%}
  {%- endif -%}
  {%- do run_query('alter table ' ~ relation ~ ' execute rollback_to_snapshot(' ~ version ~ ')') -%}
  {% do log(relation ~ ' is at version ' ~ version, info=true) %}
{%- endmacro %}
