{# Constraints of contracts as parts of CREATE TABLE:
   https://docs.getdbt.com/reference/resource-properties/constraints. The adapter object calls these. #}

{# A list: each column with its type and constraints. #}
{% macro render_columns_with_constraints(raw_columns) -%}
  {%- set out = [] -%}
  {%- for column in raw_columns.values() -%}
    {%- set words = [adapter.quote(column['name']) if column.get('quote') else column['name'], column['data_type']] -%}
    {%- for constraint in column.get('constraints') or [] -%}
      {%- do words.append(render_column_constraint(constraint)) -%}
    {%- endfor -%}
    {%- do out.append(words | select | join(' ')) -%}
  {%- endfor -%}
  {%- do return(out) -%}
{%- endmacro %}

{# One constraint of a column; nothing if it says too little. #}
{% macro render_column_constraint(constraint) -%}
  {%- set expression = (constraint.get('expression') or '') | trim -%}
  {%- set words = {'not_null': 'not null', 'unique': 'unique', 'primary_key': 'primary key'} -%}
  {%- if constraint['type'] == 'check' -%}
    {%- do return('check (' ~ expression ~ ')' if expression else '') -%}
  {%- elif constraint['type'] in words -%}
    {%- do return((words[constraint['type']] ~ ' ' ~ expression) | trim) -%}
  {%- elif constraint['type'] == 'foreign_key' -%}
    {%- set target = foreign_key_target(constraint) -%}
    {%- do return('references ' ~ target if target else '') -%}
  {%- elif constraint['type'] == 'custom' -%}
    {%- do return(expression) -%}
  {%- endif -%}
  {%- do exceptions.raise_compiler_error('there is no constraint of type ' ~ constraint['type']) -%}
{%- endmacro %}

{# What a foreign key refers to: the table and its columns, or an expression that says it. #}
{% macro foreign_key_target(constraint) -%}
  {%- if constraint.get('to') and constraint.get('to_columns') -%}
    {%- do return(adapter.dispatch('foreign_key_relation', 'dbt')(constraint['to']) ~ ' (' ~ constraint['to_columns'] | join(', ') ~ ')') -%}
  {%- endif -%}
  {%- do return((constraint.get('expression') or '') | trim) -%}
{%- endmacro %}

{% macro default__foreign_key_relation(to) -%}
  {%- do return(to | string) -%}
{%- endmacro %}

{# A list: each constraint of the table as a whole. #}
{% macro render_model_constraints(raw_constraints) -%}
  {%- set out = [] -%}
  {%- for constraint in raw_constraints -%}
    {%- do out.append(render_model_constraint(constraint)) -%}
  {%- endfor -%}
  {%- do return(out | select | list) -%}
{%- endmacro %}

{% macro render_model_constraint(constraint) -%}
  {%- set name = 'constraint ' ~ constraint['name'] ~ ' ' if constraint.get('name') else '' -%}
  {%- set expression = constraint.get('expression') or '' -%}
  {%- set columns = '(' ~ (constraint.get('columns') or []) | join(', ') ~ ')' -%}
  {%- set words = {'unique': 'unique', 'primary_key': 'primary key'} -%}
  {%- if constraint['type'] == 'check' -%}
    {%- do return(name ~ 'check (' ~ expression ~ ')' if expression else '') -%}
  {%- elif constraint['type'] in words -%}
    {%- do return(name ~ words[constraint['type']] ~ (' ' ~ expression if expression else '') ~ ' ' ~ columns) -%}
  {%- elif constraint['type'] == 'foreign_key' -%}
    {%- set target = foreign_key_target(constraint) -%}
    {%- do return(name ~ 'foreign key ' ~ columns ~ ' references ' ~ target if target else '') -%}
  {%- elif constraint['type'] == 'custom' -%}
    {%- do return(name ~ expression if expression else '') -%}
  {%- endif -%}
  {%- do exceptions.raise_compiler_error('there is no constraint of type ' ~ constraint['type']) -%}
{%- endmacro %}
