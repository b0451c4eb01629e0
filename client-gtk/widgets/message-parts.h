/* message-parts.h - what a message row is put together from. Each is made anew when what it shows changes. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

GtkWidget *kith_message_part_avatar (KithContact *contact); /* a button: "clicked" */
GtkWidget *kith_message_part_stamp (gint64 at);             /* 0: empty, of the same width */
GtkWidget *kith_message_part_head (KithContact *contact, gint64 at, const char *role, gboolean own, gboolean urgent);
GtkWidget *kith_message_part_quote (KithSession *session,
                                    KithPost *quoted); /* quoted may be NULL; a button: "clicked" */
GtkWidget *kith_message_part_edited (gint64 at);       /* a button: "clicked" */
/* Puts widget behind the last label of a text. */
void kith_message_part_append_inline (GtkWidget *text, GtkWidget *widget);
GtkWidget *kith_message_part_trouble (const char *why, GtkWidget **retry, GtkWidget **discard);
GtkWidget *kith_message_part_clock (void);
GtkWidget *kith_message_part_ticks (KithPostState state); /* NULL: nothing to show */
GtkWidget *kith_message_part_readers (KithSession *session, const GArray *accounts);
GtkWidget *kith_message_part_system_icon (KithPostKind kind);
GtkWidget *kith_message_part_day (gint64 at); /* the line between two days */
GtkWidget *kith_message_part_new (void);      /* the line before what is unread */

/* Reactions with a button to add one. Signals: "react" (char *emoji, gboolean on), "more". */
#define KITH_TYPE_REACTIONS (kith_reactions_get_type ())
G_DECLARE_FINAL_TYPE (KithReactions, kith_reactions, KITH, REACTIONS, GtkBox)
GtkWidget *kith_message_part_reactions (KithSession *session, const GPtrArray *reactions);
