-- Invitations by link. What is over (expired, used up) goes when the same person makes another one.
CREATE TABLE invitation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL,      -- who invites; 0: the administrator
  conversation INTEGER NOT NULL, -- the room; 0: none
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0,
  code_hash BLOB NOT NULL UNIQUE -- SHA-256 of the code
) STRICT;
