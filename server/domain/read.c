/* read.c - a read owns what it asks and what it found. */
#include "domain/read.h"

KithdRead *
kithd_read_new (KithdReadKind kind, gint64 account)
{
  KithdRead *read = g_new0 (KithdRead, 1);
  read->kind = kind;
  read->account = account;
  read->ranges = g_array_new (FALSE, FALSE, sizeof (KithdRange));
  return read;
}

void
kithd_read_free (KithdRead *read)
{
  if (read == NULL)
    return;
  g_array_unref (read->ranges);
  kithd_search_free (read->search);
  g_free (read->file);
  g_free (read->suffix);
  g_clear_error (&read->error);
  if (read->result != NULL)
    g_string_free (read->result, TRUE);
  g_free (read);
}
