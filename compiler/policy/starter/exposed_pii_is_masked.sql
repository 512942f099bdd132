-- What an exposure reads has no personal data without a mask.
-- hint: leave the column out of what the exposure reads, or say with mask in its meta what masks it
select c.node, c.column_name, 'exposure "' || x.name || '" reads column "' || c.column_name || '", which is personal data (' || c.pii || ') without a mask' as message
from nodes as x
join edges as e on e.node = x.node
join columns as c on c.node = e.reads
where x.type = 'exposure' and c.pii is not null and c.mask is null
