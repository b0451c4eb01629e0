-- Messages that are committed and not yet put into their places, in the order in which they came. They continue the logs of their conversations;
-- their nonces are not yet in nonce.
CREATE TABLE recent (
  rev INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  nonce BLOB,
  digest BLOB,                   -- as in nonce
  body TEXT
) STRICT;
