select max(d.info) as database from (
  select 'dbname=''' || replace(replace(datname, '\', '\\'), '''', '\''') || '''' as info
  from pg_database where datallowconn and not datistemplate order by oid offset :next limit 1) d \gset
\if :{?database}
\connect -reuse-previous=on :"database"
begin transaction read only;
select 'database', json_build_object('name', current_database(),
  'unlogged', (select count(*) from pg_class c where c.relpersistence = 'u' and c.relkind = 'r'),
  'extensions', (select coalesce(json_agg(e.extname order by e.extname), '[]') from pg_extension e),
  'collationChanged', (select coalesce(json_agg(c.collname order by c.collname), '[]')
     from pg_collation c where c.collversion <> pg_collation_actual_version(c.oid)));
commit;
\endif
select :next + 1 as next \gset
