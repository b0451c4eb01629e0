/* composer.h - where one writes: text, reply and edit context, completion, emoji, send. Keeps the draft in the chat. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_COMPOSER (kith_composer_get_type ())
G_DECLARE_FINAL_TYPE (KithComposer, kith_composer, KITH, COMPOSER, GtkBox)

GtkWidget *kith_composer_new (KithSession *session, KithSettings *settings, KithChat *chat);
/* What is offered while one types: to be put over the messages, at their lower end. Borrowed. */
GtkWidget *kith_composer_suggestions (KithComposer *composer);
void kith_composer_reply (KithComposer *composer, KithPost *post);
void kith_composer_edit (KithComposer *composer, KithPost *post);
void kith_composer_clear (KithComposer *composer); /* text, draft, reply or edit */
gboolean kith_composer_is_empty (KithComposer *composer);
void kith_composer_focus (KithComposer *composer);
void kith_composer_insert (KithComposer *composer, const char *text);
void kith_composer_pick_emoji (KithComposer *composer);
gboolean kith_composer_escape (KithComposer *composer); /* ends popup, edit or reply; FALSE: there was none */
gboolean kith_composer_type (KithComposer *composer, GdkEventKey *event);
/* Signals: "sent" (a message went into the outbox), "first" (char *text, gboolean urgent: there is no conversation yet
 * to send to), "edit-last", "reply-above" (Up and Ctrl+Up), "scroll" (GtkScrollType: Shift+PgUp and so on), "failed" (char
 * *sentence). */
