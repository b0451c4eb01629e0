/* invitation.h - the link that lets a new person in: kith://HOST[:PORT]/?pin=HEX&invite=HEX. The pin makes the first
 * visit safe. */
#pragma once

#include <glib.h>

typedef struct {
  char *server; /* "host", "host:port", "[v6]:port" */
  char *pin;    /* 64 hex digits, or NULL */
  char *code;   /* 32 hex digits, or NULL */
} KithInvitation;

gboolean kith_invitation_is (const char *text); /* whether it begins like one */
gboolean kith_invitation_parse (const char *text, KithInvitation *out, GError **error);
char *kith_invitation_format (const KithInvitation *invitation); /* to be freed */
void kith_invitation_clear (KithInvitation *invitation);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KithInvitation, kith_invitation_clear)
