-- What people chose to show: KithPresenceState, a text beside it, and until when (0: open).
ALTER TABLE account ADD COLUMN status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN status_text TEXT;
ALTER TABLE account ADD COLUMN status_until INTEGER NOT NULL DEFAULT 0;
