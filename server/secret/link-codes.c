/* link-codes.c - two tables, by code and by account; what has expired goes when another one is made. */
#include "secret/link-codes.h"

#include <openssl/rand.h>

#include "proto/id.h"

#define SYMBOLS "ABCDEFGHJKLMNPQRSTUVWXYZ23456789" /* 32, none like another: each is 5 bits */
#define LENGTH 8

typedef struct {
  char text[LENGTH + 1];
  gint64 account, until;
} Code;

struct _KithdLinkCodes {
  GHashTable *by_text;    /* Code.text -> Code, owned */
  GHashTable *by_account; /* &Code.account -> Code */
};

KithdLinkCodes *
kithd_link_codes_new (void)
{
  KithdLinkCodes *codes = g_new0 (KithdLinkCodes, 1);
  codes->by_text = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  codes->by_account = g_hash_table_new (g_int64_hash, g_int64_equal);
  return codes;
}

void
kithd_link_codes_free (KithdLinkCodes *codes)
{
  if (codes == NULL)
    return;
  g_hash_table_unref (codes->by_account);
  g_hash_table_unref (codes->by_text);
  g_free (codes);
}

static void
drop (KithdLinkCodes *codes, const Code *code)
{
  g_hash_table_remove (codes->by_account, &code->account);
  g_hash_table_remove (codes->by_text, code->text);
}

static void
drop_expired (KithdLinkCodes *codes, gint64 now_us)
{
  g_autoptr (GList) all = g_hash_table_get_values (codes->by_text);
  for (GList *link = all; link != NULL; link = link->next)
    if (((Code *) link->data)->until <= now_us)
      drop (codes, link->data);
}

gboolean
kithd_link_codes_make (KithdLinkCodes *codes, gint64 account, gint64 now_us, char text[KITHD_LINK_CODE_TEXT])
{
  guint8 chance[LENGTH];
  if (RAND_bytes (chance, sizeof chance) != 1)
    return FALSE;
  drop_expired (codes, now_us);
  const Code *before = g_hash_table_lookup (codes->by_account, &account);
  if (before != NULL)
    drop (codes, before);
  Code *code = g_new0 (Code, 1);
  for (guint i = 0; i < LENGTH; i++)
    code->text[i] = SYMBOLS[chance[i] % 32];
  code->account = account;
  code->until = now_us + KITHD_LINK_CODE_US;
  const Code *same = g_hash_table_lookup (codes->by_text, code->text);
  if (same != NULL) /* one chance in 10^12; that account asks again */
    drop (codes, same);
  g_hash_table_insert (codes->by_text, code->text, code);
  g_hash_table_insert (codes->by_account, &code->account, code);
  g_snprintf (text, KITHD_LINK_CODE_TEXT, "%.4s-%.4s", code->text, code->text + 4);
  return TRUE;
}

gint64
kithd_link_codes_take (KithdLinkCodes *codes, const char *typed, gint64 now_us)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (; *typed != '\0'; typed++)
    if (*typed != '-' && *typed != ' ')
      g_string_append_c (text, g_ascii_toupper (*typed));
  const Code *code = g_hash_table_lookup (codes->by_text, text->str);
  if (code == NULL)
    return 0;
  gint64 account = code->until > now_us ? code->account : 0;
  drop (codes, code);
  return account;
}

gboolean
kithd_invitation_code (char text[33])
{
  guint8 chance[16];
  if (RAND_bytes (chance, sizeof chance) != 1)
    return FALSE;
  kith_hex_format (chance, sizeof chance, text);
  return TRUE;
}
