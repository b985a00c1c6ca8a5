-- What staff have taken along about a member is shown to them: an index of those rows alone, of
-- which most members have none.
create index staff_actions_taken_along on staff_actions (about_id, at, id)
  where kind = 'download' and case_number is null;
