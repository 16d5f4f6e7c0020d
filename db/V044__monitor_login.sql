-- Reading the instances of a herd by SQL over the network instead of psql on their own host.
--
-- On the managed instance:  create role matriarch_monitor login in role pg_monitor password '...';
-- and a line  hostssl postgres matriarch_monitor <console> scram-sha-256  in pg_hba.conf.
create table monitor_login (
  herd_id          bigint primary key references herd on delete cascade,
  login            text not null check (login ~ '\S' and length(login) <= 63 and login !~ '[[:cntrl:]]'),
  sealed_password  text not null check (sealed_password ~ '^[0-9a-f]{16}\.[A-Za-z0-9_-]{38,}$' and length(sealed_password) <= 3000),
  root_certificate text not null check (root_certificate ~ '-----BEGIN CERTIFICATE-----' and length(root_certificate) <= 300000),
  database         text not null default 'postgres' check (database ~ '\S' and length(database) <= 63 and database !~ '[[:cntrl:]]')
);
comment on table monitor_login is 'Login with which a herd is read by SQL (sslmode=verify-full). A herd without a row is read through SSH by psql on its local socket.';
comment on column monitor_login.login is 'A member of pg_monitor; a superuser works and is warned about.';
comment on column monitor_login.sealed_password is 'Key id, dot, Base64url of nonce and AES-256-GCM ciphertext. The key lies in secrets/seal-key of the console''s data directory. Bound to table, herd_id and column: it opens in no other row.';
comment on column monitor_login.root_certificate is 'PEM, one or more. Only servers whose certificate leads to one of these, and names the server''s address, are asked.';

create table monitor_look (
  instance_id bigint primary key references instance on delete cascade,
  looked_at   timestamptz not null default now(),
  rights      text check (rights in ('MONITOR', 'LESS', 'SUPERUSER')),
  trouble     text check (length(trouble) <= 1000),
  check (num_nonnulls(rights, trouble) = 1)
);
comment on table monitor_look is 'What the last attempt to read an instance by its herd''s monitor login came to.';
comment on column monitor_look.rights is 'What the login turned out to be: a member of pg_monitor, less than that, or superuser.';
comment on column monitor_look.trouble is 'Why it could not be used; the instance was looked at over SSH then, where its server has SSH.';

create table seal_key (
  key_id  text primary key check (key_id ~ '^[0-9a-f]{16}$'),
  made_at timestamptz not null default now()
);
comment on table seal_key is 'Keys that sealed secrets of this database; the keys themselves are in files. A console that finds a row here and not the file refuses to make another key. Delete rows only when the key is lost for good.';
