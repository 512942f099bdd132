-- A model with a contract loses no column and changes no type without a new version.
-- hint: give the model a new version with the change, and keep this one for those who read it
select
    d.node,
    d.column_name,
    'the contract of model "' || n.name || '" had column "' || d.column_name || '" as ' || lower(d.type_before)
        || case d.change when 'removed' then ', and has it no more' else ', and has it as ' || lower(d.type_after) end as message
from diff_columns as d
join nodes as n on n.node = d.node
where n.own and n.contract and d.change in ('removed', 'retyped')
