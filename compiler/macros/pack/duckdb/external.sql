{#- External models: rows in files that DuckDB writes, and a view that reads them. -#}

{#- The file that a model without a location is written to; a folder if its rows are partitioned. -#}
{% macro external_location(relation, config) -%}
  {%- set name = adapter.external_root() ~ '/' ~ relation.identifier -%}
  {%- if config.get('options', {}).get('partition_by') is none -%}
    {{ name }}.{{ config.get('format', 'parquet') }}
  {%- else -%}
    {{ name }}
  {%- endif -%}
{%- endmacro %}

{% macro location_exists(location) -%}
  {{ return(adapter.location_exists(location)) }}
{%- endmacro %}

{#- The options of the model's COPY, before the adapter adds what follows from the location. -#}
{% macro render_write_options(config) -%}
  {%- set given = config.get('options', {}) -%}
  {%- if given is not mapping -%}
    {% do exceptions.raise_compiler_error("The options argument must be a dictionary") %}
  {%- endif -%}
  {%- set rendered = {} -%}
  {%- for name, value in given.items() -%}
    {%- do rendered.update({name: render(value)}) -%}
  {%- endfor -%}
  {%- for name in ['format', 'delimiter'] if config.get(name) -%}
    {%- do rendered.update({name: render(config.get(name))}) -%}
  {%- endfor -%}
  {{ return(rendered) }}
{%- endmacro %}

{% macro write_to_file(relation, location, options) -%}
  {%- call statement('write_to_file') -%}
    {{ get_copy_to_sql(relation, location, options) }}
  {%- endcall -%}
{%- endmacro %}

{% macro store_relation(plugin, relation, location, format, config) -%}
  {% do exceptions.raise_compiler_error("there is no plugin '" ~ plugin ~ "' to store " ~ relation ~ " with: register " ~ location ~ " another way") %}
{%- endmacro %}

{% macro get_copy_to_sql(relation, location, options) -%}
copy {{ relation }} to '{{ location }}' ({{ options }})
{%- endmacro %}

{#- Where this model is written, with which options, and in which format it can be read. -#}
{% macro external_target() -%}
  {%- set location = render(config.get('location', default=external_location(this, config))) | trim -%}
  {%- set options = render_write_options(config) -%}
  {%- set written = adapter.external_write_options(location, options) -%}
  {%- set format = config.get('format') or options['format'] | lower -%}
  {{ return({
    'location': location, 'options': options, 'written': written,
    'format': format if format in ['csv', 'parquet', 'json'] else 'parquet',
  }) }}
{%- endmacro %}

{% macro get_first_row_sql(relation) -%}
select * from {{ relation.include(database=false, schema=false) }} limit 1
{%- endmacro %}

{% macro get_insert_blank_row_sql(relation, columns) -%}
insert into {{ relation.include(database=false, schema=false) }} values (
  {%- for column in columns %}null{{ ', ' if not loop.last }}{% endfor -%}
)
{%- endmacro %}

{% macro get_write_external_sql(relation) -%}
  {%- set target = external_target() -%}
  {{ get_copy_to_sql(relation.include(database=false, schema=false), target['location'], target['written']) }}
{%- endmacro %}

{#- The statement that stores the view: create is the macro that spells it. Rows whose columns in blank are all null are none. -#}
{% macro get_external_view_sql(create, relation, blank) -%}
  {%- set target = external_target() -%}
  {%- set query -%}
    {{ get_read_external_sql(target) }}
    {%- for column in blank or [] %}
{{ 'where' if loop.first else '  and' }} {{ adapter.quote(column) }} is not null
    {%- endfor -%}
  {%- endset -%}
  {{ context[create](relation, query) }}
{%- endmacro %}

{% macro get_read_external_sql(target) -%}
  {%- set format, options = target['format'], target['options'] -%}
  {%- set given = config.get(format ~ '_read_options', {'union_by_name': false} if format == 'parquet' else {'auto_detect': true}) -%}
  {%- set reading = dict(given) -%}
  {#- DuckDB knows the compression by the ending of the file only if that is in lower case. -#}
  {%- if format != 'parquet' and options.get('compression') and 'compression' not in reading -%}
    {%- do reading.update({'compression': options['compression']}) -%}
  {%- endif -%}
select * from read_{{ format }}('{{ adapter.external_read_location(target['location'], options) }}'
  {%- for name, value in reading.items() -%}
    , {{ name }}={% if value is string %}'{{ value }}'{% else %}{{ value }}{% endif %}
  {%- endfor -%}
)
{%- endmacro %}

{#- For on-run-start, where the database is in memory: views over the external models that selected ones read and that are not run. -#}
{% macro register_upstream_external_models() -%}
  {%- set seen = {} -%}
  {%- for id in selected_resources if execute and id in graph['nodes'] -%}
    {%- for parent in graph['nodes'][id]['depends_on']['nodes'] if parent not in seen and parent not in selected_resources -%}
      {%- do seen.update({parent: true}) -%}
      {%- set node = graph['nodes'].get(parent) -%}
      {%- if node and node['config'].get('materialized') == 'external' -%}
        {%- do register_external_model(node) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if seen and execute -%}
    {%- do adapter.commit() -%}
  {%- endif -%}
{%- endmacro %}

{% macro register_external_model(node) -%}
  {%- set relation = api.Relation.create(database=node['database'], schema=node['schema'], identifier=node['alias']) -%}
  {%- set location = node['config'].get('location') or external_location(relation, node['config']) -%}
  {%- set files = adapter.external_read_location(location | trim, render_write_options(node['config'])) -%}
  {%- do run_query('create schema if not exists ' ~ relation.without_identifier()) -%}
  {%- do run_query('create or replace view ' ~ relation ~ " as (select * from '" ~ files ~ "')") -%}
{%- endmacro %}
