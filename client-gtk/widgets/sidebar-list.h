/* sidebar-list.h - the conversations of a session in a GtkListBox: rooms and people below lines that fold them away, or
 * one list of rows of two lines, the latest first. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

typedef struct _KithSidebarList KithSidebarList;

/* Keeps list filled for as long as it lives; freed before the list. opened: a row was activated. */
KithSidebarList *kith_sidebar_list_new (GtkListBox *list, void (*opened) (KithChat *chat, gpointer data),
                                        gpointer data);
void kith_sidebar_list_free (KithSidebarList *self);
void kith_sidebar_list_set_session (KithSidebarList *self, KithSession *session);
void kith_sidebar_list_select (KithSidebarList *self, KithChat *chat);
void kith_sidebar_list_set_narrow (KithSidebarList *self, gboolean narrow);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithSidebarList, kith_sidebar_list_free)
