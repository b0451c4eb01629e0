-- Who does not want to hear from whom. One that was taken back stays with active = 0, so that sync tells.
CREATE TABLE block (
  account INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  active INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  PRIMARY KEY (account, blocked)
) STRICT, WITHOUT ROWID;
