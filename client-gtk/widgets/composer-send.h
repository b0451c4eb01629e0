/* composer-send.h - the other way to send: what the second button of the mouse, a long press and the menu key show at
 * the send button and in the text. */
#pragma once

#include "widgets/composer-keys.h"

/* button: the composer's own. */
void kith_composer_watch_send (KithComposer *composer, GtkWidget *button);

/* In composer.c. */
void kith_composer_send_urgent (KithComposer *composer);
gboolean kith_composer_may_be_urgent (KithComposer *composer);
