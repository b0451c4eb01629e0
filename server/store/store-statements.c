/* store-statements.c - what the writing connection can say. */
#include "store/store-writer.h"

#define OF_MESSAGE " WHERE conversation = ?1 AND seq = ?2"

/* What fails ends the transaction. Without FAIL, SQLite would prepare to undo the rows before. */
#define ADD_RECENT "INSERT OR FAIL INTO recent (rev, conversation, seq, n, at, sender, nonce, digest, body) VALUES "
#define RECENT "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define FOUR_RECENT RECENT ", " RECENT ", " RECENT ", " RECENT

const char *const kithd_writer_statements[W_N_STATEMENTS] = {
    [W_BEGIN] = "BEGIN IMMEDIATE",
    [W_COMMIT] = "COMMIT",
    [W_ROLLBACK] = "ROLLBACK",
    [W_SAVEPOINT] = "SAVEPOINT change",
    [W_RELEASE] = "RELEASE change",
    [W_ROLLBACK_TO] = "ROLLBACK TO change",
    [W_SET_REV] = "UPDATE meta SET value = ?1 WHERE key = 'rev'",

    [W_NONCE_FIND] = "SELECT digest = ?3, conversation, seq, at, made_account, made_device FROM nonce"
                     " WHERE account = ?1 AND nonce = ?2",
    [W_NONCE_ABOVE] = "SELECT nonce FROM nonce WHERE account = ?1 AND nonce > ?2 ORDER BY nonce LIMIT 1",
    [W_NONCE_ADD] = "INSERT INTO nonce (account, nonce, digest, conversation, seq, at, made_account, made_device)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    /* Runs do not overlap. */
    [W_RUN_FIND] = "SELECT answers FROM nonce_run WHERE account = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1",
    [W_RUN_LAST] = "SELECT last FROM nonce_run WHERE account = ?1 AND first > ?2 ORDER BY first DESC LIMIT 1",
    [W_RUN_ADD] = "INSERT INTO nonce_run (account, first, last, answers) VALUES (?1, ?2, ?3, ?4)",

    [W_ACCOUNT_ADD] = "INSERT INTO account (handle, folded, display, password, role, created, rev)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [W_ACCOUNT_PASSWORD] = "UPDATE account SET password = ?2, rev = ?3 WHERE id = ?1 AND deleted = 0",
    [W_ACCOUNT_DISPLAY] = "UPDATE account SET display = ?2, rev = ?3 WHERE id = ?1 AND deleted = 0",
    [W_ACCOUNT_STATUS] = "UPDATE account SET status = ?2, status_text = ?3, status_until = ?4"
                         " WHERE id = ?1 AND deleted = 0",
    [W_ACCOUNT_SETTINGS] = "UPDATE account SET receipts_off = ?2 WHERE id = ?1 AND deleted = 0",
    [W_ACCOUNT_ROLE] = "UPDATE account SET role = ?2, rev = ?3 WHERE id = ?1 AND deleted = 0",

    [W_ACCOUNT_DELETE] =
        "UPDATE account SET deleted = 1, display = 'Deleted account', password = NULL, role = 0, rev = ?2"
        " WHERE id = ?1 AND deleted = 0",
    [W_DEVICES_REMOVE] = "DELETE FROM device WHERE account = ?1",
    [W_INVITATIONS_END] = "UPDATE member SET state = 2, rev = ?2 WHERE account = ?1 AND state = 1",
    [W_MENTIONS_FORGET] = "DELETE FROM mention WHERE account = ?1",
    /* Rooms and direct conversations; 1 where it is the room's only owner. */
    [W_MEMBER_OF] = "SELECT m.conversation, c.kind = 0 AND m.role = 3 AND NOT EXISTS (SELECT 1 FROM member o"
                    " WHERE o.conversation = m.conversation AND o.account <> m.account AND o.state = 0 AND o.role = 3)"
                    " FROM member m INDEXED BY member_account JOIN conversation c ON c.id = m.conversation"
                    " WHERE m.account = ?1 AND m.state = 0 AND c.kind < 2 ORDER BY m.conversation",
    [W_HEIR] = "SELECT account FROM member WHERE conversation = ?1 AND account <> ?2 AND state = 0"
               " ORDER BY role DESC, account LIMIT 1",
    [W_NOTES_OF] = "SELECT m.conversation FROM member m INDEXED BY member_account JOIN conversation c"
                   " ON c.id = m.conversation WHERE m.account = ?1 AND c.kind = 2",
    [W_LOG_EMPTY] = "DELETE FROM event WHERE conversation = ?1 AND seq <= ?2",
    [W_LOG_FIRST] = "UPDATE conversation SET first = ?2 + 1, gone = ?3 WHERE id = ?1",
    [W_LOG_ORIGINALS] = "DELETE FROM original WHERE conversation = ?1 AND seq <= ?2",
    [W_LOG_REACTIONS] = "DELETE FROM reaction WHERE conversation = ?1 AND target <= ?2",
    [W_LOG_MENTIONS] = "DELETE FROM mention WHERE conversation = ?1 AND seq <= ?2",
    /* Of the first ?3 events those before ?2: times never go back. */
    [W_LOG_OLD] = "SELECT count(*), coalesce (max(seq), 0), coalesce (max(n), 0) FROM"
                  " (SELECT seq, n, at FROM event WHERE conversation = ?1 ORDER BY seq LIMIT ?3) WHERE at < ?2",
    [W_LOG_OLDEST] = "SELECT at FROM event WHERE conversation = ?1 ORDER BY seq LIMIT 1",

    [W_DEVICE_ADD] = "INSERT INTO device (account, name, token_hash, created, seen) VALUES (?1, ?2, ?3, ?4, ?5)",
    [W_DEVICE_ROOM] = "SELECT (SELECT count(*) FROM device WHERE account = ?1) FROM account WHERE id = ?1 AND deleted = 0",
    [W_DEVICE_SEE] = "UPDATE device SET seen = max (seen, ?2) WHERE id = ?1",
    [W_DEVICE_FIND] = "SELECT id, account FROM device WHERE token_hash = ?1",
    [W_DEVICE_REMOVE] = "DELETE FROM device WHERE id = ?1",

    [W_INVITATION_ADD] = "INSERT INTO invitation (account, conversation, created, expires, uses, code_hash)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [W_INVITATION_USE] = "UPDATE invitation SET used = used + 1 WHERE id = ?1 AND used < uses AND expires > ?2",
    [W_INVITATION_REMOVE] = "DELETE FROM invitation WHERE id = ?1",
    [W_INVITATIONS_OVER] = "DELETE FROM invitation WHERE account = ?1 AND (expires <= ?2 OR used >= uses)",
    [W_INVITATIONS_OF] = "DELETE FROM invitation WHERE account = ?1",

    [W_BLOCK_FIND] = "SELECT active FROM block WHERE account = ?1 AND blocked = ?2",
    [W_BLOCK_SET] = "INSERT INTO block (account, blocked, active, rev) VALUES (?1, ?2, ?3, ?4)"
                    " ON CONFLICT (account, blocked) DO UPDATE SET active = ?3, rev = ?4",
    [W_BLOCKS_OF] = "DELETE FROM block WHERE account = ?1",

    [W_CONVERSATION_ADD] = "INSERT INTO conversation"
                           " (kind, name, folded, topic, direct_key, private, since_join, at, created, rev)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
    [W_CONVERSATION_NUMBERS] = "SELECT last, n, at, rev FROM conversation WHERE id = ?1",
    [W_CONVERSATION_ADVANCE] = "UPDATE conversation SET last = ?2, n = ?3, at = ?4, rev = ?5 WHERE id = ?1",
    /* What was appended since the numbers of its conversation were written. */
    [W_LOG_BEHIND] = "SELECT e.conversation, e.sender, e.seq, e.n, e.at, e.rev FROM conversation c CROSS JOIN event e"
                     " ON e.conversation = c.id AND e.seq > c.last ORDER BY e.conversation, e.seq",
    [W_CONVERSATION_TOPIC] = "UPDATE conversation SET topic = ?2 WHERE id = ?1",
    [W_CONVERSATION_RETENTION] = "UPDATE conversation SET retention = ?2 WHERE id = ?1",
    [W_CONVERSATION_RENAME] = "UPDATE conversation SET name = ?2, folded = ?3 WHERE id = ?1",
    [W_ROOM_FIND] = "SELECT id, private FROM conversation WHERE folded = ?1",
    [W_DIRECT_FIND] = "SELECT id FROM conversation WHERE direct_key = ?1",
    [W_BROADCASTS_FIND] = "SELECT id FROM conversation WHERE kind = 3",
    [W_BROADCASTS_MEMBERS] = "INSERT INTO member (conversation, account, state, role, rev)"
                             " SELECT ?1, id, 0, 0, ?2 FROM account WHERE deleted = 0",
    [W_BROADCASTS_STAYS] = "INSERT INTO stay (conversation, account, joined)"
                           " SELECT ?1, id, 1 FROM account WHERE deleted = 0",

    [W_MEMBER_FIND] =
        "SELECT state, read, read_n, role, muted_until FROM member WHERE conversation = ?1 AND account = ?2",
    [W_MEMBER_ANYBODY] = "SELECT EXISTS (SELECT 1 FROM member WHERE conversation = ?1 AND state = 0)",
    [W_MEMBER_ROLE] = "UPDATE member SET role = ?3, rev = ?4 WHERE conversation = ?1 AND account = ?2",
    [W_MEMBER_MUTE] = "UPDATE member SET muted_until = ?3, rev = ?4 WHERE conversation = ?1 AND account = ?2",
    [W_MEMBER_SET] = "INSERT INTO member (conversation, account, state, role, read, read_n, rev)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (conversation, account) DO UPDATE SET"
                     " state = ?3, role = ?4, read = max (read, ?5), read_n = max (read_n, ?6), rev = ?7",
    [W_MEMBER_CURSOR] = "UPDATE member SET read = ?3, read_n = ?4, rev = ?5, delivered = max (delivered, ?6),"
                        " seen = max (seen, ?6) WHERE conversation = ?1 AND account = ?2",
    [W_MEMBER_POSTED] = "UPDATE member SET read = ?3, read_n = ?4, rev = ?5, delivered = ?3, seen = ?3"
                        " WHERE conversation = ?1 AND account = ?2 AND read < ?3",
    [W_MEMBER_RECEIPT] = "UPDATE member SET delivered = max (delivered, ?3), seen = max (seen, ?4)"
                         " WHERE conversation = ?1 AND account = ?2",
    [W_BAN_ADD] = "INSERT INTO ban (conversation, account, sender, at, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
    [W_BAN_REMOVE] = "DELETE FROM ban WHERE conversation = ?1 AND account = ?2",
    [W_STAY_OPEN] = "INSERT INTO stay (conversation, account, joined) VALUES (?1, ?2, ?3)",
    [W_STAY_CLOSE] = "UPDATE stay SET left = ?3 WHERE conversation = ?1 AND account = ?2 AND left = 0",

    [W_EVENT_ADD] = "INSERT INTO event"
                    " (conversation, seq, n, at, rev, sender, kind, target, subject, nonce, body, changed)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?2)",
    [W_RECENT_ADD] = (ADD_RECENT RECENT), /* in parentheses, or Clang misses a comma */
    [W_RECENT_ADD_MANY] = (ADD_RECENT FOUR_RECENT ", " FOUR_RECENT ", " FOUR_RECENT ", " FOUR_RECENT),
    /* As they came: sorting them costs more than it spares, since a page is written once for all of them anyway. */
    [W_RECENT_EVENTS] = "INSERT INTO event (conversation, seq, n, at, rev, sender, kind, nonce, body, changed)"
                        " SELECT conversation, seq, n, at, rev, sender, 'message', nonce, body, seq FROM recent",
    [W_RECENT_NONCES] = "SELECT sender, nonce, digest, conversation, seq, at FROM recent WHERE nonce IS NOT NULL",
    [W_RECENT_EMPTY] = "DELETE FROM recent",
    [W_EVENT_N] = "SELECT n FROM event WHERE conversation = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1",
    [W_EVENT_N_GONE] = "SELECT gone FROM conversation WHERE id = ?1",
    [W_EVENTS_OWN] = "SELECT count(*) FROM (SELECT sender, kind FROM event WHERE conversation = ?1 AND seq > ?2 ORDER BY seq"
                     " LIMIT ?4) WHERE sender = ?3 AND kind = 'message'",
    [W_TARGET] = "SELECT kind = 'message', sender, deleted, pinned, edited, changed FROM event" OF_MESSAGE,
    [W_TARGET_TOUCH] = "UPDATE event SET changed = ?3" OF_MESSAGE,
    [W_TARGET_EDIT] = "UPDATE event SET changed = ?3, body = ?4, edited = ?5" OF_MESSAGE,
    [W_TARGET_DELETE] = "UPDATE event SET changed = ?3, body = NULL, deleted = 1, pinned = 0" OF_MESSAGE,
    [W_TARGET_PIN] = "UPDATE event SET changed = ?3, pinned = ?4" OF_MESSAGE,
    [W_EDITS_EMPTY] = "UPDATE event INDEXED BY event_edits SET body = NULL"
                      " WHERE conversation = ?1 AND target = ?2 AND kind = 'edit'",
    [W_PIN_COUNT] = "SELECT count(*) FROM event INDEXED BY event_pinned WHERE conversation = ?1 AND pinned <> 0",
    [W_ORIGINAL_KEEP] =
        "INSERT INTO original (conversation, seq, body) SELECT conversation, seq, body FROM event" OF_MESSAGE,
    [W_ORIGINAL_REMOVE] = "DELETE FROM original" OF_MESSAGE,

    [W_REACTION_FIND] =
        "SELECT seq FROM reaction WHERE conversation = ?1 AND target = ?2 AND emoji = ?3 AND account = ?4",
    /* How many kinds there are, found by leaping from one to the next; and whether this one is among them. */
    [W_REACTION_ROOM] =
        "WITH RECURSIVE kinds (emoji) AS (SELECT min(emoji) FROM reaction WHERE conversation = ?1 AND target = ?2"
        " UNION ALL SELECT (SELECT min(r.emoji) FROM reaction r WHERE r.conversation = ?1 AND r.target = ?2"
        " AND r.emoji > kinds.emoji) FROM kinds WHERE kinds.emoji IS NOT NULL)"
        " SELECT count(emoji), coalesce (max(emoji = ?3), 0) FROM kinds",
    [W_REACTION_ADD] = "INSERT INTO reaction (conversation, target, emoji, account, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
    [W_REACTION_REMOVE] =
        "DELETE FROM reaction WHERE conversation = ?1 AND target = ?2 AND emoji = ?3 AND account = ?4",
    [W_REACTIONS_REMOVE] = "DELETE FROM reaction WHERE conversation = ?1 AND target = ?2",

    /* Only who is a member, and may read the message, is mentioned by it. */
    [W_MENTION_ADD] = "INSERT OR IGNORE INTO mention (account, conversation, seq, rev)"
                      " SELECT m.account, c.id, ?3, ?4 FROM conversation c JOIN member m ON m.conversation = c.id"
                      " WHERE c.id = ?1 AND m.account = ?2 AND m.state = 0 AND (c.since_join = 0 OR"
                      " EXISTS (SELECT 1 FROM stay s WHERE s.conversation = ?1 AND s.account = ?2 AND s.joined <= ?3"
                      " AND (s.left = 0 OR s.left >= ?3)))",
    /* Everybody who is in and takes messages of ?2. */
    [W_MENTION_ALL] = "INSERT OR IGNORE INTO mention (account, conversation, seq, rev)"
                      " SELECT m.account, c.id, ?3, ?4 FROM conversation c JOIN member m ON m.conversation = c.id"
                      " WHERE c.id = ?1 AND m.account <> ?2 AND m.state = 0 AND (c.since_join = 0 OR"
                      " EXISTS (SELECT 1 FROM stay s WHERE s.conversation = ?1 AND s.account = m.account"
                      " AND s.joined <= ?3 AND (s.left = 0 OR s.left >= ?3))) AND NOT EXISTS (SELECT 1 FROM block b"
                      " WHERE b.account = m.account AND b.blocked = ?2 AND b.active <> 0)",
    [W_MENTION_REMOVE] = "DELETE FROM mention WHERE account = ?3 AND conversation = ?1 AND seq = ?2",
    [W_MENTIONS_OF] = "SELECT account FROM mention" OF_MESSAGE,
    [W_MENTIONS_REMOVE] = "DELETE FROM mention" OF_MESSAGE,
    [W_MENTIONS_UNREAD] = "SELECT seq FROM mention WHERE account = ?2 AND conversation = ?1 AND seq > ?3"
                          " ORDER BY seq LIMIT ?4",
};
