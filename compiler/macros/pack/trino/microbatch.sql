{#- The rows of a batch go, and those of the new one come: keys do not matter. -#}
{% macro trino__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set target = arg_dict['target_relation'] -%}
  {%- if arg_dict.get('atomic_merge') and not arg_dict['incremental_predicates'] -%}
    {%- set in_batch = trino_in_batch('DBT_INTERNAL_DEST.') -%}
    {#- That the mark is compared makes it a join by hash. -#}
    {%- set same = 'case when ' ~ in_batch ~ ' then 1 else 2 end = DBT_INTERNAL_SOURCE.dbt_mark and ' ~ in_batch -%}
    {{ return(trino_delete_and_insert(arg_dict, '', [], same)) }}
  {%- endif -%}
delete from {{ target }}
where {{ trino_in_batch('') }}
  {%- for predicate in as_list(arg_dict['incremental_predicates']) %}
  and ({{ predicate }})
  {%- endfor %};
{{ get_insert_into_sql(target, arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{%- endmacro %}

{#- The condition that a row is one of the batch. -#}
{% macro trino_in_batch(of) -%}
  {%- set event_time = config.get('event_time') -%}
  {%- set batch = model.get('batch') or {} -%}
  {%- if not event_time -%}
    {% do exceptions.raise_compiler_error("microbatch incremental strategy requires an 'event_time' model config") %}
  {%- elif not (batch.get('event_time_start') and batch.get('event_time_end')) -%}
    {% do exceptions.raise_compiler_error("microbatch incremental strategy requires 'batch.event_time_start' and 'batch.event_time_end' to be set in the context") %}
  {%- endif -%}
  {%- set event_time = of ~ event_time -%}
  {{ return(event_time ~ " >= timestamp '" ~ batch['event_time_start'] ~ "' and " ~ event_time ~ " < timestamp '" ~ batch['event_time_end'] ~ "'") }}
{%- endmacro %}
