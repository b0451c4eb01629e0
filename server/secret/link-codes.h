/* link-codes.h - short codes by which a new device comes into an account: shown on one that is in, typed on the other.
 *
 * A code is 8 letters and digits (40 bits of chance), good for 10 minutes and for one use; an account has one at a
 * time. They live in memory: a restart of the server voids them. */
#pragma once

#include <glib.h>

#define KITHD_LINK_CODE_US (10 * G_TIME_SPAN_MINUTE)
#define KITHD_LINK_CODE_TEXT 10 /* "ABCD-EFGH" and its end */

typedef struct _KithdLinkCodes KithdLinkCodes;

KithdLinkCodes *kithd_link_codes_new (void);
void kithd_link_codes_free (KithdLinkCodes *codes);
/* The code of an invitation: 16 random bytes in hex. FALSE: the system has no randomness. */
gboolean kithd_invitation_code (char text[33]);
/* Another code for the account; the one before is void. now_us: monotonic. FALSE: the system has no randomness. */
gboolean kithd_link_codes_make (KithdLinkCodes *codes, gint64 account, gint64 now_us, char text[KITHD_LINK_CODE_TEXT]);
/* Uses the code up, however it is typed (case, dashes, spaces). The account, or 0. */
gint64 kithd_link_codes_take (KithdLinkCodes *codes, const char *typed, gint64 now_us);
