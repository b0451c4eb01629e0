/* composer-suggest.h - people, rooms, emoji and commands that fit what is being typed. An overlay child, no popover:
 * the keyboard stays with the text. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_SUGGEST (kith_suggest_get_type ())
G_DECLARE_FINAL_TYPE (KithSuggest, kith_suggest, KITH, SUGGEST, GtkBox)

GtkWidget *kith_suggest_new (KithSession *session, KithChat *chat);
/* text and the byte before which the cursor stands: shows what fits, or hides. */
void kith_suggest_update (KithSuggest *suggest, const char *text, gsize cursor);
void kith_suggest_hide (KithSuggest *suggest);
gboolean kith_suggest_is_shown (KithSuggest *suggest);
void kith_suggest_move (KithSuggest *suggest, int by); /* the selection; goes round */
/* What the selected one stands for: *begin is where the word begins, the text replaces it up to the cursor. To be
 * freed. */
char *kith_suggest_take (KithSuggest *suggest, gsize *begin);
/* Signal: "clicked". */
