/* archive.h - a long history, made quickly: messages given to the store itself, as the server gives them, while no server runs. */
#pragma once

#include <glib.h>

/* count messages of account in conversation, in the store of this directory; its search index has them in the end, too. */
gboolean archive_fill (const char *directory, gint64 conversation, gint64 account, guint count, GError **error);

/* The text of the number-th of them, from 0 on. To be freed. */
char *archive_text (guint number);
