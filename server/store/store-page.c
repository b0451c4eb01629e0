/* store-page.c - events as the text that the wire carries, with the state of messages as the asker may see it. */
#include "store/store-page.h"

#include <string.h>

#include "proto/limits.h"
#include "wire/wire.h"

gboolean
kithd_page_add (KithdPage *page, char *text)
{
  gsize bytes = strlen (text) + 1;
  gboolean fits = page->items->len == 0 || (page->items->len < page->limit && page->bytes + bytes <= page->max_bytes);
  if (!fits) {
    g_free (text);
    page->more = TRUE;
    return FALSE;
  }
  page->bytes += bytes;
  g_ptr_array_add (page->items, text);
  return TRUE;
}

void
kithd_page_write_items (KithdPage *page, const char *name, gboolean backwards)
{
  GString *out = page->read->result;
  guint n = page->items->len;
  g_string_append_printf (out, "\"%s\":[", name);
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    g_string_append (out, page->items->pdata[backwards ? n - 1 - i : i]);
  }
  g_string_append_c (out, ']');
}

gboolean
kithd_read_permits (const KithdRead *read, gint64 seq)
{
  for (guint i = 0; i < read->ranges->len; i++) {
    const KithdRange *range = &g_array_index (read->ranges, KithdRange, i);
    if (seq >= range->from && seq <= range->to)
      return TRUE;
  }
  return FALSE;
}

gboolean
kithd_page_sees (const KithdPage *page, gint64 seq)
{
  return page->read->ranges->len == 0 || kithd_read_permits (page->read, seq);
}

/* One emoji under a message. */
typedef struct {
  char *emoji; /* as JSON */
  GString *people;
  guint count;
  gboolean mine;
} Reaction;

static void
reaction_free (gpointer data)
{
  Reaction *reaction = data;
  g_free (reaction->emoji);
  g_string_free (reaction->people, TRUE);
  g_free (reaction);
}

/* At most KITH_REACTION_KINDS_MAX of them, so a search is a walk. */
static Reaction *
find_reaction (GPtrArray *reactions, const char *emoji)
{
  for (guint i = 0; i < reactions->len; i++) {
    Reaction *reaction = reactions->pdata[i];
    if (g_str_equal (reaction->emoji, emoji))
      return reaction;
  }
  Reaction *reaction = g_new0 (Reaction, 1);
  reaction->emoji = g_strdup (emoji);
  reaction->people = g_string_new (NULL);
  g_ptr_array_add (reactions, reaction);
  return reaction;
}

static void
add_reaction (Reaction *reaction, gint64 account, gint64 asker)
{
  reaction->count++;
  reaction->mine = reaction->mine || account == asker;
  if (reaction->count <= KITH_REACTION_NAMES_MAX)
    g_string_append_printf (reaction->people, "%s\"u%" G_GINT64_FORMAT "\"", reaction->count > 1 ? "," : "", account);
}

static gboolean
write_reactions (KithdPage *page, const KithdEvent *event, GString *out, GError **error)
{
  GError *problem = NULL;
  g_autoptr (GPtrArray) reactions = g_ptr_array_new_with_free_func (reaction_free);
  sqlite3_stmt *row = kith_sql_start (page->reader->sql, R_REACTIONS, "ii", event->conversation, event->seq);
  while (kith_sql_next (page->reader->sql, row, &problem)) {
    const char *emoji = kith_sql_column_text (row, 0);
    if (emoji != NULL && kithd_page_sees (page, sqlite3_column_int64 (row, 2)))
      add_reaction (find_reaction (reactions, emoji), sqlite3_column_int64 (row, 1), page->read->account);
  }
  for (guint i = 0; i < reactions->len; i++) {
    const Reaction *reaction = reactions->pdata[i];
    g_string_append_printf (out, "%s{\"emoji\":%s,\"count\":%u,\"people\":[%s]%s}", i == 0 ? ",\"reactions\":[" : ",",
                            reaction->emoji, reaction->count, reaction->people->str,
                            reaction->mine ? ",\"mine\":true" : "");
  }
  if (reactions->len > 0)
    g_string_append_c (out, ']');
  return kith_sql_done (problem, error);
}

char *
kithd_page_seen_text (KithdPage *page, const KithdEvent *event, gint64 *edited, GError **error)
{
  char *text = NULL;
  sqlite3_stmt *row = kith_sql_start (page->reader->sql, R_VERSIONS, "ii", event->conversation, event->seq);
  while (text == NULL && kith_sql_next (page->reader->sql, row, error)) {
    gint64 seq = sqlite3_column_int64 (row, 2);
    if (!kithd_page_sees (page, seq))
      continue;
    text = g_strdup (kith_sql_column_text (row, 1));
    *edited = seq != event->seq ? sqlite3_column_int64 (row, 0) : 0;
  }
  sqlite3_reset (row);
  return text;
}

gboolean
kithd_page_sees_all (const KithdPage *page, gint64 seq, gint64 changed)
{
  const GArray *ranges = page->read->ranges;
  return changed == seq || ranges->len == 0 || (ranges->len == 1 && g_array_index (ranges, KithdRange, 0).to >= changed);
}

/* The state of a message, after its members as an event. */
static gboolean
write_state (KithdPage *page, sqlite3_stmt *row, const KithdEvent *event, gint64 edited, GString *out, GError **error)
{
  gint64 changed = sqlite3_column_int64 (row, 11);
  g_string_append_printf (out, ",\"changed\":%" G_GINT64_FORMAT, changed);
  if (edited != 0)
    g_string_append_printf (out, ",\"edited\":%" G_GINT64_FORMAT, edited);
  if (sqlite3_column_int (row, 13))
    g_string_append (out, ",\"deleted\":true");
  if (sqlite3_column_int (row, 14))
    g_string_append (out, ",\"pinned\":true");
  return changed == event->seq || write_reactions (page, event, out, error);
}

char *
kithd_page_row (KithdPage *page, sqlite3_stmt *row, gboolean name_conversation, GError **error)
{
  KithdEvent event = {.conversation = sqlite3_column_int64 (row, 0),
                      .seq = sqlite3_column_int64 (row, 1),
                      .n = sqlite3_column_int64 (row, 2),
                      .at = sqlite3_column_int64 (row, 3),
                      .rev = sqlite3_column_int64 (row, 4),
                      .from = sqlite3_column_int64 (row, 5),
                      .target = sqlite3_column_int64 (row, 7),
                      .subject = sqlite3_column_int64 (row, 8),
                      .body = (char *) (gpointer) kith_sql_column_text (row, 10)};
  if (!kithd_event_kind_parse (kith_sql_column_text (row, 6), &event.kind)) {
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CORRUPT, "an event of an unknown kind");
    return NULL;
  }
  event.has_nonce = sqlite3_column_bytes (row, 9) == sizeof event.nonce;
  if (event.has_nonce)
    memcpy (event.nonce, sqlite3_column_blob (row, 9), sizeof event.nonce);
  g_autofree char *seen = NULL;
  gint64 edited = sqlite3_column_int64 (row, 12);
  GError *problem = NULL;
  if (edited != 0 && event.body != NULL && !kithd_page_sees_all (page, event.seq, sqlite3_column_int64 (row, 11)))
    event.body = seen = kithd_page_seen_text (page, &event, &edited, &problem);
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return NULL;
  }
  GString *out = g_string_new ("{");
  if (name_conversation)
    g_string_append_printf (out, "\"conversation\":\"c%" G_GINT64_FORMAT "\",", event.conversation);
  kithd_wire_event (out, &event);
  if (event.kind == KITHD_EVENT_MESSAGE && !write_state (page, row, &event, edited, out, error))
    return g_string_free (out, TRUE);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
