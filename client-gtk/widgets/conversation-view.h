/* conversation-view.h - one conversation: header, banner, messages, typing strip, composer. Kept alive while it is one
 * of the last six. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_CONVERSATION_VIEW (kith_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (KithConversationView, kith_conversation_view, KITH, CONVERSATION_VIEW, GtkBox)

GtkWidget *kith_conversation_view_new (KithSession *session, KithSettings *settings, KithChat *chat);
KithChat *kith_conversation_view_chat (KithConversationView *view);
/* Its header bar, for the window's HdyHeaderGroup. Borrowed. */
HdyHeaderBar *kith_conversation_view_header (KithConversationView *view);
/* back: whether "Back to results" is shown; it is the action "win.results". */
void kith_conversation_view_jump (KithConversationView *view, gint64 seq, gboolean back);
gboolean kith_conversation_view_back (KithConversationView *view); /* presses it; FALSE: it is not shown */
void kith_conversation_view_focus_composer (KithConversationView *view);
void kith_conversation_view_pick_emoji (KithConversationView *view); /* for the composer */
void kith_conversation_view_focus_messages (KithConversationView *view);
/* What Esc does here: TRUE when it did something. */
gboolean kith_conversation_view_escape (KithConversationView *view);
/* One pane at a time: the Back button is shown. */
void kith_conversation_view_set_narrow (KithConversationView *view, gboolean narrow);
/* A key typed anywhere in the window goes to the composer. TRUE: taken. */
gboolean kith_conversation_view_type (KithConversationView *view, GdkEventKey *event);
