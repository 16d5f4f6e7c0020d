-- Ways in besides the directory (LDAP): API tokens, and the break-glass administrator. People
-- themselves and their roles are the directory's.

create table api_token (
  id           bigint generated always as identity primary key,
  name         text not null check (length(name) between 1 and 100),
  role         text not null check (role in ('viewer', 'operator', 'dba', 'admin')),
  hash         bytea not null unique check (length(hash) = 32),
  created_at   timestamptz not null default now(),
  created_by   text not null,
  expires_at   timestamptz check (expires_at > created_at),
  revoked_at   timestamptz,
  revoked_by   text,
  last_used_at timestamptz,
  check ((revoked_at is null) = (revoked_by is null))
);

-- A revoked token stays on record; its name may be given again.
create unique index on api_token (name) where revoked_at is null;

comment on table api_token is 'Bearer tokens of scripts and other tools.';
comment on column api_token.hash is 'SHA-256 of the token; the token itself is shown once and kept nowhere.';
comment on column api_token.expires_at is 'From then on it is refused; null: never.';
comment on column api_token.last_used_at is 'To the minute.';

create table break_glass (
  hash       bytea primary key check (length(hash) = 32),
  created_at timestamptz not null default now(),
  used_at    timestamptz,
  used_from  text
);

comment on table break_glass is
  'One-time secrets of the local administrator, for the day when the directory is down. The secret lies in a file on the console''s host; each is good for one sign-in.';
comment on column break_glass.hash is 'SHA-256 of the secret.';
