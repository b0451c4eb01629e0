/* notifier.c - one table of reasons not to tell, and one notice for each conversation. */
#include "notifier.h"

#include "rich.h"

#include <glib/gi18n.h>
#include <string.h>

#define TEXT_MAX 200 /* characters of a message that are shown */

struct _KithNotifier {
  KithNotifierHooks hooks;
  gpointer data;
  GHashTable *notices; /* id -> KithNotice */
};

static gboolean
is_wanted (const KithNotifyCase *message)
{
  if (g_str_equal (message->about, "mentions"))
    return message->direct || message->mentions_me || message->urgent;
  return g_str_equal (message->about, "all");
}

gboolean
kith_notifier_tells (const KithNotifyCase *message)
{
  gboolean disturbs = message->quiet || (message->dnd && !(message->dnd_mentions && message->mentions_me));
  return is_wanted (message) && !message->mine && !message->read && !message->looked_at && !message->muted &&
         (message->urgent || !disturbs);
}

/* ---- words ---- */

char *
kith_notice_title (const KithNotice *notice)
{
  g_autofree char *where = NULL;
  if (notice->sender == NULL)
    return g_strdup (notice->room);
  if (notice->room != NULL)
    /* TRANSLATORS: a person, and the room in which they wrote */
    where = g_strdup_printf (_ ("%s in %s"), notice->sender, notice->room);
  const char *title = where != NULL ? where : notice->sender;
  return notice->n > 1 ? g_strdup_printf ("%s (%u)", title, notice->n) : g_strdup (title);
}

char *
kith_notice_body (const KithNotice *notice, gboolean show_text)
{
  if (notice->text != NULL && (show_text || notice->n == 0))
    return kith_rich_one_line (notice->text, TEXT_MAX);
  return notice->n > 1 ? g_strdup_printf (g_dngettext (NULL, "%u new message", "%u new messages", notice->n), notice->n)
                       : g_strdup (_ ("New message"));
}

/* ---- notices ---- */

static void
notice_free (gpointer data)
{
  KithNotice *notice = data;
  g_free (notice->id);
  g_free (notice->place);
  g_free (notice->sender);
  g_free (notice->room);
  g_free (notice->text);
  g_free (notice);
}

static char *
make_id (const char *place, gint64 conversation)
{
  return g_strdup_printf ("%s/%" G_GINT64_FORMAT, place, conversation);
}

KithNotifier *
kith_notifier_new (const KithNotifierHooks *hooks, gpointer data)
{
  KithNotifier *notifier = g_new0 (KithNotifier, 1);
  notifier->hooks = *hooks;
  notifier->data = data;
  notifier->notices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, notice_free);
  return notifier;
}

void
kith_notifier_free (KithNotifier *notifier)
{
  if (notifier == NULL)
    return;
  g_hash_table_unref (notifier->notices);
  g_free (notifier);
}

static void
withdraw (KithNotifier *notifier, KithNotice *notice)
{
  if (notice->shown_us != 0)
    notifier->hooks.withdraw (notice->id, notifier->data);
  g_hash_table_remove (notifier->notices, notice->id);
}

static void
make_room (KithNotifier *notifier)
{
  KithNotice *oldest = NULL;
  GHashTableIter iter;
  gpointer notice;
  if (g_hash_table_size (notifier->notices) < KITH_NOTIFIER_SHOWN_MAX)
    return;
  g_hash_table_iter_init (&iter, notifier->notices);
  while (g_hash_table_iter_next (&iter, NULL, &notice))
    if (oldest == NULL || ((KithNotice *) notice)->shown_us < oldest->shown_us)
      oldest = notice;
  withdraw (notifier, oldest);
}

static KithNotice *
ensure (KithNotifier *notifier, const char *place, gint64 conversation)
{
  g_autofree char *id = make_id (place, conversation);
  KithNotice *notice = g_hash_table_lookup (notifier->notices, id);
  if (notice != NULL)
    return notice;
  make_room (notifier);
  notice = g_new0 (KithNotice, 1);
  notice->id = g_steal_pointer (&id);
  notice->place = g_strdup (place);
  notice->conversation = conversation;
  g_hash_table_insert (notifier->notices, notice->id, notice);
  return notice;
}

static void
replace (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

void
kith_notifier_add (KithNotifier *notifier, const char *place, gint64 conversation, gint64 seq, const char *sender,
                   const char *room, const char *text)
{
  KithNotice *notice = ensure (notifier, place, conversation);
  replace (&notice->sender, sender);
  replace (&notice->room, room);
  replace (&notice->text, text);
  notice->seq = MAX (notice->seq, seq);
  notice->n++;
  notice->due = TRUE;
}

void
kith_notifier_add_missed (KithNotifier *notifier, const char *place, gint64 conversation, gint64 seq,
                          const char *sender, const char *room, const char *text, guint n)
{
  KithNotice *notice = ensure (notifier, place, conversation);
  replace (&notice->sender, sender);
  replace (&notice->room, room);
  replace (&notice->text, text);
  notice->seq = MAX (notice->seq, seq);
  notice->n = n;
  notice->due = TRUE;
}

void
kith_notifier_tell (KithNotifier *notifier, const char *place, gint64 conversation, const char *room, const char *words)
{
  kith_notifier_add_missed (notifier, place, conversation, 0, NULL, room, words, 0);
}

void
kith_notifier_read (KithNotifier *notifier, const char *place, gint64 conversation, gint64 seq)
{
  g_autofree char *id = make_id (place, conversation);
  KithNotice *notice = g_hash_table_lookup (notifier->notices, id);
  if (notice != NULL && notice->seq <= seq)
    withdraw (notifier, notice);
}

void
kith_notifier_forget (KithNotifier *notifier, const char *place)
{
  g_autoptr (GList) notices = g_hash_table_get_values (notifier->notices);
  for (GList *link = notices; link != NULL; link = link->next)
    if (place == NULL || g_str_equal (((KithNotice *) link->data)->place, place))
      withdraw (notifier, link->data);
}

gint64
kith_notifier_run (KithNotifier *notifier, gint64 now_us)
{
  gint64 next_us = G_MAXINT64;
  GHashTableIter iter;
  gpointer data;
  g_hash_table_iter_init (&iter, notifier->notices);
  while (g_hash_table_iter_next (&iter, NULL, &data)) {
    KithNotice *notice = data;
    gint64 from_us = notice->shown_us == 0 ? now_us : notice->shown_us + KITH_NOTIFIER_EVERY_US;
    if (notice->due && from_us > now_us) {
      next_us = MIN (next_us, from_us);
    } else if (notice->due) {
      notice->due = FALSE;
      notice->shown_us = now_us;
      notifier->hooks.show (notice, notifier->data);
    }
  }
  return next_us == G_MAXINT64 ? -1 : next_us - now_us;
}
