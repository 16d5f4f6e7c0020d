-- The door for agents: one function takes one JSON document, says yes or no, and keeps the latest
-- document of each server. What it means is decided by the console, which reads it from here.

create table agent_login (
  login     text primary key,
  server_id bigint not null unique references server on delete cascade,
  bound_at  timestamptz not null default now()
);
comment on table agent_login is
  'Logins that serve one server each, bound at the first report without a token. Delete a row to let a server report through another login.';

create table agent_report (
  server_id   bigint primary key references server on delete cascade,
  seq         bigint generated always as identity,
  document    jsonb not null,
  received_at timestamptz not null,
  sender      text not null,
  with_token  boolean not null,
  applied     boolean not null default false
) with (fillfactor = 70);
create index on agent_report (received_at) where not applied;
comment on table agent_report is 'The latest document of each server; documents carry no token here.';
comment on column agent_report.seq is 'Tells a document that arrived while its predecessor was being applied.';
comment on column agent_report.sender is 'Database login, or "https".';

create table agent_refusal (
  sender      text not null,
  server_id   bigint references server on delete cascade,
  reason      text not null,
  server_name text,
  first_at    timestamptz not null,
  last_at     timestamptz not null,
  audited_at  timestamptz not null,
  times       bigint not null default 1,
  unique nulls not distinct (sender, server_id)
);
comment on table agent_refusal is
  'Refused reports, one row a sender and registered server, so that a wrong setting on a host cannot fill the audit trail: it gets a row when the reason changes, and one an hour.';

alter table server_report add column late_sent_at timestamptz;
comment on column server_report.late_sent_at is
  'sent_at of a report that was older than what we knew; if the next one is older too but later than this one, the host''s clock was set back.';

alter table instance add column configured_port int check (configured_port between 1 and 65535);
alter table instance add column lsn_at timestamptz;
comment on column instance.configured_port is 'The port it has, or would have: port is NULL if a running cluster of its server has it.';
comment on column instance.lsn_at is 'When the positions were sampled, by our clock; positions of a stopped instance stay with their age.';

alter table herd add column named_from text check (named_from in ('member', 'primary'));
comment on column herd.named_from is
  'How the name was formed: from a member as long as no primary was seen, then once from the primary. NULL, or version above 1: by people, and never changed.';

-- What is wrong with a text, a name or the depth anywhere in a value; NULL if nothing is.
create function value_fault(value jsonb, deepest int) returns text language plpgsql stable set search_path = matriarch, pg_temp as $$
declare
  longest int;
begin
  if jsonb_path_exists(value, format('$.**{%s}', deepest + 1)::jsonpath) then
    return 'it is nested too deeply';
  end if;
  select max(length(text #>> '{}')) into longest
    from jsonb_path_query(value, 'strict $.**') as text where jsonb_typeof(text) = 'string';
  if longest > 4096 then
    return format('a text has %s characters; 4096 are the limit', longest);
  end if;
  select max(length(name #>> '{}')) into longest
    from jsonb_path_query(value, 'strict $.** ? (@.type() == "object").keyvalue().key') as name;
  if longest > 200 then
    return format('a field has a name of %s characters; 200 are the limit', longest);
  end if;
  return null;
end $$;

-- What is wrong with the shape of one instance; NULL if nothing is. Values are read later, and what
-- cannot be read is unknown; here is refused what no agent sends.
create function instance_fault(one jsonb) returns text language plpgsql stable set search_path = matriarch, pg_temp as $$
declare
  fault text;
begin
  if jsonb_typeof(one) <> 'object' then
    return format('it is %s, not object', jsonb_typeof(one));
  end if;
  select format('%s is %s, not %s', name, jsonb_typeof(one -> name), kind) into fault
    from (values ('dataDirectory', 'string'), ('port', 'number'), ('socketDirectory', 'string'), ('version', 'string'),
                 ('versionNum', 'number'), ('owner', 'string'), ('binDirectory', 'string'), ('debianCluster', 'string'),
                 ('unit', 'string'), ('configFile', 'string'), ('clusterName', 'string'), ('online', 'boolean'),
                 ('state', 'string'), ('error', 'string'), ('observedAt', 'string'), ('inRecovery', 'boolean'),
                 ('timeline', 'number'), ('systemIdentifier', 'string'), ('controlState', 'string'), ('writeLsn', 'string'),
                 ('receiveLsn', 'string'), ('replayLsn', 'string'), ('replayedAt', 'string'), ('checkpointLsn', 'string'),
                 ('upstream', 'object'), ('standbySignal', 'boolean'), ('slots', 'array'), ('standbys', 'array'),
                 ('sizeBytes', 'number'), ('connections', 'number'), ('maxConnections', 'number'), ('archiver', 'object'),
                 ('manager', 'string'), ('startedAt', 'string'), ('pendingRestart', 'boolean'), ('settings', 'object'),
                 ('dataVolume', 'object'), ('walVolume', 'object')) as spec (name, kind)
   where coalesce(jsonb_typeof(one -> name), 'null') not in (kind, 'null') limit 1;
  if fault is not null then
    return fault;
  end if;
  -- These become arguments of commands and keys of rows.
  select format('%s is no path', name) into fault
    from (values ('dataDirectory', true), ('binDirectory', false), ('configFile', false)) as spec (name, needed)
   where case when one ->> name is null then needed
              else one ->> name !~ '^/' or one ->> name ~ '[[:cntrl:]\u0080-\u009f]' end limit 1;
  if fault is not null then
    return fault;
  end if;
  select format('%s holds a control character or is too long', name) into fault
    from (values ('socketDirectory', 4096), ('owner', 128), ('debianCluster', 255), ('unit', 255), ('version', 128),
                 ('systemIdentifier', 20)) as spec (name, longest)
   where one ->> name ~ '[[:cntrl:]\u0080-\u009f]' or length(one ->> name) > spec.longest limit 1;
  return coalesce(fault, value_fault(one, 6));
end $$;
comment on function instance_fault is 'What is wrong with one instance of an agent''s document, or NULL.';

-- The same for a document apart from its instances: whoever owns one cluster of a host decides what
-- is said of it, and must not be able to silence the others.
create function report_fault(doc jsonb) returns text language plpgsql stable set search_path = matriarch, pg_temp as $$
declare
  fault text;
begin
  if jsonb_typeof(doc) is distinct from 'object' then
    return 'the document is no JSON object';
  end if;
  if octet_length(doc::text) > 1048576 then
    return format('the document has %s bytes; 1048576 are the limit', octet_length(doc::text));
  end if;
  if doc -> 'format' is distinct from '1'::jsonb then
    return format('format is %s; this Matriarch reads format 1', coalesce(left((doc -> 'format')::text, 40), 'missing'));
  end if;
  select format('%s is %s, not %s', name, coalesce(jsonb_typeof(doc -> name), 'missing'), kind) into fault
    from (values ('agent', 'string', true), ('server', 'string', false), ('token', 'string', true), ('sentAt', 'string', true),
                 ('intervalSeconds', 'number', true), ('host', 'object', true), ('instances', 'array', false)) as spec (name, kind, optional)
   where coalesce(jsonb_typeof(doc -> name), 'null') <> kind
     and not (optional and coalesce(jsonb_typeof(doc -> name), 'null') = 'null')
   limit 1;
  if fault is not null then
    return fault;
  end if;
  if doc ->> 'server' !~ '\S' or length(doc ->> 'server') > 253 or doc ->> 'server' ~ '[[:cntrl:]\u0080-\u009f]' then
    return 'server is no name';
  end if;
  if jsonb_array_length(doc -> 'instances') > 500 then
    return format('there are %s instances; 500 are the limit', jsonb_array_length(doc -> 'instances'));
  end if;
  return value_fault(doc - 'instances', 6);
end $$;
comment on function report_fault is 'What is wrong with the shape of an agent''s document, its instances aside, or NULL.';

-- The document with the instances that can be taken, and under "faults" those that cannot.
create function taken_report(doc jsonb) returns jsonb language sql stable set search_path = matriarch, pg_temp
return (
  select (doc - 'token') || jsonb_build_object(
           'instances', coalesce(jsonb_agg(one order by n) filter (where fault is null), '[]'),
           'faults', coalesce(jsonb_agg(jsonb_build_object('dataDirectory', left(one ->> 'dataDirectory', 4096), 'fault', fault) order by n)
                              filter (where fault is not null), '[]'))
    from (select one, n, coalesce(instance_fault(one),
                   case when row_number() over (partition by one ->> 'dataDirectory' order by n) > 1
                        then 'another one has this data directory' end) as fault
            from jsonb_array_elements(doc -> 'instances') with ordinality as each (one, n)) as checked);

-- Whether this login may speak for this server; the reason if not. Binds a login at its first
-- report: a login that serves one server needs no token.
create function sender_fault(target server, login text, token text) returns text language plpgsql set search_path = matriarch, pg_temp as $$
declare
  own bigint;
begin
  if token is not null then
    if target.agent_token_hash is distinct from encode(sha256(convert_to(token, 'UTF8')), 'hex') then
      return format('the token is not the one of server "%s"; make a new one on its page', target.name);
    end if;
    return null;
  end if;
  if login is null then
    return 'a report over HTTPS needs the token of its server';
  end if;
  select server_id into own from agent_login a where a.login = sender_fault.login;
  if own is not null and own <> target.server_id then
    return format('login "%s" reports for another server; a login for several servers sends the token of each', login);
  end if;
  if exists (select from agent_report r where r.sender = sender_fault.login and r.server_id <> target.server_id)
     and (own is null or target.agent_token_hash is not null) then
    return format('login "%s" serves several servers, so that server "%s" must send its token', login, target.name);
  end if;
  if own is not null then
    return null;
  end if;
  if exists (select from agent_login a where a.server_id = target.server_id)
     or exists (select from agent_report r where r.server_id = target.server_id and r.sender <> sender_fault.login) then
    return format('server "%s" reports through another login; send its token, which its page makes', target.name);
  end if;
  insert into agent_login (login, server_id) values (login, target.server_id);
  insert into audit_event (actor, origin, action, target_kind, target, target_id, outcome, detail)
  values (left(login, 256), 'system', 'agent.bind', 'server', target.name, target.server_id, 'SUCCEEDED', '{}');
  return null;
end $$;
comment on function sender_fault is 'Why a login may not report for a server, or NULL.';

-- Shows a refusal at a server and puts it on the trail.
create function note_refusal(login text, address text, claimed text, shown bigint, fault text) returns void language plpgsql set search_path = matriarch, pg_temp as $$
declare
  audited timestamptz;
begin
  insert into agent_refusal as r (sender, server_id, reason, server_name, first_at, last_at, audited_at)
  values (coalesce(login, 'https'), shown, fault, left(claimed, 253), clock_timestamp(), clock_timestamp(), '-infinity')
  on conflict (sender, server_id) do update
     set last_at = excluded.last_at, times = r.times + 1, server_name = excluded.server_name, reason = excluded.reason,
         first_at = case when r.reason = excluded.reason then r.first_at else excluded.first_at end,
         audited_at = case when r.reason = excluded.reason then r.audited_at else '-infinity' end
  returning audited_at into audited;
  if audited < clock_timestamp() - interval '1 hour' then
    insert into audit_event (actor, origin, address, action, target_kind, target, target_id, outcome, detail)
    values (left(coalesce(login, 'agent'), 256), 'api', address, 'agent.report', 'server', left(claimed, 253),
            (select server_id from server where name = claimed), 'DENIED', jsonb_build_object('reason', fault));
    update agent_refusal set audited_at = clock_timestamp()
     where sender = coalesce(login, 'https') and server_id is not distinct from shown;
  end if;
  if shown is not null then
    insert into server_report (server_id, refused_at, refused_reason) values (shown, clock_timestamp(), fault)
    on conflict (server_id) do update set refused_at = excluded.refused_at, refused_reason = excluded.refused_reason;
  end if;
  perform pg_notify('problem', '');
end $$;

create function refuse_report(login text, address text, claimed text, fault text) returns jsonb language plpgsql set search_path = matriarch, pg_temp as $$
declare
  shown bigint;
begin
  -- Shown where reports are missing: at the server that was claimed or at the login's own,
  -- whichever has not reported for longer.
  select s.server_id into shown
    from server s left join agent_report r using (server_id)
   where s.name = claimed or s.server_id = (select a.server_id from agent_login a where a.login = refuse_report.login)
   order by r.received_at nulls first, s.server_id limit 1;
  perform note_refusal(login, address, claimed, shown, fault);
  return jsonb_build_object('accepted', false, 'reason', fault);
end $$;

-- login: who is connected, NULL for HTTPS, where the token alone tells.
create function report_from(doc jsonb, login text, address text) returns jsonb language plpgsql security definer set search_path = matriarch, pg_temp as $$
declare
  target server;
  claimed text;
  fault text;
  taken jsonb;
begin
  fault := report_fault(doc);
  if jsonb_typeof(doc) = 'object' then
    claimed := left(regexp_replace(doc ->> 'server', '[[:cntrl:]\u0080-\u009f]', chr(65533), 'g'), 253);
  end if;
  if fault is null then
    select * into target from server where name = claimed;
    fault := case
      when not found then format('server "%s" is not known here; add it (Servers, Add server, or POST /api/servers), and its next report is taken', claimed)
      else sender_fault(target, login, doc ->> 'token') end;
  end if;
  if fault is not null then
    return refuse_report(login, address, claimed, fault);
  end if;
  taken := taken_report(doc);
  insert into agent_report as r (server_id, document, received_at, sender, with_token)
  values (target.server_id, taken, clock_timestamp(), coalesce(login, 'https'), doc ->> 'token' is not null)
  on conflict (server_id) do update
     set document = excluded.document, received_at = excluded.received_at, seq = default, sender = excluded.sender,
         with_token = excluded.with_token, applied = false;
  if jsonb_array_length(taken -> 'faults') > 0 then
    perform note_refusal(login, address, claimed, target.server_id,
      format('%s of its instances cannot be taken: %s: %s', jsonb_array_length(taken -> 'faults'),
             left(regexp_replace(coalesce(taken #>> '{faults,0,dataDirectory}', '(no directory)'), '[[:cntrl:]\u0080-\u009f]', chr(65533), 'g'), 200),
             taken #>> '{faults,0,fault}'));
  end if;
  perform pg_notify('report', target.server_id::text);
  return jsonb_build_object('accepted', true, 'interval', coalesce(doc -> 'intervalSeconds', '30'));
exception when others then
  -- A report must never cost its sender more than a "no": the reason goes to the trail.
  return refuse_report(login, address, claimed, format('it could not be kept: %s', left(sqlerrm, 500)));
end $$;
comment on function report_from is 'Takes a report for the console''s HTTPS door; agents have report(jsonb) only.';

create function report(doc jsonb) returns jsonb language sql security definer set search_path = matriarch, pg_temp
return matriarch.report_from(doc, session_user::text, host(inet_client_addr()));
comment on function report(jsonb) is
  'What an agent calls, and all it may do: {"accepted":true,"interval":30} or {"accepted":false,"reason":"..."}.';

revoke all on function value_fault, instance_fault, report_fault, taken_report, sender_fault, note_refusal, refuse_report, report_from, report(jsonb)
  from public;
grant execute on function report_from to matriarch_app;
grant execute on function report(jsonb) to matriarch_agent, matriarch_app;
