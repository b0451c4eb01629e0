/* composer-private.h - the parts of the composer as they see each other.
 *
 *   composer.c          its text, the draft, sending
 *   composer-context.c  the strip above it: what is answered or edited
 *   composer-look.c     its widgets, and what they say
 *   composer-keys.c     the keyboard
 *   composer-send.c     the other way to send
 *   composer-suggest.c  what is offered while one types */
#pragma once

#include "widgets/composer-keys.h"

typedef enum { KITH_COMPOSER_WRITE, KITH_COMPOSER_REPLY, KITH_COMPOSER_EDIT } KithComposerMode;

struct _KithComposer {
  GtkBox parent_instance;
  KithSession *session;
  KithSettings *settings;
  KithChat *chat;
  GtkWidget *frame, *context, *context_title, *context_text, *scroll, *view, *placeholder, *emoji, *send, *hint, *count;
  KithSuggest *suggest;
  GtkTextBuffer *buffer;
  KithComposerMode mode;
  KithPost *post; /* what is answered or edited */
  guint above;    /* how many messages above are answered: Ctrl+Up goes further */
  gboolean ours;  /* this change of the buffer is not the person's */
};

/* composer.c */
void kith_composer_set_text (KithComposer *composer, const char *text); /* not as the person's */

/* composer-context.c */
GtkWidget *kith_composer_context_new (KithComposer *composer);
void kith_composer_end_context (KithComposer *composer); /* neither reply nor edit any more */

/* composer-look.c */
void kith_composer_build (KithComposer *composer); /* all widgets, once */
void kith_composer_update_placeholder (KithComposer *composer);
void kith_composer_update_can_write (KithComposer *composer);
void kith_composer_update_count (KithComposer *composer, const char *text);
void kith_composer_update_hint (KithComposer *composer);
