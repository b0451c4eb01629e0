-- Who is banned from a room, by whom, when and why: what happened goes with its time, a ban does not. A row for each member whose state is 4.
CREATE TABLE ban (
  conversation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  sender INTEGER NOT NULL,       -- who banned; 0: nobody knows any more
  at INTEGER NOT NULL,           -- 0: nobody knows any more
  reason TEXT,
  PRIMARY KEY (conversation, account)
) STRICT, WITHOUT ROWID;
INSERT INTO ban SELECT m.conversation, m.account, coalesce (e.sender, 0), coalesce (e.at, 0),
  CASE WHEN json_valid (e.body) THEN json_extract (e.body, '$.reason') END
  FROM member m LEFT JOIN event e ON e.conversation = m.conversation AND e.seq =
  (SELECT max(seq) FROM event WHERE conversation = m.conversation AND kind = 'ban' AND subject = m.account)
  WHERE m.state = 4;
