-- Two words of a member now stand with both of them in their key, and who has very many words stands a second time under each. Whether a member's
-- words are there in this form; the server writes those of everybody else. An older version beside it goes by `searchable`, and finds by the keys
-- that are there already; the pairs among them are of no use any more once no such version runs.
alter table members add column words_in_pairs boolean not null default false;
create index members_without_pairs on members (id) where not words_in_pairs;
