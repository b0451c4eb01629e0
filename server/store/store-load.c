/* store-load.c - the facts beside the logs, table by table. The logs themselves stay on disk: nothing here scans
 * events. */
#include "store/store-private.h"

#include <string.h>

#include "proto/error.h"

enum {
  L_ACCOUNTS,
  L_DEVICES,
  L_CONVERSATIONS,
  L_MEMBERS,
  L_STAYS,
  L_MENTIONS,
  L_BANS,
  L_INVITATIONS,
  L_BLOCKS,
  L_N_STATEMENTS
};

static const char *const statements[L_N_STATEMENTS] = {
    [L_ACCOUNTS] = "SELECT id, handle, folded, display, password, role, deleted, created, rev, status, status_text, status_until, receipts_off"
                   " FROM account ORDER BY id",
    [L_DEVICES] = "SELECT id, account, name, token_hash, created, seen FROM device ORDER BY id",
    [L_CONVERSATIONS] =
        "SELECT id, kind, name, folded, topic, private, since_join, first, last, n, created, rev, direct_key, gone, retention"
        " FROM conversation ORDER BY id",
    [L_MEMBERS] = "SELECT conversation, account, state, role, read, read_n, rev, muted_until, delivered, seen FROM member ORDER BY "
                  "conversation, account",
    [L_INVITATIONS] =
        "SELECT id, account, conversation, created, expires, uses, used, code_hash FROM invitation ORDER BY id",
    [L_BANS] = "SELECT conversation, account, sender, at, reason FROM ban ORDER BY conversation, account",
    [L_BLOCKS] = "SELECT account, blocked, active, rev FROM block ORDER BY account, blocked",
    [L_STAYS] = "SELECT conversation, account, joined, left FROM stay ORDER BY conversation, account, joined",
    [L_MENTIONS] = "SELECT p.conversation, p.account, m.seq FROM member p CROSS JOIN mention m"
                   " ON m.account = p.account AND m.conversation = p.conversation AND m.seq > p.read"
                   " WHERE p.state = 0 ORDER BY p.conversation, p.account, m.seq",
};

typedef gboolean (*LoadRow) (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data);

/* Records borrow their strings from the row; the casts say so. */
#define BORROW(row, column) ((char *) (gpointer) kith_sql_column_text (row, column))
#define INTEGER(row, column) sqlite3_column_int64 (row, column)

static gboolean
load_account (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  KithdAccountRecord account = {.id = INTEGER (row, 0),
                                .handle = BORROW (row, 1),
                                .folded = BORROW (row, 2),
                                .display = BORROW (row, 3),
                                .password = BORROW (row, 4),
                                .deleted = INTEGER (row, 6) != 0,
                                .created = INTEGER (row, 7),
                                .rev = INTEGER (row, 8),
                                .status = (guint) INTEGER (row, 9),
                                .status_text = BORROW (row, 10),
                                .status_until = INTEGER (row, 11),
                                .receipts_off = INTEGER (row, 12) != 0};
  gint64 role = INTEGER (row, 5);
  if (role < KITHD_ROLE_MEMBER || role > KITHD_ROLE_OWNER || account.handle == NULL || account.folded == NULL ||
      account.display == NULL)
    return FALSE;
  account.role = (KithdRole) role;
  sink->account (data, &account);
  return TRUE;
}

static gboolean
load_device (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  KithdDeviceRecord device = {.id = INTEGER (row, 0),
                              .account = INTEGER (row, 1),
                              .name = BORROW (row, 2),
                              .created = INTEGER (row, 4),
                              .seen = INTEGER (row, 5)};
  if (sqlite3_column_bytes (row, 3) != sizeof device.token_hash || device.name == NULL)
    return FALSE;
  memcpy (device.token_hash, sqlite3_column_blob (row, 3), sizeof device.token_hash);
  sink->device (data, &device);
  return TRUE;
}

/* "3,7" */
static gboolean
load_direct (gint64 conversation, const char *key, const KithdStoreSink *sink, gpointer data)
{
  gint64 people[KITHD_PEOPLE_MAX];
  g_auto (GStrv) ids = g_strsplit (key != NULL ? key : "", ",", KITHD_PEOPLE_MAX + 1);
  guint n = g_strv_length (ids);
  if (n == 0 || n > KITHD_PEOPLE_MAX)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!g_ascii_string_to_signed (ids[i], 10, 1, G_MAXINT64, &people[i], NULL))
      return FALSE;
  sink->direct (data, conversation, people, n);
  return TRUE;
}

static gboolean
load_conversation (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  KithdConversationRecord conversation = {.id = INTEGER (row, 0),
                                          .name = BORROW (row, 2),
                                          .folded = BORROW (row, 3),
                                          .topic = BORROW (row, 4),
                                          .private_ = INTEGER (row, 5) != 0,
                                          .since_join = INTEGER (row, 6) != 0,
                                          .first = INTEGER (row, 7),
                                          .last = INTEGER (row, 8),
                                          .n = INTEGER (row, 9),
                                          .created = INTEGER (row, 10),
                                          .rev = INTEGER (row, 11),
                                          .gone = INTEGER (row, 13),
                                          .retention = INTEGER (row, 14)};
  gint64 kind = INTEGER (row, 1);
  if (kind < KITHD_ROOM || kind > KITHD_BROADCASTS ||
      (kind == KITHD_ROOM && (conversation.name == NULL || conversation.folded == NULL)))
    return FALSE;
  conversation.kind = (KithdConversationKind) kind;
  sink->conversation (data, &conversation);
  return kind != KITHD_DIRECT || load_direct (conversation.id, kith_sql_column_text (row, 12), sink, data);
}

static gboolean
load_member (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  KithdMemberRecord member = {.conversation = INTEGER (row, 0),
                              .account = INTEGER (row, 1),
                              .read = INTEGER (row, 4),
                              .read_n = INTEGER (row, 5),
                              .rev = INTEGER (row, 6),
                              .muted_until = INTEGER (row, 7),
                              .delivered = INTEGER (row, 8),
                              .seen = INTEGER (row, 9)};
  gint64 state = INTEGER (row, 2), role = INTEGER (row, 3);
  if (state < KITHD_MEMBER_IN || state > KITHD_MEMBER_BANNED || role < KITHD_ROLE_READ_ONLY || role > KITHD_ROLE_OWNER)
    return FALSE;
  member.state = (KithdMemberState) state;
  member.role = (KithdRole) role;
  sink->member (data, &member);
  return TRUE;
}

static gboolean
load_stay (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  const KithdStayRecord stay = {INTEGER (row, 0), INTEGER (row, 1), INTEGER (row, 2), INTEGER (row, 3)};
  sink->stay (data, &stay);
  return TRUE;
}

static gboolean
load_mention (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  const KithdMentionRecord mention = {INTEGER (row, 0), INTEGER (row, 1), INTEGER (row, 2)};
  sink->mention (data, &mention);
  return TRUE;
}

static gboolean
load_invitation (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  KithdInvitationRecord invitation = {INTEGER (row, 0), INTEGER (row, 1), INTEGER (row, 2), INTEGER (row, 3),
                                      INTEGER (row, 4), INTEGER (row, 5), INTEGER (row, 6), {0}};
  if (sqlite3_column_bytes (row, 7) != sizeof invitation.code_hash)
    return FALSE;
  memcpy (invitation.code_hash, sqlite3_column_blob (row, 7), sizeof invitation.code_hash);
  sink->invitation (data, &invitation);
  return TRUE;
}

static gboolean
load_ban (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  const KithdBanRecord ban = {INTEGER (row, 0), INTEGER (row, 1), INTEGER (row, 2), INTEGER (row, 3), BORROW (row, 4)};
  sink->ban (data, &ban);
  return TRUE;
}

static gboolean
load_block (sqlite3_stmt *row, const KithdStoreSink *sink, gpointer data)
{
  const KithdBlockRecord block = {INTEGER (row, 0), INTEGER (row, 1), INTEGER (row, 2) != 0, INTEGER (row, 3)};
  sink->block (data, &block);
  return TRUE;
}

static const LoadRow loaders[L_N_STATEMENTS] = {
    [L_ACCOUNTS] = load_account,       [L_DEVICES] = load_device, [L_CONVERSATIONS] = load_conversation,
    [L_MEMBERS] = load_member,         [L_STAYS] = load_stay,     [L_MENTIONS] = load_mention,
    [L_INVITATIONS] = load_invitation, [L_BANS] = load_ban,       [L_BLOCKS] = load_block,
};

gboolean
kithd_load (KithSql *sql, const KithdStoreSink *sink, gpointer data, GError **error)
{
  if (!kith_sql_prepare (sql, statements, L_N_STATEMENTS, error))
    return FALSE;
  for (guint i = 0; i < L_N_STATEMENTS; i++) {
    GError *problem = NULL;
    sqlite3_stmt *row = kith_sql_start (sql, i, "");
    while (problem == NULL && kith_sql_next (sql, row, &problem))
      if (!loaders[i](row, sink, data))
        g_set_error (&problem, KITH_SQL_ERROR, SQLITE_CORRUPT, "a row makes no sense: %s", statements[i]);
    if (problem != NULL) {
      g_propagate_error (error, problem);
      return FALSE;
    }
  }
  return TRUE;
}
