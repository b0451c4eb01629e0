/* message-actions-private.h - what can be done (message-deeds.c), and from where (message-actions.c), as they see each
 * other. */
#pragma once

#include "widgets/menu.h"
#include "widgets/message-actions.h"

struct _KithMessageActions {
  GObject parent_instance;
  KithSession *session;
  KithMessageView *view; /* borrowed: it owns this */
  GtkWidget *bar, *selection;
  KithMessageRow *row; /* weak: the bar's, or the menu's */
  char *link;          /* that the menu is about, too; NULL: none */
  guint menus;         /* open, or just closed: the row stays theirs; pickers of emoji, too */
};

void kith_message_actions_menu_gone (KithMessageActions *actions); /* it was counted in menus */

KithPost *kith_message_actions_post (KithMessageActions *actions); /* NULL: the row has gone */
KithChat *kith_message_actions_chat (KithMessageActions *actions);
/* What a call that can fail says when it did; takes error. */
void kith_message_actions_tell (KithMessageActions *actions, gboolean done, GError *error);
void kith_message_actions_react (KithMessageActions *actions, KithPost *post, const char *emoji, gboolean on);
void kith_message_actions_pick_reaction (KithMessageActions *actions, GtkWidget *beside);
/* When the menu would offer them. */
void kith_message_actions_reply (KithMessageActions *actions);
void kith_message_actions_forward (KithMessageActions *actions);

extern const KithMenuItem kith_message_actions_table[];
extern const gsize kith_message_actions_n;
