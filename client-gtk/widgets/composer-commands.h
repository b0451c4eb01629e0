/* composer-commands.h - what begins with "/" in the composer: a table. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

typedef struct {
  const char *name, *arguments, *help; /* arguments, help: N_() */
  /* Why it does nothing in this conversation, a sentence; NULL: it works there. The function is NULL: everywhere. */
  const char *(*refused) (KithSession *session, KithChat *chat);
  /* NULL: the composer's own */
  void (*run) (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget);
} KithComposerCommand;

const KithComposerCommand *kith_composer_commands (guint *n);
gboolean kith_composer_command_works (const KithComposerCommand *command, KithSession *session, KithChat *chat);
/* What is behind "/urgent", to be sent so; NULL: text does not begin with it. */
const char *kith_composer_urgent_words (const char *text);
/* TRUE: text was a command, and is done or told. "//" begins a text with one slash; an unknown word is a problem, and so is
 * a command that does nothing here: *problem (to be freed) says which. */
gboolean kith_composer_run_command (KithSession *session, KithChat *chat, const char *text, GtkWidget *widget,
                                    char **problem);
