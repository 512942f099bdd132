-- Every model in marts has an owner.
-- hint: name one as owner in its meta, or give it a group that has one
select node, 'model "' || name || '" has no owner' as message
from nodes
where own and type = 'model' and layer = 'marts' and owner is null
