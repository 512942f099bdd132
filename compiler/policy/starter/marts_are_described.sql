-- Every model in marts has a description.
-- hint: say what one of its rows is
select node, 'model "' || name || '" has no description' as message
from nodes
where own and type = 'model' and layer = 'marts' and description is null
