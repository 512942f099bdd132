{#- A model as a function of a table, with the parameters of its config: a view that takes arguments, and that need not be made anew when
    what it reads has new columns. -#}
{% materialization table_function, adapter='duckdb' %}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set parameters = config.get('parameters') or [] -%}
  {%- if parameters is string or parameters is number -%}
    {%- set parameters = [parameters] -%}
  {%- endif -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {% call statement('main') -%}
create or replace function {{ target_relation.render() }}({{ parameters | join(', ') }}) as table (
{{ sql }}
)
  {%- endcall %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do persist_docs(target_relation, model) %}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
