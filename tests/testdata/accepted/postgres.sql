select percentile_cont(array[0.5, 0.9]) within group (order by amount) as a, percentile_disc(0.5) within group (order by day) as b, rank(1) within group (order by id) as c from orders
select '1' as a union all select 1
select distinct on (status) status, id from orders order by status, day desc
select id, name || 'x' as a, name ~ 'a.*' as b, name ilike 'a%' as c, array[1, 2] || 3 as d, '{"a": 1}'::jsonb -> 'a' ->> 'b' as e from customers
select x.key, x.value from jsonb_each('{"a": 1}'::jsonb) as x
select * from jsonb_to_recordset('[{"a": 1}]'::jsonb) as x(a integer, b text)
select u from unnest(array[1, 2]) as u
select i from generate_series(1, 5) as i
select d from generate_series('2024-01-01'::date, '2024-02-01'::date, interval '1 day') as d
select d::date as day, n from generate_series('2024-01-01'::timestamp, '2024-02-01'::timestamp, '1 day') with ordinality as t(d, n)
select to_char(since, 'YYYY-MM') as a, to_date('2024', 'YYYY') as b, age(since) as c, date_bin('15 minutes', since, timestamp '2024-01-01') as d from customers
select since at time zone 'UTC' as a, (since at time zone 'UTC')::date as b, extract(epoch from (now() - since)) as c, make_interval(days => 3) as d from customers
select id % 2 as a, id::text as b, cast(score as numeric(10, 2)) as c, score::numeric as d, round(score::numeric, 2) as e from customers
select array_to_string(array_agg(name), ',') as a, string_to_array(name, ',') as b, split_part(name, ',', 1) as c, regexp_replace(name, 'a', 'b', 'g') as d from customers group by name
select id from orders where id = any(array[1, 2]) or id = any(select id from customers)
select count(*) filter (where active) as a, bool_and(active) as b, every(active) as c, sum(case when active then 1 else 0 end) as d from customers
select coalesce(name, 'x') as a, coalesce(null, 1) as b, greatest(score, 1) as c, least(since, now()) as d from customers
select id, sum(amount) over (order by day range between interval '7 days' preceding and current row) as a from orders
select a.id, l.m from orders as a, lateral (select max(b.amount) as m from orders as b where b.id < a.id) as l
with t as materialized (select id from orders) select * from t for update
select o.ctid, o.tableoid::regclass as t, o from orders as o
select current_user, session_user, pg_typeof(id) as t, version() as v from orders
select row(1, 'a') = row(1, 'a') as a, (1, 2) < (2, 1) as b, array[1, 2] @> array[1] as c, '[1,2]'::int4range @> 1 as d
select overlay('abc' placing 'x' from 1) as a, trim(leading 'a' from 'ab') as b, extract(dow from current_date) as c, date_part('year', now()) as d, ('a' || 1) as e, encode('a'::bytea, 'hex') as f
select id from orders where (day, id) > ('2024-01-01', 3) and day between '2024-01-01' and now() and status similar to 'a%'
select customers.id, customers.name, count(orders.id) as n from customers left join orders on orders.customer_id = customers.id group by customers.id, customers.name
select gen_random_uuid() as a, random() as b, setseed(0.1) as c, nextval('s') as d
