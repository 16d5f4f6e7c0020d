-- A base backup takes hours: what it has come to is shown beside its step.

alter table run_step add progress jsonb;
comment on column run_step.progress is 'How far a long step has come: what, done and total in bytes (total 0 if unknown), at, and since when and from where that is told. Only shown, never decided by.';
