-- What an edited message said first. The later texts are in its edit events.
CREATE TABLE original (
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conversation, seq)
) STRICT, WITHOUT ROWID;
