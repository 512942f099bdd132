{# How the rows of two relations differ. base is what was, new what is. A column is {base, new, number, text}: its quoted names in both, whether it
   is a number in both, and whether only texts of its values can be compared. keys are such columns. #}

{% macro diff_count(base, new) -%}
select (select count(*) from {{ base }}), (select count(*) from {{ new }})
{%- endmacro %}

{# How many keys more than one row has. A key with a null in it is none. side is base or new. #}
{% macro diff_repeats(relation, side, keys) -%}
select count(*) from (
  select 1 as repeated from {{ relation }}
  where {% for k in keys %}{{ k[side] }} is not null{{ ' and ' if not loop.last }}{% endfor %}
  group by {% for k in keys %}{{ k[side] }}{{ ', ' if not loop.last }}{% endfor %}
  having count(*) > 1
) as mod_repeats
{%- endmacro %}

{# Whether the warehouse itself sees to it that no two rows have the same key: a query that counts what does; '' where nothing can. columns are names. #}
{% macro diff_proof(relation, columns) -%}
  {{ return(adapter.dispatch('diff_proof', 'dbt')(relation, columns)) }}
{%- endmacro %}

{% macro default__diff_proof(relation, columns) -%}{{ return('') }}{%- endmacro %}

{% macro diff_value(alias, ident, column) -%}
  {{ return('cast(' ~ alias ~ '.' ~ ident ~ ' as ' ~ api.Column.translate_type('text') ~ ')' if column.text else alias ~ '.' ~ ident) }}
{%- endmacro %}

{# Whether a column has another value. #}
{% macro diff_differs(column, tolerance) -%}
  {%- if column.kept %}{{ return('1 = 0') }}{% endif -%}
  {%- set was, is = diff_value('a', column.base, column), diff_value('b', column.new, column) -%}
  {%- set differs = was ~ ' is distinct from ' ~ is -%}
  {{ return('(' ~ differs ~ ' and coalesce(abs(' ~ was ~ ' - ' ~ is ~ ') > ' ~ tolerance ~ ', true))' if column.number and tolerance else differs) }}
{%- endmacro %}

{# A row for each row that differs; without keys both relations have one row. Its kind (0 changed, 1 added, 2 removed), the key (k0 …), and of a changed one which columns differ (d0 …). #}
{% macro diff_changes(base, new, keys, columns, tolerance) -%}
select
  case when b.mod_here is null then 2 when a.mod_here is null then 1 else 0 end as kind
  {%- for k in keys %},
  coalesce(a.{{ k.base }}, b.{{ k.new }}) as k{{ loop.index0 }}
  {%- endfor %}
  {%- for c in columns %},
  case when a.mod_here = 1 and b.mod_here = 1 and {{ diff_differs(c, tolerance) }} then 1 else 0 end as d{{ loop.index0 }}
  {%- endfor %}
from (select t.*, 1 as mod_here from {{ base }} as t) as a
full outer join (select t.*, 1 as mod_here from {{ new }} as t) as b
  on a.mod_here = b.mod_here{% for k in keys %} and a.{{ k.base }} = b.{{ k.new }}{% endfor %}
where a.mod_here is null or b.mod_here is null
{%- for c in columns %}
  or {{ diff_differs(c, tolerance) }}
{%- endfor %}
{%- endmacro %}

{# Keeps what a query says for the session. #}
{% macro diff_keep(name, sql) -%}
create temporary table {{ name }} as
{{ sql }}
{%- endmacro %}

{% macro diff_forget(name) -%}
drop table {{ name }}
{%- endmacro %}

{# Of each kind how many rows there are, and in how many of them each column differs. #}
{% macro diff_summary(changes, columns) -%}
select kind, count(*)
{%- for c in columns %}, sum(d{{ loop.index0 }}){% endfor %}
from {{ changes }} as x
group by kind
{%- endmacro %}

{# Rows that differ: kind, which columns differ, and then of the key and of each column the value in base and that in new, as texts. #}
{% macro diff_rows(changes, base, new, keys, columns, limit) -%}
{%- set text = api.Column.translate_type('text') -%}
select x.kind
{%- for c in columns %}, x.d{{ loop.index0 }}{% endfor %}
{%- for c in keys + columns %}, cast(a.{{ c.base }} as {{ text }}), cast(b.{{ c.new }} as {{ text }}){% endfor %}
from (
  {%- for kind in [0, 1, 2] %}
  select * from (
    select * from {{ changes }} as y where kind = {{ kind }}
    {%- if keys %} order by {% for k in keys %}k{{ loop.index0 }}{{ ', ' if not loop.last }}{% endfor %}{% endif %} limit {{ limit if kind == 0 else 20 }}
  ) as y{{ kind }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
) as x
left join {{ base }} as a on x.kind <> 1{% for k in keys %} and a.{{ k.base }} = x.k{{ loop.index0 }}{% endfor %}
left join {{ new }} as b on x.kind <> 2{% for k in keys %} and b.{{ k.new }} = x.k{{ loop.index0 }}{% endfor %}
{%- endmacro %}

{# Rows that one relation has more often than the other, without a key: the values as texts, and by how many new has more. #}
{% macro diff_unkeyed(base, new, columns) -%}
{%- set text = api.Column.translate_type('text') -%}
select {% for c in columns %}c{{ loop.index0 }}, {% endfor %}sum(here) as more
from (
  select {% for c in columns %}cast(a.{{ c.base }} as {{ text }}) as c{{ loop.index0 }}, {% endfor %}-1 as here from {{ base }} as a
  union all
  select {% for c in columns %}cast(b.{{ c.new }} as {{ text }}) as c{{ loop.index0 }}, {% endfor %}1 as here from {{ new }} as b
) as mod_rows
group by {% for c in columns %}c{{ loop.index0 }}{{ ', ' if not loop.last }}{% endfor %}
having sum(here) <> 0
{%- endmacro %}

{% macro diff_unkeyed_summary(changes) -%}
select sum(case when more > 0 then more else 0 end), sum(case when more < 0 then -more else 0 end) from {{ changes }} as x
{%- endmacro %}

{% macro diff_unkeyed_rows(changes, columns, limit) -%}
{%- for sign in ['>', '<'] %}
select * from (select more {%- for c in columns %}, c{{ loop.index0 }}{% endfor %} from {{ changes }} as x where more {{ sign }} 0
  order by {% for c in columns %}c{{ loop.index0 }}{{ ', ' if not loop.last }}{% endfor %} limit {{ limit }}) as y{{ loop.index0 }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{# How many rows there are, and how many of them have each of the values: {ident, value}, value none for null. #}
{% macro diff_parts(relation, values) -%}
{%- set text = api.Column.translate_type('text') -%}
select count(*)
{%- for v in values %}, count(case when {{ v.ident ~ ' is null' if v.value is none else 'cast(' ~ v.ident ~ ' as ' ~ text ~ ') = ' ~ state_text(v.value) }} then 1 end){% endfor %}
from {{ relation }}
{%- endmacro %}

{# Of each column how many values are null, the least, the greatest, and the mean of numbers, as texts. #}
{% macro diff_statistics(relation, side, columns) -%}
{%- set text = api.Column.translate_type('text') -%}
select count(*)
{%- for c in columns %}
  {%- set ident = 'cast(' ~ c[side] ~ ' as ' ~ text ~ ')' if c.text else c[side] %}
  , count(*) - count({{ c[side] }}), {{ 'null, null' if c.boolean else 'left(cast(min(' ~ ident ~ ') as ' ~ text ~ '), 100), left(cast(max(' ~ ident ~ ') as ' ~ text ~ '), 100)' }},
  {{ 'cast(avg(' ~ ident ~ ') as ' ~ text ~ ')' if c.number else 'null' }}
{%- endfor %}
from {{ relation }}
{%- endmacro %}
