-- What an answer said of each use: whether it begins again, or why it does not. The page of the case
-- shows it as it was sent, whatever holds by then. Empty for decisions of a version from before
-- this, which writes none; then the page says nothing of the use.
alter table case_rulings add column holds text
  check (holds in ('on', 'off', 'paused', 'off-for-good', 'off-otherwise', 'differs'));
alter table case_rulings add column said text;
