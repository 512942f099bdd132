{#- The rows of a batch go, and those of the new one come. -#}
{% macro snowflake__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set predicates = as_list(arg_dict.get('incremental_predicates')) -%}
  {%- set event_time, batch = model.config.event_time, model.batch -%}
  {%- if batch and batch.event_time_start -%}
    {%- set predicates = predicates + ["DBT_INTERNAL_TARGET." ~ event_time ~ " >= to_timestamp_tz('" ~ batch.event_time_start ~ "')"] -%}
  {%- endif -%}
  {%- if batch and batch.event_time_end -%}
    {%- set predicates = predicates + ["DBT_INTERNAL_TARGET." ~ event_time ~ " < to_timestamp_tz('" ~ batch.event_time_end ~ "')"] -%}
  {%- endif -%}
  {%- set text -%}
delete from {{ arg_dict['target_relation'] }} DBT_INTERNAL_TARGET
where ({{ predicates | join(') and (') }});
{{ get_insert_into_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns']) }}
  {%- endset -%}
  {{ return(snowflake_dml_explicit_transaction(text)) }}
{%- endmacro %}
