-- An endpoint that leads to a primary which is stopped leads nowhere: it is not "in place".
alter view v_endpoint rename to v_endpoint_lead;
comment on view v_endpoint_lead is 'Where poolers and records of DNS lead, and where the last primary was.';

create view v_endpoint as
select l.endpoint_id, l.kind, l.own_id, l.name, l.herd_id, l.herd, l.environment_id, l.environment, l.server_id, l.at_server, l.serves,
       l.leads, l.leads_server, l.expected_id, l.expected_server, l.expected,
       case when l.state = 'right' and i.state = 'stopped' then 'stopped' else l.state end as state,
       l.detail, l.clients, l.waiting, l.observed_at, l.tried_at
  from v_endpoint_lead l
  left join instance i on i.instance_id = l.expected_id;
comment on view v_endpoint is 'Everything that leads clients to a primary, poolers and records of DNS: where it leads and where it should.';
