-- Steps that clients wait for may be finished while this database does not answer: they are
-- announced in the audit trail by the transaction that passes the point of no return.

alter table run_step add audit_id bigint;
comment on column run_step.audit_id is 'The audit event that announced this step by itself; null for what the run''s own event covers.';
