-- What the checks of a project ask: a table for each kind of thing that is known of it. This file makes the tables, and what it says of them is their
-- documentation.

-- The project's nodes: models, seeds, snapshots, sources, exposures, syncs, tests, and all else that has a name.
create table nodes (
    node varchar,               -- its unique ID: model.shop.orders
    name varchar,               -- orders; of a source source.table, of a version orders.v2
    type varchar,               -- model, seed, snapshot, source, exposure, sync, test, unit_test …
    package varchar,            -- the project or package that has it
    own boolean,                -- it is the project's, not an installed package's
    path varchar,               -- the file that defines it, from the project's folder
    line bigint,                -- the line there
    layer varchar,              -- the first folder below models/ (seeds/ …): staging, marts; null without one
    materialized varchar,       -- table, view, incremental …; null for what is not built
    access varchar,             -- of a model: private, protected or public
    contract boolean,           -- its contract is enforced
    version varchar,            -- null without versions
    group_name varchar,         -- null without a group
    owner varchar,              -- who answers for it: it says so itself, or its group does; null if nobody
    description varchar,        -- null without one
    relation varchar            -- where it is stored: database.schema.name; null for what is not
);

-- The columns of nodes, those that properties files tell of and those that the queries are known to give.
create table columns (
    node varchar,               -- whose column it is
    column_name varchar,        -- its name
    position bigint,            -- its place in the query, from 1; null where that is not known
    data_type varchar,          -- as a properties file says, or else as the query gives it; null where neither does
    described boolean,          -- a properties file tells of it
    description varchar,        -- null without one, also where it has that of a column it is a copy of
    pii varchar,                -- the kinds of personal data that it holds, said of it or of a column that it is a copy of: email, name; null for none
    maybe_pii boolean,          -- it holds personal data, or something made of it
    mask varchar,               -- what masks it: `mask` in its meta or config, or `column_mask`; null without one
    path varchar,               -- where a properties file tells of it, else where the node is
    line bigint                 -- the line there
);

-- Which node reads which.
create table edges (
    node varchar,               -- what reads
    reads varchar               -- what is read
);

-- Which column is made of which.
create table column_edges (
    node varchar,               -- whose column it is
    column_name varchar,        -- the column
    reads varchar,              -- the node that is read
    reads_column varchar,       -- its column
    kind varchar                -- copy, rename, transform or aggregate; filter, join, group and order decide about rows only
);

-- The data tests and unit tests, a row for each node that one reads.
create table tests (
    test varchar,               -- the ID of the test
    name varchar,               -- unique, not_null …; of a singular test and a unit test its own name
    kind varchar,               -- generic, singular or unit
    node varchar,               -- what it tests
    column_name varchar,        -- the column that it tests; null for none
    severity varchar,           -- error or warn
    is_key boolean              -- it says that no two rows have the same: unique, unique_combination_of_columns
);

-- Who answers for what: nodes that have an owner.
create table owners (
    owner varchar,              -- as it is written: a name, an address, or both
    node varchar                -- what he answers for
);

-- The tags of nodes.
create table tags (
    node varchar,               -- whose tag it is
    tag varchar                 -- the tag
);

-- The meta of nodes and columns, a row for each key.
create table meta (
    node varchar,               -- whose meta it is
    column_name varchar,        -- of a column of the node; null for the node's own
    key varchar,                -- the key
    value varchar               -- its value as text
);

-- How nodes differ from what the target has. Only mod ci knows: elsewhere the table is empty.
create table diff (
    node varchar,               -- what differs
    state varchar,              -- new, changed, affected, removed …, as in mod plan
    rows_before bigint,         -- of the target; null where they were not compared
    rows_after bigint,          -- of the pull request; null where they were not compared
    rows_added bigint,          -- without a key rows are added and removed, and none is changed
    rows_removed bigint,
    rows_changed bigint
);

-- How columns differ from what the target has. Only mod ci knows: elsewhere the table is empty.
create table diff_columns (
    node varchar,               -- whose column it is
    column_name varchar,        -- the column
    change varchar,             -- added, removed, retyped, or values
    type_before varchar,        -- null of one that is added
    type_after varchar,         -- null of one that is removed
    rows_changed bigint         -- of values: how many rows have another one
);
