select 1 as a union all select null
select null as a union all select date '2024-01-01'
select 1 as a union select null union select 2
with a as (select 1 as id union all select null as id) select * from a
select * from (select id, status from orders union all select null, null) as x
select day from orders where day > '2024-01-01'
select id from orders where status in ('a', 'b') and amount between 1 and 2.5
select coalesce(amount, 0) as a, nullif(status, '') as b, greatest(id, 2) as c from orders
select percentile_cont(0.5) within group (order by amount) as a from orders
select mode() within group (order by status) as a from orders
select customer_id, sum(amount) as a, count(*) as n, count(distinct id) as m from orders group by customer_id having sum(amount) > 10 order by 2 desc
select status, sum(amount) filter (where id > 1) as a from orders group by 1
select id, row_number() over (partition by status order by day desc) as n, lag(amount) over (order by id) as p, sum(amount) over w as s from orders window w as (partition by status)
select first_value(status) over (order by id rows between unbounded preceding and current row) as a, ntile(4) over (order by id) as q from orders
select o.id, c.name from orders as o left join customers as c on c.id = o.customer_id
select id from orders as o where exists (select 1 from customers as c where c.id = o.customer_id)
select id from orders where customer_id in (select id from customers)
select (select max(name) from customers) as a, id from orders
select id, c.name from orders cross join lateral (select name from customers where customers.id = orders.customer_id limit 1) as c
select extract(year from day) as a, date_trunc('month', day) as b, date_part('dow', day) as c from orders
select cast(id as varchar) || '-' || status as a, upper(status) as b, length(status) as c, substring(status from 1 for 2) as d from orders
select trim(both ' ' from status) as a, position('a' in status) as b, replace(status, 'a', 'b') as c, left(status, 2) as d from orders
select case when amount > 10 then 'big' when amount is null then null else 'small' end as a from orders
select case status when 'a' then 1 else 2.5 end as a from orders
select day + interval '1 day' as a, day - day as b, day + 1 as c from orders
select x.a, x.b from (values (1, 'a'), (2, null)) as x(a, b)
with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select n from t
select distinct status from orders order by status
select status, id from orders group by rollup (status, id)
select status, count(*) as n, grouping(status) as g from orders group by grouping sets ((status), ())
select o.* from orders as o join customers as c on o.customer_id = c.id and c.active
select id from orders intersect select id from customers
select id from orders except select customer_id from orders
select bool_or(active) as a, bool_and(active) as b, string_agg(name, ', ' order by name) as c, array_agg(id) as d, avg(score) as e, stddev(score) as f, corr(score, id) as g from customers
select round(amount, 1) as a, floor(amount) as b, abs(orders.id) as c, mod(orders.id, 2) as d, power(amount, 2) as e, sqrt(score) as f, ln(score) as g from orders cross join customers
select current_date as a, current_timestamp as b, now() as c
select id = 1 or not active as a, id <> 2 as b, name like 'a%' as c, name not in ('b') as d, score is not distinct from 1 as e from customers
select i from generate_series(1, 5) as t(i)
select md5(name) as a, concat(name, '-', id) as b, concat_ws(',', name, 'x') as c from customers
select count(*) as n from orders as a, customers as b where a.customer_id = b.id
select id, status from orders order by amount desc nulls last limit 5 offset 1
select max(day) - min(day) as a, max(day) > date '2024-01-01' as b from orders
select id from orders where day = (select max(day) from orders)
select a.id from orders as a join orders as b using (id)
select customers.name, orders.id from customers natural join (select id, amount from orders) as orders
select null as a, 'x' as b, true as c, 1.5 as d
select lower(name) as n from customers group by lower(name)
select id, name from customers group by id, name, score
