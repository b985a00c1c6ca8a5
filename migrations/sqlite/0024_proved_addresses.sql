-- When a member's address was proved: its owner opened a mailed link by a press, or the platform
-- vouched for it. Null: nobody has; nothing rests on such an address. Of those who are here already,
-- the platform's members, the staff and the demonstration's count as proved.
alter table members add column address_proved_at bigint;
update members set address_proved_at = joined_at where platform_id is not null or role <> 'member' or demo;
-- For those that the version before adds while it still runs beside this one.
create index members_to_vouch_for on members (id)
  where address_proved_at is null and (platform_id is not null or role <> 'member' or demo);
