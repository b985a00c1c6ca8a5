-- The log of the staff can be downloaded, too, and that is recorded beside the other files.
--
-- A version before this one cannot show a page of downloads that has this file.
alter table audit_downloads drop constraint audit_downloads_file_check;
alter table audit_downloads add constraint audit_downloads_file_check
  check (file in ('access-log', 'ledger', 'staff-actions'));
