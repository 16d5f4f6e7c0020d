-- Who can reach whom within a herd, as last tried.

create table herd_connectivity (
  herd_id bigint primary key references herd on delete cascade,
  ways    jsonb not null,
  members int not null check (members >= 0),
  at      timestamptz not null default now()
);
comment on table herd_connectivity is 'Real connections between the members of a herd, tried at each look for readiness.';
comment on column herd_connectivity.ways is 'A list of {from, to, kind, trouble}: kind is ssh, sql, replication or port; trouble is null if the connection was taken.';
comment on column herd_connectivity.members is 'How many members the herd had; no more than 12 of them are tried.';
