/* message-view.h - the messages of one conversation: shows a KithLog, keeps the place while it changes, marks as read
 * what was seen. Behind it may be a GtkListBox or a container of our own: rows do not know. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_MESSAGE_VIEW (kith_message_view_get_type ())
G_DECLARE_FINAL_TYPE (KithMessageView, kith_message_view, KITH, MESSAGE_VIEW, GtkOverlay)

GtkWidget *kith_message_view_new (KithSession *session, KithLog *log);
void kith_message_view_jump (KithMessageView *view, gint64 seq);
void kith_message_view_to_newest (KithMessageView *view);
void kith_message_view_scroll (KithMessageView *view, GtkScrollType scroll); /* PAGE_UP, PAGE_DOWN, START, END */
gboolean kith_message_view_is_at_bottom (KithMessageView *view);
/* The newest message of ours, or of anybody: for Up and Ctrl+Up. step 0: newest; borrowed, NULL: none. */
KithPost *kith_message_view_find (KithMessageView *view, gboolean mine, guint step);
/* Selection of several: check buttons, and a bar that says what to do with them. */
void kith_message_view_set_selecting (KithMessageView *view, gboolean selecting);
gboolean kith_message_view_is_selecting (KithMessageView *view);
GPtrArray *kith_message_view_selected (KithMessageView *view); /* KithPost; the caller's */
KithChat *kith_message_view_chat (KithMessageView *view);      /* borrowed */
KithLog *kith_message_view_log (KithMessageView *view);        /* borrowed */
/* What is seen is not marked as read until the person scrolls or writes: after "mark unread from here". */
void kith_message_view_hold_read (KithMessageView *view);
void kith_message_view_focus (KithMessageView *view); /* the newest row, or the one that had the focus last */
/* Signals: "reply" (KithPost), "edit" (KithPost): what a row's menu or keys asked for. */
