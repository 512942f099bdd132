-- What a user who debugs a connection wants to know: each query is one fact, named by its column.
select 'Snowflake ' || current_version() as "version";
select current_region() as "region";
select current_user() as "user";
select current_role() as "role";
select current_warehouse() as "warehouse";
select current_database() as "database";
select current_schema() as "schema";
