create schema mod;
create table mod.meta (version bigint, written_at timestamp);
create table mod.builds (
  number bigint, environment text, node text, database_name text, schema_name text, relation_name text, kind text, hash text, own text, built_at timestamp,
  seconds double precision, row_count bigint, byte_count bigint, run text, watermark timestamp, code text, note text
);
create table mod.code (code text, detail text);
create table mod.intervals (
  number bigint, environment text, node text, database_name text, schema_name text, relation_name text, op text, from_at timestamp, to_at timestamp, own text,
  loaded_at timestamp, run text
);
create table mod.runs (
  number bigint, run text, environment text, command text, began_at timestamp, ended_at timestamp, status text, holder text, version text
);
create table mod.leases (
  environment text, node text, database_name text, schema_name text, relation_name text, token bigint, run text, holder text, process text,
  taken_at timestamp, until_at timestamp
);
insert into mod.meta values (1, timestamp '2024-01-01 12:00:00');
insert into mod.builds values
  (1, 'prod', 'model.shop.orders', 'shop', 'main', 'orders', 'build', '0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210', timestamp '2024-01-01 12:00:00',
   1.5, 7, null, 'run 1', null, null, 'it was selected'),
  (2, 'prod', 'model.shop.orders', 'shop', 'main', 'orders', 'add', '0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210', timestamp '2024-01-02 12:00:00',
   1.5, 8, null, 'run 2', null, null, null);
insert into mod.intervals values
  (1, 'prod', 'model.shop.orders', 'shop', 'main', 'orders', 'load', timestamp '2024-01-01 00:00:00', timestamp '2024-01-02 00:00:00', 'fedcba9876543210fedcba9876543210',
   timestamp '2024-01-02 12:00:00', 'run 2');
insert into mod.runs values
  (1, 'run 2', 'prod', 'apply', timestamp '2024-01-02 11:59:00', null, 'running', 'ana@shop', '0.1.0'),
  (2, 'run 2', 'prod', 'apply', timestamp '2024-01-02 11:59:00', timestamp '2024-01-02 12:00:00', 'success', 'ana@shop', '0.1.0');
insert into mod.leases values ('prod', 'model.shop.orders', 'shop', 'main', 'orders', 3, 'run 2', 'ana@shop', null, timestamp '2024-01-02 11:59:00', null);
