-- What standing is decided by: every entry of a member but choices and support views. Of the choices the newest counts, which
-- `entries_newest` finds. So a page reads a few rows, however often the switch was pressed. The queries have these very words
-- (`src/ledger/store/deciding.rs`): both databases use a partial index only where they find its condition again.
create index entries_deciding on entries (subject, position) where kind not in ('choice', 'view');
