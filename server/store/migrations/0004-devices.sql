-- The day (UTC, ms of its start) on which a device signed in last.
ALTER TABLE device ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
UPDATE device SET seen = created - created % 86400000;
-- What somebody is in, when the account is deleted.
CREATE INDEX member_account ON member (account);
