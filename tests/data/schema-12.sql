-- A database of schema 12, with something in every table. Never edited: the migrations are tested with it.
PRAGMA application_id = 0x4b697468;
PRAGMA user_version = 12;
BEGIN TRANSACTION;
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
, status INTEGER NOT NULL DEFAULT 0, status_text TEXT, status_until INTEGER NOT NULL DEFAULT 0, receipts_off INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "account" VALUES(1,'Ada','ada','Ada',NULL,3,0,1700000000000,1,2,'in a talk',1700003600000,0);
INSERT INTO "account" VALUES(2,'bob','bob','Bob',NULL,0,0,1700000000001,2,0,NULL,0,1);
INSERT INTO "account" VALUES(3,'cyd','cyd','cyd',NULL,0,0,1700000000020,13,0,NULL,0,0);
INSERT INTO "account" VALUES(4,'dan','dan','dan',NULL,0,0,1700000000021,14,0,NULL,0,0);
CREATE TABLE ban (
  conversation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  sender INTEGER NOT NULL,       -- who banned; 0: nobody knows any more
  at INTEGER NOT NULL,           -- 0: nobody knows any more
  reason TEXT,
  PRIMARY KEY (conversation, account)
) STRICT, WITHOUT ROWID;
INSERT INTO "ban" VALUES(3,3,1,1700000000022,'Noise.');
INSERT INTO "ban" VALUES(3,4,0,0,NULL);
CREATE TABLE block (
  account INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  active INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  PRIMARY KEY (account, blocked)
) STRICT, WITHOUT ROWID;
INSERT INTO "block" VALUES(1,2,1,12);
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
, retention INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "conversation" VALUES(1,2,NULL,NULL,NULL,NULL,0,0,1,0,0,1700000000000,1700000000000,1,0,0);
INSERT INTO "conversation" VALUES(2,2,NULL,NULL,NULL,NULL,0,0,1,0,0,1700000000001,1700000000001,2,0,0);
INSERT INTO "conversation" VALUES(3,0,'Plans','plans','for the weekend',NULL,0,0,1,9,3,1700000000022,1700000000002,15,0,0);
INSERT INTO "conversation" VALUES(4,1,NULL,NULL,NULL,'1,2',0,0,1,2,0,1700000000011,1700000000011,12,0,0);
CREATE TABLE device (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  created INTEGER NOT NULL
, seen INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "device" VALUES(1,1,'laptop',X'0000000000000000000000000000000000000000000000000000000000000000',1700000000000,1700006400000);
INSERT INTO "device" VALUES(2,2,'phone',X'0101010101010101010101010101010101010101010101010101010101010101',1700000000001,1700006400000);
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
INSERT INTO "event" VALUES(3,1,0,1700000000002,3,1,'join',0,0,NULL,NULL,1,0,0,0);
INSERT INTO "event" VALUES(3,2,0,1700000000003,4,2,'join',0,0,NULL,NULL,2,0,0,0);
INSERT INTO "event" VALUES(3,3,1,1700000000004,5,1,'message',0,0,X'30303030303030303030303030303030','{"text":"Lunch at one"}',8,1700000000010,0,0);
INSERT INTO "event" VALUES(3,4,2,1700000000005,6,2,'message',0,0,X'31313131313131313131313131313131','{"text":"Yes!"}',5,0,0,0);
INSERT INTO "event" VALUES(3,5,2,1700000000006,7,1,'react',4,0,NULL,'{"emoji":"+"}',5,0,0,0);
INSERT INTO "event" VALUES(3,6,3,1700000000007,8,1,'message',0,0,NULL,NULL,7,0,1,0);
INSERT INTO "event" VALUES(3,7,3,1700000000008,9,1,'delete',6,0,NULL,NULL,7,0,0,0);
INSERT INTO "event" VALUES(3,8,3,1700000000010,10,1,'edit',3,0,NULL,'{"text":"Lunch at one"}',8,0,0,0);
INSERT INTO "event" VALUES(3,9,3,1700000000022,15,1,'ban',0,3,NULL,'{"reason":"Noise."}',9,0,0,0);
INSERT INTO "event" VALUES(4,1,0,1700000000011,11,1,'join',0,0,NULL,NULL,1,0,0,0);
INSERT INTO "event" VALUES(4,2,0,1700000000011,12,2,'join',0,0,NULL,NULL,2,0,0,0);
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
INSERT INTO "invitation" VALUES(1,1,3,1700000000000,1900000000000,2,1,X'1111111111111111111111111111111111111111111111111111111111111111');
CREATE TABLE member (
  conversation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  state INTEGER NOT NULL,        -- KithdMemberState
  role INTEGER NOT NULL,         -- KithdRole
  read INTEGER NOT NULL DEFAULT 0,
  read_n INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL, muted_until INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation, account)
) STRICT, WITHOUT ROWID;
INSERT INTO "member" VALUES(1,1,0,3,0,0,1,0,0,0);
INSERT INTO "member" VALUES(2,2,0,3,0,0,2,0,0,0);
INSERT INTO "member" VALUES(3,1,0,3,6,3,8,0,2,1);
INSERT INTO "member" VALUES(3,2,0,-1,4,2,6,1700000009999,2,1);
INSERT INTO "member" VALUES(3,3,4,0,0,0,15,0,0,0);
INSERT INTO "member" VALUES(3,4,4,0,0,0,15,0,0,0);
INSERT INTO "member" VALUES(4,1,0,0,1,0,11,0,0,0);
INSERT INTO "member" VALUES(4,2,0,0,2,0,12,0,0,0);
CREATE TABLE mention (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,          -- of the message
  rev INTEGER NOT NULL,          -- of the event that made the mention: the message or an edit
  PRIMARY KEY (account, conversation, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "mention" VALUES(2,3,3,5);
CREATE TABLE meta (
  key TEXT PRIMARY KEY,          -- server_id, history, rev; restored while a restored backup was never opened
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('history','0f1e2d3c4b5a69788796a5b4c3d2e1f0');
INSERT INTO "meta" VALUES('rev',15);
INSERT INTO "meta" VALUES('server_id','7b9f1b2c3d4e5f60718293a4b5c6d7e8');
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
INSERT INTO "nonce" VALUES(1,X'30303030303030303030303030303030',X'01010101010101010101010101010101',3,3,1700000000004,0,0);
INSERT INTO "nonce" VALUES(2,X'31313131313131313131313131313131',X'02020202020202020202020202020202',3,4,1700000000005,0,0);
CREATE TABLE original (
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conversation, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "original" VALUES(3,3,'{"text":"Lunch"}');
CREATE TABLE reaction (
  conversation INTEGER NOT NULL,
  target INTEGER NOT NULL,
  emoji TEXT NOT NULL,
  account INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (conversation, target, emoji, account)
) STRICT, WITHOUT ROWID;
INSERT INTO "reaction" VALUES(3,4,'+',1,5);
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
INSERT INTO "recent" VALUES(16,3,10,4,1700000000030,1,X'32323232323232323232323232323232',X'03030303030303030303030303030303','{"text":"Recent"}');
CREATE TABLE stay (
  conversation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  left INTEGER NOT NULL DEFAULT 0, -- 0: still there
  PRIMARY KEY (conversation, account, joined)
) STRICT, WITHOUT ROWID;
INSERT INTO "stay" VALUES(1,1,1,0);
INSERT INTO "stay" VALUES(2,2,1,0);
INSERT INTO "stay" VALUES(3,1,1,0);
INSERT INTO "stay" VALUES(3,2,2,0);
INSERT INTO "stay" VALUES(4,1,1,0);
INSERT INTO "stay" VALUES(4,2,2,0);
CREATE INDEX event_changed ON event (conversation, changed) WHERE changed > seq;
CREATE INDEX event_pinned ON event (conversation, seq) WHERE pinned <> 0;
CREATE INDEX event_edits ON event (conversation, target, seq) WHERE kind = 'edit';
CREATE INDEX mention_newest ON mention (account, rev);
CREATE INDEX mention_message ON mention (conversation, seq);
CREATE INDEX member_account ON member (account);
CREATE UNIQUE INDEX conversation_broadcasts ON conversation (kind) WHERE kind = 3;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('account',4);
INSERT INTO "sqlite_sequence" VALUES('device',2);
INSERT INTO "sqlite_sequence" VALUES('conversation',4);
INSERT INTO "sqlite_sequence" VALUES('invitation',1);
COMMIT;
