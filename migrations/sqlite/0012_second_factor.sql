-- The second factor of a member of the staff. Without a row there is none yet: it is set up at the next sign-in.
create table second_factors (
  member_id text primary key references members (id),
  -- What the codes are made from, in base 32; src/account/second_factor.rs says why it is not a hash.
  secret text not null,
  -- The newest step of thirty seconds whose code was accepted: neither it nor an older one is accepted again.
  used_step bigint not null,
  set_up_at bigint not null
);

-- Recovery codes that have not been used yet, as hashes; using one removes it.
create table recovery_codes (
  sha256 text primary key,
  member_id text not null references members (id),
  made_at bigint not null
);
create index recovery_codes_of_member on recovery_codes (member_id);
