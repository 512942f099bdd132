-- Models in staging read sources and seeds, and nothing that is made of them.
-- hint: move the model out of staging, or read the source itself
select n.node, 'model "' || n.name || '" is in staging and reads ' || r.type || ' "' || r.name || '"' as message
from nodes as n
join edges as e on e.node = n.node
join nodes as r on r.node = e.reads
where n.own and n.type = 'model' and n.layer = 'staging' and r.type not in ('source', 'seed', 'function')
