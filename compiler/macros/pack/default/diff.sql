{# How the rows of two relations differ. base is what was, new what is. A column is {base, new, number, text}: its quoted names in both, whether it
   is a number in both, and whether only texts of its values can be compared. keys are such columns. #}

{% macro diff_count(base, new) -%}
select (select count(*) from {{ base }}), (select count(*) from {{ new }})
{%- endmacro %}

{# How many keys more than one row has. A key with a null in it is none. side is base or new. #}
{% macro diff_repeats(relation, side, keys) -%}
select count(*) from (
  select 1 as repeated from {{ relation }} as mod_rows
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

{# The type of texts of any length. #}
{% macro diff_text_type() -%}{{ return(adapter.dispatch('diff_text_type', 'dbt')()) }}{%- endmacro %}
{% macro default__diff_text_type() -%}{{ return(type_string()) }}{%- endmacro %}

{% macro diff_value(alias, ident, column) -%}
  {{ return('cast(' ~ alias ~ '.' ~ ident ~ ' as ' ~ diff_text_type() ~ ')' if column.text else alias ~ '.' ~ ident) }}
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
  on {% for k in keys %}a.{{ k.base }} = b.{{ k.new }}{{ ' and ' if not loop.last }}{% else %}a.mod_here = b.mod_here{% endfor %}
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
{%- set text = diff_text_type() -%}
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
{%- set text = diff_text_type() -%}
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

{# One scan: how many rows there are; of each column how many values are null, the least, the greatest, and the mean of numbers, as texts; and how many rows have
   each of the values: {ident, value}, value none for null. #}
{% macro diff_statistics(relation, side, columns, values) -%}
{%- set text = diff_text_type() -%}
select count(*)
{%- for c in columns %}
  {%- set ident = 'cast(' ~ c[side] ~ ' as ' ~ text ~ ')' if c.text else c[side] %}
  , count(*) - count({{ c[side] }}), {{ 'null, null' if c.boolean else 'substr(cast(min(' ~ ident ~ ') as ' ~ text ~ '), 1, 100), substr(cast(max(' ~ ident ~ ') as ' ~ text ~ '), 1, 100)' }},
  {{ 'cast(avg(' ~ ident ~ ') as ' ~ text ~ ')' if c.number else 'null' }}
{%- endfor %}
{%- for v in values %}
  , count(case when {{ v.ident ~ ' is null' if v.value is none else 'cast(' ~ v.ident ~ ' as ' ~ text ~ ') = ' ~ state_text(v.value) }} then 1 end)
{%- endfor %}
from {{ relation }} as mod_rows
{%- endmacro %}


{# Two warehouses: values are compared as texts that are the same in each. A column is {base, new, cell}, a cell {form, base, new, digits, base_scaled,
   new_scaled}: how values are compared, of which form each of them has them, and how many digits count. side is base or new. #}

{# A value as text; null for null. #}
{% macro diff_cell(ident, side, cell) -%}
  {%- set own, form = cell[side], cell.form -%}
  {%- if form == 'float' and own == 'exact' -%}{%- set own = 'float' -%}{%- endif -%}
  {%- if form in ['moment', 'instant'] and own == 'date' -%}
    {%- set ident, own = 'cast(' ~ ident ~ ' as ' ~ type_timestamp() ~ ')', 'moment' -%}
  {%- endif -%}
  {%- if own == 'boolean' -%}{{ return("case when " ~ ident ~ " then '1' when not " ~ ident ~ " then '0' end") }}
  {%- elif own == 'exact' -%}{{ return(diff_exact(ident, cell[side ~ '_scaled'])) }}
  {%- elif own == 'float' -%}{{ return(adapter.dispatch('diff_float', 'dbt')(ident, cell.digits)) }}
  {%- elif own == 'date' -%}{{ return(adapter.dispatch('diff_date', 'dbt')(ident)) }}
  {%- elif own == 'moment' -%}{{ return(diff_parts_of_second(adapter.dispatch('diff_moment', 'dbt')(ident), 20, cell.digits)) }}
  {%- elif own == 'instant' -%}{{ return(diff_parts_of_second(adapter.dispatch('diff_instant', 'dbt')(ident), 20, cell.digits)) }}
  {%- elif own == 'clock' -%}{{ return(diff_parts_of_second(adapter.dispatch('diff_clock', 'dbt')(ident), 9, cell.digits)) }}
  {%- elif own == 'bytes' -%}{{ return(adapter.dispatch('diff_bytes', 'dbt')(ident)) }}
  {%- elif own == 'nested' -%}{{ return(adapter.dispatch('diff_nested', 'dbt')(ident)) }}
  {%- endif -%}
  {%- set text = 'cast(' ~ ident ~ ' as ' ~ diff_text_type() ~ ')' -%}
  {{ return('lower(' ~ text ~ ')' if form == 'uuid' else text) }}
{%- endmacro %}

{# A number without zeros after the point at the end. #}
{% macro diff_exact(ident, scaled) -%}
  {%- set text = 'cast(' ~ ident ~ ' as ' ~ diff_text_type() ~ ')' -%}
  {{ return("case when " ~ text ~ " like '%.%' then rtrim(rtrim(" ~ text ~ ", '0'), '.') else " ~ text ~ " end" if scaled else text) }}
{%- endmacro %}

{# A time of six digits after the point, of which so many count. before is what stands before them, with the point. #}
{% macro diff_parts_of_second(text, before, digits) -%}
  {{ return(text if digits == 6 else 'substr(' ~ text ~ ', 1, ' ~ (before + digits if digits else before - 1) ~ ')') }}
{%- endmacro %}

{% macro default__diff_date(ident) -%}{{ return("to_char(" ~ ident ~ ", 'YYYY-MM-DD')") }}{%- endmacro %}

{# All values of a row as one text: none can be taken for another, whatever is in them. #}
{% macro diff_row_text(side, columns) -%}
  {%- set parts = [] -%}
  {%- for c in columns -%}
    {%- set cell = diff_cell(c[side], side, c.cell) -%}
    {%- if c.cell[side] in ['text', 'nested', 'other'] -%}{%- set cell = "replace(" ~ cell ~ ", '|', '||')" -%}{%- endif -%}
    {%- do parts.append("coalesce('+' || " ~ cell ~ ", '-')") -%}
  {%- endfor -%}
  {{ return(parts | join(" || '|' || ")) }}
{%- endmacro %}

{# The hash of a text, 32 digits in lower case. #}
{% macro diff_hash(text) -%}{{ return(adapter.dispatch('diff_hash', 'dbt')(text)) }}{%- endmacro %}
{% macro default__diff_hash(text) -%}{{ return('md5(' ~ text ~ ')') }}{%- endmacro %}

{# The first 15 digits of a hash as a whole number. #}
{% macro diff_hash_number(hash) -%}{{ return(adapter.dispatch('diff_hash_number', 'dbt')(hash)) }}{%- endmacro %}

{# Rows by the hash of their key, or without one of all that is in them. #}
{% macro diff_hashed(relation, side, keys, columns) -%}
(
  select t.*, {{ diff_hash(diff_row_text(side, keys or columns)) }} as mod_hash from {{ relation }} as t
) as h
{%- endmacro %}

{% macro diff_within(only, within) -%}
{%- if only %} where substr(mod_hash, 1, {{ within }}) in ({% for p in only %}'{{ p }}'{{ ', ' if not loop.last }}{% endfor %}){% endif %}
{%- endmacro %}

{# Of each segment: what its hashes begin with, how many rows it has, and the sum of the hashes of the rows. #}
{% macro diff_segments(relation, side, keys, columns, digits, only, within) -%}
{%- set row = "mod_hash || '|' || " ~ diff_row_text(side, columns) if keys and columns else 'mod_hash' -%}
select mod_segment, count(*), cast(sum(mod_number) as {{ diff_text_type() }})
from (
  select substr(mod_hash, 1, {{ digits }}) as mod_segment, cast({{ diff_hash_number(diff_hash(row)) }} as decimal(38, 0)) as mod_number
  from {{ diff_hashed(relation, side, keys, columns) }}{{ diff_within(only, within) }}
) as s
group by mod_segment
{%- endmacro %}

{# The rows of segments in the order of their hashes: the hash, the key, and the columns, as texts. #}
{% macro diff_segment_rows(relation, side, keys, columns, only, within) -%}
select mod_hash
{%- for c in keys + columns %}, {{ diff_cell(c[side], side, c.cell) }}{% endfor %}
from {{ diff_hashed(relation, side, keys, columns) }}{{ diff_within(only, within) }}
order by mod_hash
{%- endmacro %}

{# How many rows a relation has. #}
{% macro diff_count_one(relation) -%}
select count(*) from {{ relation }}
{%- endmacro %}

{# The rows that a sample has of a relation: those whose keys, or without a key all that is in them, have a hash before that one. Both relations have the same of
   those that both have. #}
{% macro diff_sample(relation, side, columns, before) -%}
(select * from (
  select t.*, {{ diff_hash(diff_row_text(side, columns)) }} as mod_sampled from {{ relation }} as t
) as mod_all where mod_sampled < '{{ before }}')
{%- endmacro %}
