-- Two words now stand together however short the first of them is, so that a whole name such as `Li Xu` is found among any number of words that
-- begin like these. Whether a member's words are there in this form; the server writes those of everybody else. An older version beside it finds
-- by the keys that are there already.
alter table members add column short_words_paired boolean not null default false;
create index members_without_short_pairs on members (id) where not short_words_paired;
drop index members_without_pairs;
