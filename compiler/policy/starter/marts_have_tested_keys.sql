-- Every model in marts has a key, and a data test sees to it.
-- hint: test a column to be unique
select n.node, 'no test says what tells the rows of model "' || n.name || '" apart' as message
from nodes as n
where n.own and n.type = 'model' and n.layer = 'marts'
    and not exists (select 1 from tests as t where t.node = n.node and t.is_key)
