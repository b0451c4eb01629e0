-- Nonces of messages that were newer than all that their sender had used: some in one row, ascending. The runs of an account do not overlap, and
-- what is in one is not in nonce. In the order in which they are made, so that all of an hour lie together; the index finds them.
CREATE TABLE nonce_run (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  first BLOB NOT NULL,           -- the smallest nonce in it
  last BLOB NOT NULL,            -- and the largest
  answers BLOB NOT NULL          -- for each 56 bytes: nonce, digest as in nonce, conversation, seq, at (8 bytes each, the highest first)
) STRICT;
CREATE UNIQUE INDEX nonce_run_first ON nonce_run (account, first);
