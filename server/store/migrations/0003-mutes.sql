-- Until when somebody may not write in a room (ms since 1970; 0: they may). A role in a room may be -1: read-only.
ALTER TABLE member ADD COLUMN muted_until INTEGER NOT NULL DEFAULT 0;
