select date('2024-01-01') as a, date(since) as b from customers
select extract(epoch from since) as a, extract(year from since) as b, grouping_id(since) as c from customers group by rollup (since)
select i.generate_series from generate_series(1, 5) as i
select t.range, u.unnest from range(5) as t, unnest([1, 2]) as u
select id from orders where id = 1 and 1 = '1'
select columns('i.*') from orders
select * exclude (id) replace (upper(status) as status) from orders
select status, sum(amount) as a from orders group by all order by all
select id + 1 as next, next * 2 as twice from orders qualify row_number() over (order by id) = 1
select list_transform([1, 2], x -> x + 1) as a, [x for x in [1, 2] if x > 1] as b, {'a': 1}.a as c, map {'a': 1}['a'] as d
select datediff('day', day, current_date) as a, date_diff('hour', since, now()::timestamp) as b, strftime(since, '%Y') as c from orders cross join customers
select arg_max(name, score) as a, median(score) as b, quantile_cont(score, 0.5) as c, count_if(active) as d, any_value(name) as e from customers
select try_cast(status as integer) as a, status::date as b, id::varchar as c from orders
from orders select id where amount > 1
select * from orders as o semi join customers as c on c.id = o.customer_id
select * from orders asof join customers on orders.customer_id = customers.id and orders.day >= customers.since
select * from (pivot orders on status in ('a', 'b') using sum(amount) group by id)
select name, json_extract_string('{"a": 1}', '$.a') as a, '{"a": 1}'::json ->> 'a' as b from customers
select struct_pack(a := 1, b := 'x') as s, row(1, 2) as r, list_value(1, 2) as l
select unnest([1, 2]) as a, generate_series(1, 3) as b
select percentile_disc(0.5) within group (order by day) as a from orders
select null as a union all select null union all select date '2024-01-01'
select * from read_csv('testdata/accepted/*.csv', header = true, columns = {'a': 'integer'}, auto_detect = false)
