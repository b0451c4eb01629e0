/* details-pane.h - the right pane: members by role and presence, pinned messages, topic, invite; for a direct
 * conversation the person. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_DETAILS_PANE (kith_details_pane_get_type ())
G_DECLARE_FINAL_TYPE (KithDetailsPane, kith_details_pane, KITH, DETAILS_PANE, GtkBox)

GtkWidget *kith_details_pane_new (void);
void kith_details_pane_set_chat (KithDetailsPane *pane, KithSession *session, KithChat *chat); /* both may be NULL */
void kith_details_pane_show_pinned (KithDetailsPane *pane);
void kith_details_pane_set_narrow (KithDetailsPane *pane, gboolean narrow); /* a page with a Back button */
HdyHeaderBar *kith_details_pane_header (KithDetailsPane *pane);
