/* log.h - a window over the lines of one conversation: a GListModel of KithPost, ascending, of at most KITH_LOG_MAX
 * stored lines, then (when it reaches the present) what waits in the outbox.
 *
 * It fills itself from the cache at once and from the server when it has to. Loading at one end drops lines at the
 * other when there are too many, so opening a conversation of a million messages costs what opening a new one costs.
 * New events are appended while it reaches the present, and only counted otherwise ("newer").
 *
 * Properties (notify): "at-start" (there is nothing older), "at-end" (it reaches the present), "loading" (boolean),
 * "newer" (messages behind the window, guint), "problem" (string: why loading failed, or NULL). */
#pragma once

#include "chat.h"
#include "post.h"

#include <gio/gio.h>

#define KITH_LOG_MAX 200
#define KITH_LOG_PAGE 40

#define KITH_TYPE_LOG (kith_log_get_type ())
G_DECLARE_FINAL_TYPE (KithLog, kith_log, KITH, LOG, GObject)

KithChat *kith_log_chat (KithLog *log); /* borrowed */
gboolean kith_log_at_start (KithLog *log);
gboolean kith_log_at_end (KithLog *log);
gboolean kith_log_is_loading (KithLog *log);
guint kith_log_newer (KithLog *log);
/* Whether the reader is at the bottom (TRUE at first). While not, and while the window is full, what arrives is counted
 * as newer, so that nothing is dropped above where somebody reads. */
void kith_log_set_following (KithLog *log, gboolean following);

void kith_log_load_older (KithLog *log); /* nothing happens while loading or at the start */
void kith_log_load_newer (KithLog *log);
void kith_log_load_gap (KithLog *log, KithPost *gap);
/* The window becomes the newest page. */
void kith_log_to_newest (KithLog *log);
/* The window becomes what is around seq; then signal "jumped" (gint64 seq, gboolean found). */
void kith_log_to (KithLog *log, gint64 seq);
/* Position of the line with seq, or of the first behind it; n-items when there is none. */
guint kith_log_position (KithLog *log, gint64 seq);
KithPost *kith_log_get (KithLog *log, guint position); /* borrowed; NULL: no such line */
/* Where the "New" line stands: above the first line with this seq or a later one; 0: nowhere. It is from when the log was
 * made, or entered the last time. */
gint64 kith_log_unread_from (KithLog *log);
/* The person comes to the conversation. TRUE: the "New" line stands elsewhere now. */
gboolean kith_log_enter (KithLog *log);
