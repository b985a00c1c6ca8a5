-- Mail that was written in the same transaction as what it reports, and is sent afterwards. What stays of a sent one is that and when:
-- a letter may carry a one-time link or code that is otherwise stored only as a hash.
create table outbox (
  id text primary key,
  to_address text,
  subject text,
  plain text,
  html text,
  state text not null check (state in ('waiting', 'sending', 'sent', 'dead')),
  -- How often a node took it up, including those that ended before they could say what became of it.
  attempts bigint not null default 0,
  next_at bigint not null,
  -- While it is being sent: until when it is this node's alone. A node that has crashed loses it then.
  claimed_until bigint,
  created_at bigint not null,
  sent_at bigint,
  -- An SMTP code or one word, never content.
  last_error text,
  check ((state = 'sent') = (sent_at is not null)),
  check ((state = 'sending') = (claimed_until is not null)),
  check ((state = 'sent') = (to_address is null)),
  check ((to_address is null) = (subject is null) and (to_address is null) = (plain is null) and (to_address is null) = (html is null))
);
create index outbox_open on outbox (created_at, id) where state in ('waiting', 'sending');
create index outbox_dead on outbox (id) where state = 'dead';
