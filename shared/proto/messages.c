/* messages.c - the protocol as tables: every request with its members and its answer, every push.
 * A new message is a row here, a handler in server/dispatch, and a section in docs/protocol.md. */
#include "proto/message.h"
#include "proto/presence.h"

#define REQ TRUE
#define OPT FALSE
#define END { NULL, 0, 0, 0, 0, NULL, NULL }
#define INTEGER(name, need, lo, hi) { name, KITH_FIELD_INTEGER, need, lo, hi, NULL, NULL }
#define STRING(name, need, lo, hi) { name, KITH_FIELD_STRING, need, lo, hi, NULL, NULL }
#define BOOLEAN(name, need) { name, KITH_FIELD_BOOLEAN, need, 0, 0, NULL, NULL }
#define NONCE(name, need) { name, KITH_FIELD_NONCE, need, 0, 0, NULL, NULL }
#define TOKEN(name, need) { name, KITH_FIELD_TOKEN, need, 0, 0, NULL, NULL }
#define ACCOUNT(name, need) { name, KITH_FIELD_ACCOUNT, need, 0, 0, NULL, NULL }
#define CONVERSATION(name, need) { name, KITH_FIELD_CONVERSATION, need, 0, 0, NULL, NULL }
#define DEVICE(name, need) { name, KITH_FIELD_DEVICE, need, 0, 0, NULL, NULL }
#define ACCOUNTS(name, need, lo, hi) { name, KITH_FIELD_ACCOUNTS, need, lo, hi, NULL, NULL }
#define WORD(name, need, list) { name, KITH_FIELD_WORD, need, 0, 0, list, NULL }
#define OBJECT(name, need, members) { name, KITH_FIELD_OBJECT, need, 0, 0, NULL, members }
#define ARRAY(name, need, hi) { name, KITH_FIELD_ARRAY, need, 0, hi, NULL, NULL }
#define ANY_OBJECT(name, need) { name, KITH_FIELD_ANY_OBJECT, need, 0, 0, NULL, NULL }
#define SEQ(name, need) INTEGER (name, need, 1, KITH_INTEGER_MAX)
#define COUNT(name, need) INTEGER (name, need, 0, KITH_INTEGER_MAX)

#define TABLE(name, ...) static const KithField name[] = { __VA_ARGS__, END }
static const KithField nothing[] = { END };

static const char *const history_words[] = { "all", "since_join", NULL };
static const char *const has_words[] = { "link", "mention", "reply", NULL };
static const char *const room_role_words[] = { "owner", "admin", "moderator", "member", "read_only", NULL };
static const char *const role_words[] = { "owner", "admin", "member", NULL };

/* Requests */
TABLE (hello, INTEGER ("protocol", REQ, 0, 1000), STRING ("client", REQ, 1, 64), STRING ("language", OPT, 1, 16));
TABLE (register_, NONCE ("nonce", REQ), STRING ("handle", REQ, 1, 128), STRING ("display", OPT, 1, 256),
       STRING ("device", REQ, 1, 256), TOKEN ("token", REQ), STRING ("password", OPT, KITH_PASSWORD_MIN, KITH_PASSWORD_MAX),
       NONCE ("invite", OPT));
TABLE (login, TOKEN ("token", REQ), STRING ("handle", OPT, 1, 128), STRING ("password", OPT, 1, KITH_PASSWORD_MAX),
       STRING ("device", OPT, 1, 256));
TABLE (link, STRING ("code", REQ, 1, 32), STRING ("device", REQ, 1, 256), TOKEN ("token", REQ));
TABLE (revoke, DEVICE ("device", REQ));
TABLE (delete_account, STRING ("handle", REQ, 1, 128), STRING ("password", OPT, 1, KITH_PASSWORD_MAX));
TABLE (logout, BOOLEAN ("forget", OPT));
TABLE (sync_, COUNT ("since", OPT));
TABLE (rooms, STRING ("after", OPT, 1, 256), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (members, CONVERSATION ("conversation", REQ), ACCOUNT ("after", OPT), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (create, NONCE ("nonce", REQ), STRING ("name", REQ, 1, 256), STRING ("topic", OPT, 0, KITH_TOPIC_MAX),
       BOOLEAN ("private", OPT), WORD ("history", OPT, history_words));
TABLE (open, NONCE ("nonce", REQ), ACCOUNTS ("people", REQ, 1, KITH_DIRECT_MAX - 1));
TABLE (conversation_nonce, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ));
TABLE (conversation_account, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), ACCOUNT ("account", REQ));
TABLE (kick, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), ACCOUNT ("account", REQ), STRING ("reason", OPT, 1, KITH_REASON_MAX));
TABLE (role, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), ACCOUNT ("account", REQ), WORD ("role", REQ, room_role_words));
TABLE (mute, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), ACCOUNT ("account", REQ), INTEGER ("seconds", REQ, 1, KITH_MUTE_SECONDS_MAX),
       STRING ("reason", OPT, 1, KITH_REASON_MAX));
TABLE (topic, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), STRING ("topic", REQ, 0, KITH_TOPIC_MAX));
TABLE (rename_, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), STRING ("name", REQ, 1, 256));
TABLE (retention, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), INTEGER ("days", REQ, 0, KITH_RETENTION_DAYS_MAX));
/* The text's own limit (KITH_TEXT_MAX, configurable below that) is checked by the server and answered with too_large. */
TABLE (message_body, STRING ("text", REQ, 1, KITH_FRAME_TO_SERVER), SEQ ("reply_to", OPT), ACCOUNTS ("mentions", OPT, 0, KITH_MENTIONS_MAX),
       BOOLEAN ("all", OPT), BOOLEAN ("urgent", OPT));
TABLE (edit_body, STRING ("text", REQ, 1, KITH_FRAME_TO_SERVER), ACCOUNTS ("mentions", OPT, 0, KITH_MENTIONS_MAX), BOOLEAN ("all", OPT));
TABLE (post, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), NONCE ("after", OPT), OBJECT ("body", REQ, message_body));
TABLE (broadcast_body, STRING ("text", REQ, 1, KITH_FRAME_TO_SERVER), ACCOUNTS ("mentions", OPT, 0, KITH_MENTIONS_MAX), BOOLEAN ("urgent", OPT));
TABLE (broadcast, NONCE ("nonce", REQ), OBJECT ("body", REQ, broadcast_body));
TABLE (edit, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), NONCE ("after", OPT), SEQ ("target", REQ), OBJECT ("body", REQ, edit_body));
TABLE (targeted, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), NONCE ("after", OPT), SEQ ("target", REQ));
TABLE (react, CONVERSATION ("conversation", REQ), NONCE ("nonce", REQ), NONCE ("after", OPT), SEQ ("target", REQ),
       STRING ("emoji", REQ, 1, KITH_EMOJI_MAX));
TABLE (fetch, CONVERSATION ("conversation", REQ), COUNT ("after", OPT), SEQ ("before", OPT), COUNT ("changed_after", OPT),
       SEQ ("upto", OPT), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (versions, CONVERSATION ("conversation", REQ), SEQ ("target", REQ));
TABLE (pins, CONVERSATION ("conversation", REQ), SEQ ("before", OPT), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (seen_by, CONVERSATION ("conversation", REQ), SEQ ("target", REQ), ACCOUNT ("after", OPT), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (mark, CONVERSATION ("conversation", REQ), COUNT ("read", OPT), SEQ ("unread_from", OPT));
TABLE (mentions, SEQ ("before", OPT), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (search, STRING ("text", REQ, 1, KITH_SEARCH_TEXT_MAX), CONVERSATION ("conversation", OPT), ACCOUNT ("from", OPT), COUNT ("since", OPT),
       COUNT ("until", OPT), WORD ("has", OPT, has_words), SEQ ("before", OPT), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (typing, CONVERSATION ("conversation", REQ));
TABLE (received, CONVERSATION ("conversation", REQ), SEQ ("seq", REQ));
TABLE (receipts, CONVERSATION ("conversation", REQ));
TABLE (settings, BOOLEAN ("receipts", OPT));
TABLE (presence, BOOLEAN ("idle", REQ), COUNT ("seen", REQ), SEQ ("counter", REQ));
TABLE (status, WORD ("state", REQ, kith_presence_choices), STRING ("text", OPT, 0, KITH_STATUS_TEXT_MAX), COUNT ("until", OPT));
TABLE (password, STRING ("old", OPT, 1, KITH_PASSWORD_MAX), STRING ("new", REQ, KITH_PASSWORD_MIN, KITH_PASSWORD_MAX));
TABLE (profile, STRING ("display", REQ, 1, 256));
TABLE (admin_role, STRING ("handle", REQ, 1, 128), WORD ("role", REQ, role_words));
TABLE (invitation_create, NONCE ("nonce", REQ), NONCE ("code", REQ), CONVERSATION ("conversation", OPT),
       INTEGER ("uses", OPT, 1, KITH_INVITATION_USES_MAX), INTEGER ("seconds", OPT, 1, KITH_INVITATION_SECONDS_MAX));
TABLE (invitation_revoke, SEQ ("invitation", REQ));
TABLE (invitation_use, NONCE ("nonce", REQ), NONCE ("code", REQ));
TABLE (admin_invitation, NONCE ("code", REQ), INTEGER ("uses", OPT, 1, KITH_INVITATION_USES_MAX),
       INTEGER ("seconds", OPT, 1, KITH_INVITATION_SECONDS_MAX));
TABLE (block, ACCOUNT ("account", REQ));
TABLE (admin_person, STRING ("handle", REQ, 1, 128));
TABLE (admin_room_owner, STRING ("room", REQ, 1, 256), STRING ("handle", REQ, 1, 128));
TABLE (admin_password, STRING ("handle", REQ, 1, 128), STRING ("new", REQ, KITH_PASSWORD_MIN, KITH_PASSWORD_MAX));
TABLE (admin_page, STRING ("after", OPT, 1, 256), INTEGER ("limit", OPT, 1, KITH_PAGE_MAX));
TABLE (admin_retention, BOOLEAN ("resume", OPT));
TABLE (admin_file, STRING ("file", REQ, 1, 4096));

/* Answers */
TABLE (server_info, STRING ("id", REQ, 1, 64), STRING ("name", REQ, 1, 256), STRING ("version", REQ, 1, 64));
TABLE (presence_info, STRING ("session", REQ, 16, 16), INTEGER ("port", OPT, 1, G_MAXUINT16), STRING ("key", OPT, 176, 176));
TABLE (hello_answer, OBJECT ("server", REQ, server_info), STRING ("history", REQ, 1, 64), STRING ("registration", REQ, 1, 32),
       ANY_OBJECT ("limits", REQ), COUNT ("time", REQ), STRING ("next_pin", OPT, 64, 64),
       OBJECT ("presence", OPT, presence_info));
TABLE (person, ACCOUNT ("id", REQ), STRING ("handle", REQ, 1, 256), STRING ("display", REQ, 1, 512), STRING ("role", REQ, 1, 32),
       BOOLEAN ("deleted", OPT), BOOLEAN ("blocked", OPT));
TABLE (signed_in, OBJECT ("account", REQ, person), DEVICE ("device", REQ), COUNT ("rev", REQ));
TABLE (devices_answer, ARRAY ("devices", REQ, KITH_FRAME_TO_CLIENT));
TABLE (link_code, STRING ("code", REQ, 1, 32), COUNT ("expires", REQ));
TABLE (invitation_made, SEQ ("invitation", REQ), COUNT ("expires", REQ));
TABLE (invitations_answer, ARRAY ("invitations", REQ, KITH_FRAME_TO_CLIENT));
TABLE (removed, ARRAY ("conversations", OPT, KITH_FRAME_TO_CLIENT), ARRAY ("people", OPT, KITH_FRAME_TO_CLIENT));
TABLE (status_answer, STRING ("state", REQ, 1, 16), STRING ("text", REQ, 0, KITH_STATUS_TEXT_MAX), COUNT ("until", REQ));
TABLE (sync_answer, ARRAY ("conversations", REQ, KITH_FRAME_TO_CLIENT), ARRAY ("people", REQ, KITH_FRAME_TO_CLIENT),
       OBJECT ("removed", REQ, removed), COUNT ("rev", REQ), BOOLEAN ("more", REQ), OBJECT ("status", OPT, status_answer),
       ANY_OBJECT ("presence", OPT), ANY_OBJECT ("settings", OPT));
TABLE (rooms_answer, ARRAY ("rooms", REQ, KITH_PAGE_MAX), BOOLEAN ("more", REQ));
TABLE (members_answer, ARRAY ("members", REQ, KITH_PAGE_MAX), BOOLEAN ("more", REQ));
TABLE (bans_answer, ARRAY ("bans", REQ, KITH_PAGE_MAX), BOOLEAN ("more", REQ));
TABLE (conversation_answer, ANY_OBJECT ("conversation", REQ));
TABLE (appended, SEQ ("seq", REQ), COUNT ("at", REQ));
TABLE (broadcast_answer, CONVERSATION ("conversation", REQ), SEQ ("seq", REQ), COUNT ("at", REQ));
TABLE (fetch_answer, ARRAY ("events", REQ, KITH_PAGE_MAX), COUNT ("first", REQ), BOOLEAN ("more", REQ), ARRAY ("withheld", OPT, 1000));
TABLE (versions_answer, ARRAY ("versions", REQ, KITH_FRAME_TO_CLIENT));
TABLE (pins_answer, ARRAY ("events", REQ, KITH_PAGE_MAX), BOOLEAN ("more", REQ));
TABLE (seen_by_answer, ARRAY ("people", REQ, KITH_PAGE_MAX), COUNT ("of", REQ), BOOLEAN ("more", REQ));
TABLE (mark_answer, COUNT ("read", REQ), COUNT ("unread", REQ), COUNT ("mentions", REQ));
TABLE (receipts_answer, ANY_OBJECT ("people", REQ));
TABLE (settings_answer, BOOLEAN ("receipts", REQ));
TABLE (mentions_answer, ARRAY ("events", REQ, KITH_PAGE_MAX), COUNT ("next", REQ), BOOLEAN ("more", REQ));
TABLE (search_answer, ARRAY ("events", REQ, KITH_PAGE_MAX), COUNT ("next", REQ), BOOLEAN ("more", REQ), BOOLEAN ("pending", OPT));
TABLE (users_answer, ARRAY ("users", REQ, KITH_PAGE_MAX), BOOLEAN ("more", REQ));
TABLE (retention_answer, COUNT ("days", REQ), BOOLEAN ("paused", REQ), COUNT ("seconds", OPT));
TABLE (backup_answer, COUNT ("bytes", REQ));
TABLE (person_answer, OBJECT ("account", REQ, person));

#define FRESH KITH_PHASE_FRESH
#define OPEN KITH_PHASE_OPEN
#define SIGNED KITH_PHASE_SIGNED
#define ADMIN KITH_PHASE_ADMIN
#define ANY (FRESH | OPEN | SIGNED | ADMIN)

const KithMessageType kith_requests[] = {
  { "hello", FRESH, FALSE, hello, hello_answer },
  { "ping", ANY, FALSE, nothing, nothing },
  { "pong", ANY, TRUE, nothing, NULL },
  { "register", OPEN, FALSE, register_, signed_in },
  { "login", OPEN, FALSE, login, signed_in },
  { "link", OPEN, FALSE, link, signed_in },
  { "logout", SIGNED, FALSE, logout, nothing },
  { "sync", SIGNED, FALSE, sync_, sync_answer },
  { "rooms", SIGNED, FALSE, rooms, rooms_answer },
  { "members", SIGNED, FALSE, members, members_answer },
  { "bans", SIGNED, FALSE, members, bans_answer },
  { "create", SIGNED, FALSE, create, conversation_answer },
  { "open", SIGNED, FALSE, open, conversation_answer },
  { "join", SIGNED, FALSE, conversation_nonce, appended },
  { "leave", SIGNED, FALSE, conversation_nonce, appended },
  { "invite", SIGNED, FALSE, conversation_account, appended },
  { "kick", SIGNED, FALSE, kick, appended },
  { "ban", SIGNED, FALSE, kick, appended },
  { "unban", SIGNED, FALSE, conversation_account, appended },
  { "role", SIGNED, FALSE, role, appended },
  { "mute", SIGNED, FALSE, mute, appended },
  { "unmute", SIGNED, FALSE, conversation_account, appended },
  { "topic", SIGNED, FALSE, topic, appended },
  { "rename", SIGNED, FALSE, rename_, appended },
  { "retention", SIGNED, FALSE, retention, appended },
  { "post", SIGNED, FALSE, post, appended },
  { "broadcast", SIGNED, FALSE, broadcast, broadcast_answer },
  { "edit", SIGNED, FALSE, edit, appended },
  { "delete", SIGNED, FALSE, targeted, appended },
  { "react", SIGNED, FALSE, react, appended },
  { "unreact", SIGNED, FALSE, react, appended },
  { "pin", SIGNED, FALSE, targeted, appended },
  { "unpin", SIGNED, FALSE, targeted, appended },
  { "fetch", SIGNED, FALSE, fetch, fetch_answer },
  { "versions", SIGNED, FALSE, versions, versions_answer },
  { "pins", SIGNED, FALSE, pins, pins_answer },
  { "seen_by", SIGNED, FALSE, seen_by, seen_by_answer },
  { "mark", SIGNED, FALSE, mark, mark_answer },
  { "mentions", SIGNED, FALSE, mentions, mentions_answer },
  { "search", SIGNED, FALSE, search, search_answer },
  { "typing", SIGNED, TRUE, typing, NULL },
  { "received", SIGNED, TRUE, received, NULL },
  { "receipts", SIGNED, FALSE, receipts, receipts_answer },
  { "settings", SIGNED, FALSE, settings, settings_answer },
  { "presence", SIGNED, TRUE, presence, NULL },
  { "status", SIGNED, FALSE, status, status_answer },
  { "password", SIGNED, FALSE, password, nothing },
  { "profile", SIGNED, FALSE, profile, person_answer },
  { "block", SIGNED, FALSE, block, nothing },
  { "unblock", SIGNED, FALSE, block, nothing },
  { "devices", SIGNED, FALSE, nothing, devices_answer },
  { "revoke", SIGNED, FALSE, revoke, nothing },
  { "link_start", SIGNED, FALSE, nothing, link_code },
  { "delete_account", SIGNED, FALSE, delete_account, nothing },
  { "invitation_create", SIGNED, FALSE, invitation_create, invitation_made },
  { "invitations", SIGNED, FALSE, nothing, invitations_answer },
  { "invitation_use", SIGNED, FALSE, invitation_use, conversation_answer },
  { "invitation_revoke", SIGNED, FALSE, invitation_revoke, nothing },
  { "admin_users", ADMIN, FALSE, admin_page, users_answer },
  { "admin_role", ADMIN, FALSE, admin_role, person_answer },
  { "admin_password", ADMIN, FALSE, admin_password, nothing },
  { "admin_invitation", ADMIN, FALSE, admin_invitation, invitation_made },
  { "admin_link", ADMIN, FALSE, admin_person, link_code },
  { "admin_remove", ADMIN, FALSE, admin_person, nothing },
  { "admin_rooms", ADMIN, FALSE, admin_page, rooms_answer },
  { "admin_room_owner", ADMIN, FALSE, admin_room_owner, appended },
  { "admin_retention", ADMIN, FALSE, admin_retention, retention_answer },
  { "admin_broadcast", ADMIN, FALSE, broadcast, broadcast_answer },
  { "admin_backup", ADMIN, FALSE, admin_file, backup_answer },
  { NULL, 0, FALSE, NULL, NULL },
};

/* Pushes */
TABLE (event_push, CONVERSATION ("conversation", REQ), SEQ ("seq", REQ), COUNT ("n", REQ), COUNT ("at", REQ), ACCOUNT ("from", OPT),
       STRING ("kind", REQ, 1, 32), COUNT ("rev", REQ), SEQ ("target", OPT), ACCOUNT ("account", OPT), ANY_OBJECT ("body", OPT),
       NONCE ("nonce", OPT));
TABLE (changed_push, COUNT ("rev", REQ));
TABLE (behind_push, ANY_OBJECT ("conversations", REQ), COUNT ("rev", REQ));
TABLE (typing_push, CONVERSATION ("conversation", REQ), ACCOUNT ("from", REQ));
TABLE (marked_push, CONVERSATION ("conversation", REQ), COUNT ("read", REQ), COUNT ("unread", REQ), COUNT ("mentions", REQ), COUNT ("rev", REQ));
TABLE (receipts_push, CONVERSATION ("conversation", REQ), ANY_OBJECT ("people", REQ));
TABLE (presence_push, COUNT ("from", OPT), COUNT ("upto", OPT), ANY_OBJECT ("people", OPT));
TABLE (error_push, ANY_OBJECT ("error", REQ));

const KithMessageType kith_pushes[] = {
  { "event", 0, TRUE, event_push, NULL },
  { "changed", 0, TRUE, changed_push, NULL },
  { "behind", 0, TRUE, behind_push, NULL },
  { "typing", 0, TRUE, typing_push, NULL },
  { "marked", 0, TRUE, marked_push, NULL },
  { "presence", 0, TRUE, presence_push, NULL },
  { "receipts", 0, TRUE, receipts_push, NULL },
  { "settings", 0, TRUE, settings_answer, NULL },
  { "status", 0, TRUE, status_answer, NULL },
  { "ping", 0, TRUE, nothing, NULL },
  { "error", 0, TRUE, error_push, NULL }, /* the last frame before the server closes */
  { NULL, 0, FALSE, NULL, NULL },
};
