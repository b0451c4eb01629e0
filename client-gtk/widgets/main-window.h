/* main-window.h - the main window: sidebar, conversation, details; which session and which conversation it shows;
 * toasts; the layers above it (switcher). ui: main-window.ui.
 *
 * Actions, with their keys in main-window-actions.c: "win." and switcher, new-message, new-room, browse-rooms,
 * invite-server, try-now, doctor, next-chat, previous-chat, next-unread, previous-unread, chat (int: 1 the first), back, forward, back-to-list,
 * sidebar, details, region, region-back, preferences, shortcuts, text-larger, text-smaller, text-normal, fullscreen,
 * close, dnd, mark-all-read, search-all; of the conversation that is shown: search-here, pinned, mark-read, mute, menu,
 * invite, room-settings, leave. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_MAIN_WINDOW (kith_main_window_get_type ())
G_DECLARE_FINAL_TYPE (KithMainWindow, kith_main_window, KITH, MAIN_WINDOW, HdyApplicationWindow)

KithMainWindow *kith_main_window_new (GtkApplication *app);
void kith_main_window_set_session (KithMainWindow *window, KithSession *session);
/* Its conversations are not shown any more: the server is about to be removed. */
void kith_main_window_forget (KithMainWindow *window, KithSession *session);
KithSession *kith_main_window_session (KithMainWindow *window); /* borrowed; may be NULL */
KithChat *kith_main_window_chat (KithMainWindow *window);       /* borrowed; may be NULL */
/* Whether the window has the focus, and the person sees this conversation in it. */
gboolean kith_main_window_looks_at (KithMainWindow *window, KithChat *chat);
/* Opens a conversation; one with id 0 (a person) is made when the first message is sent. */
void kith_main_window_show_chat (KithMainWindow *window, KithChat *chat);
/* Somebody new has joined the server that is shown: where they begin is opened as soon as it is known, with the caret in
 * the composer. */
void kith_main_window_begin (KithMainWindow *window);
/* Opens it around a message, which flashes. back: whether a "Back to results" pill is shown. */
void kith_main_window_jump (KithMainWindow *window, KithChat *chat, gint64 seq, gboolean back);
/* A line that goes away after 6 s. button NULL: none. undo is called at most once; destroy always. */
void kith_main_window_toast (KithMainWindow *window, const char *text, const char *button, GCallback undo,
                             gpointer data, GDestroyNotify destroy);
/* The window that holds widget, or NULL. */
KithMainWindow *kith_main_window_of (GtkWidget *widget);
