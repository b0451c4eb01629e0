/* sidebar.h - the left pane: server menu, jump, conversations, own status. ui: sidebar.ui. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_SIDEBAR (kith_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (KithSidebar, kith_sidebar, KITH, SIDEBAR, GtkBox)

GtkWidget *kith_sidebar_new (void);
void kith_sidebar_set_session (KithSidebar *sidebar, KithSession *session);
void kith_sidebar_select (KithSidebar *sidebar, KithChat *chat);      /* NULL: nothing; emits nothing */
void kith_sidebar_set_narrow (KithSidebar *sidebar, gboolean narrow); /* two-line rows, latest first */
HdyHeaderBar *kith_sidebar_header (KithSidebar *sidebar);
/* Signal: "opened" (KithChat): a row was activated. */
