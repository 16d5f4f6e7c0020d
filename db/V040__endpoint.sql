-- What must point at the primary of a herd, and who is primary by the record.

create table pooler (
  pooler_id        bigint generated always as identity primary key,
  herd_id          bigint not null references herd,
  server_id        bigint not null references server,
  name             text not null check (name ~ '\S' and length(name) <= 63 and name !~ '[[:cntrl:]]'),
  socket_directory text not null check (socket_directory ~ '^/' and length(socket_directory) <= 100),
  port             int not null check (port between 1 and 65535),
  admin_user       text not null default 'pgbouncer' check (length(admin_user) between 1 and 63),
  owner            text not null default 'postgres' check (owner ~ '^[a-z_][a-z0-9_-]{0,31}\$?$'),
  databases_file   text not null check (databases_file ~ '^/' and length(databases_file) <= 4096),
  template         text not null check (length(template) <= 65536),
  databases        text[] not null check (cardinality(databases) > 0),
  version          int not null default 1,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  observed_at      timestamptz,
  observed_host    text,
  observed_paused  boolean,
  observed_error   text,
  unique (herd_id, name),
  unique (server_id, socket_directory, port)
);
create index on pooler (herd_id);
comment on table pooler is 'PgBouncer processes that lead clients to a herd''s primary; each of several that share a port has its own socket directory.';
comment on column pooler.databases_file is 'The file of the [databases] section, included by pgbouncer.ini; a switch of primaries writes it whole.';
comment on column pooler.template is 'Text of that file, with {{.Host}} and {{.Port}} for the primary''s.';
comment on column pooler.databases is 'Every entry of [databases] that leads to the herd, aliases too: these are paused.';
comment on column pooler.observed_host is 'Where these databases lead by the pooler''s own word; NULL if never asked or if they differ.';

create table herd_term (
  herd_id      bigint not null references herd on delete cascade,
  term         bigint not null check (term > 0),
  run_id       bigint not null,
  reserved_at  timestamptz not null default now(),
  published_at timestamptz,
  instance_id  bigint,
  address      text,
  port         int,
  timeline     int,
  primary key (herd_id, term)
);
create unique index on herd_term (herd_id, run_id);
comment on table herd_term is 'The numbered reigns of a herd''s primaries: reserved before anything changes, published once the new primary has taken a write. Terms are never reused, and a published one never decreases.';

create view v_herd_primary as
select distinct on (herd_id) herd_id, term, instance_id, address, port, timeline, published_at
from herd_term where published_at is not null
order by herd_id, term desc;
comment on view v_herd_primary is 'Who was last published as primary of each herd, under which term.';

revoke delete on herd_term from matriarch_app;
