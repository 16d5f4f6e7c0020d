-- Who may do what in Matriarch's own database.
--
--   matriarch_owner  owns the schema and everything in it. Migrations run as this role; the console
--                    does not keep a connection of it.
--   matriarch_app    the running console: reads and writes rows, changes no table, and may only add
--                    to the audit trail (V002).
--   matriarch_agent  a group without login. The logins of the agents are its members; all it may do
--                    is to call the report function.
--
-- The embedded database is created with these roles. On a server of your own create them first:
--
--   create role matriarch_owner login createrole password '...';
--   create role matriarch_app   login password '...';
--   create role matriarch_agent nologin;
--   create database matriarch owner matriarch_owner;

do $$
declare
  missing text;
begin
  select string_agg(name, ', ') into missing
    from unnest(array['matriarch_app', 'matriarch_agent']) as name
   where not exists (select from pg_roles where rolname = name);
  if missing is not null then
    raise exception 'role(s) % are missing', missing
      using hint = 'Create them as the head of V001__roles.sql shows, then start Matriarch again.';
  end if;
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to matriarch_app, matriarch_agent', current_database());
end
$$;

comment on schema matriarch is
  'Matriarch: the fleet as it was last seen, what people asked for, and what was done about it.';

grant usage on schema matriarch to matriarch_app, matriarch_agent;

-- Tables and functions of later migrations: the console may use them, nobody else may, and a
-- function is not executable by everybody as PostgreSQL has it by default.
alter default privileges in schema matriarch
  grant select, insert, update, delete on tables to matriarch_app;
alter default privileges in schema matriarch
  grant usage, select on sequences to matriarch_app;
alter default privileges in schema matriarch
  grant execute on functions to matriarch_app;
alter default privileges
  revoke execute on functions from public;
