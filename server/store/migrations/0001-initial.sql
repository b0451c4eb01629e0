-- The log of every conversation and the facts beside it. Times are ms since 1970. Ids are never given twice.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,          -- server_id, history, rev; restored while a restored backup was never opened
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  handle TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,   -- for ever: a deleted account keeps its handle
  display TEXT NOT NULL,
  password TEXT,
  role INTEGER NOT NULL,         -- KithdRole
  deleted INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  rev INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,         -- KithdConversationKind
  name TEXT,
  folded TEXT UNIQUE,            -- rooms
  topic TEXT,
  direct_key TEXT UNIQUE,        -- direct conversations: the ids of the people, ascending: "3,7"
  private INTEGER NOT NULL,
  since_join INTEGER NOT NULL,
  first INTEGER NOT NULL DEFAULT 1,
  last INTEGER NOT NULL DEFAULT 0,
  n INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,           -- of the last event: an event is never older than the one before
  created INTEGER NOT NULL,
  rev INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
  conversation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  state INTEGER NOT NULL,        -- KithdMemberState
  role INTEGER NOT NULL,         -- KithdRole
  read INTEGER NOT NULL DEFAULT 0,
  read_n INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL,
  PRIMARY KEY (conversation, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE stay (
  conversation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  left INTEGER NOT NULL DEFAULT 0, -- 0: still there
  PRIMARY KEY (conversation, account, joined)
) STRICT, WITHOUT ROWID;

-- Kept in the order in which it is read: a page of a conversation lies together.
CREATE TABLE event (
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target INTEGER NOT NULL DEFAULT 0,
  subject INTEGER NOT NULL DEFAULT 0,
  nonce BLOB,
  body TEXT,                     -- NULL when deleted
  changed INTEGER NOT NULL,      -- seq of the last event that touched it; its own when none did
  edited INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0,
  pinned INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation, seq)
) STRICT, WITHOUT ROWID;

-- Partial, so that appending a message costs nothing.
CREATE INDEX event_changed ON event (conversation, changed) WHERE changed > seq;
CREATE INDEX event_pinned ON event (conversation, seq) WHERE pinned <> 0;
CREATE INDEX event_edits ON event (conversation, target, seq) WHERE kind = 'edit';

CREATE TABLE reaction (
  conversation INTEGER NOT NULL,
  target INTEGER NOT NULL,
  emoji TEXT NOT NULL,
  account INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (conversation, target, emoji, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE mention (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,          -- of the message
  rev INTEGER NOT NULL,          -- of the event that made the mention: the message or an edit
  PRIMARY KEY (account, conversation, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_newest ON mention (account, rev);
CREATE INDEX mention_message ON mention (conversation, seq);

-- What was answered to a request, for ever: whoever repeats it gets the same answer.
CREATE TABLE nonce (
  account INTEGER NOT NULL,      -- 0: registrations
  nonce BLOB NOT NULL,
  digest BLOB NOT NULL,          -- the first 16 bytes of the SHA-256 of the content
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  made_account INTEGER NOT NULL DEFAULT 0,
  made_device INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, nonce)
) STRICT, WITHOUT ROWID;
