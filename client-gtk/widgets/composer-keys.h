/* composer-keys.h - the keyboard in the composer: one table. What it needs of the composer is declared here. */
#pragma once

#include "widgets/composer-suggest.h"
#include "widgets/composer.h"

void kith_composer_keys_watch (KithComposer *composer); /* once its view is there */

void kith_composer_send (KithComposer *composer);
void kith_composer_accept_suggestion (KithComposer *composer);
void kith_composer_ask_edit_last (KithComposer *composer);
void kith_composer_ask_reply_above (KithComposer *composer);
void kith_composer_ask_scroll (KithComposer *composer, GtkScrollType scroll);
KithSuggest *kith_composer_suggest (KithComposer *composer);
GtkTextView *kith_composer_view (KithComposer *composer);
gboolean kith_composer_enter_sends (KithComposer *composer);
