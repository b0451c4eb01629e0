/* error.h - the closed list of what can be refused: one code for C, one word for the wire, one sentence for people.
 * Pure GLib, so that the server's domain may use it too. */
#pragma once

#include <glib.h>

#define KITH_ERROR (kith_error_quark ())
GQuark kith_error_quark (void);

typedef enum {
  KITH_ERROR_BAD_FRAME,          /* not strict JSON or UTF-8, or over a limit; the connection closes */
  KITH_ERROR_UNKNOWN_TYPE,       /* this version does not know the type */
  KITH_ERROR_BAD_REQUEST,        /* a member is missing, of another type or out of its range */
  KITH_ERROR_BAD_STATE,          /* not now: before hello, before sign-in, twice */
  KITH_ERROR_UNSUPPORTED,        /* no common version of the protocol */
  KITH_ERROR_NOT_FOUND,          /* no such thing, or none that the asker may see */
  KITH_ERROR_NOT_MEMBER,         /* the asker is not in that conversation */
  KITH_ERROR_FORBIDDEN,          /* the asker's role does not permit it */
  KITH_ERROR_NAME_TAKEN,         /* a room of that name exists */
  KITH_ERROR_HANDLE_TAKEN,       /* the handle belongs, or belonged, to somebody */
  KITH_ERROR_BAD_NAME,           /* a handle, room name or display name breaks the rules for names */
  KITH_ERROR_BAD_CREDENTIALS,    /* unknown person, wrong password, unknown token: not told apart */
  KITH_ERROR_REGISTRATION_CLOSED,
  KITH_ERROR_NONCE_CONFLICT,     /* the nonce was used for something else */
  KITH_ERROR_OUT_OF_ORDER,       /* the message named by after was not accepted */
  KITH_ERROR_DELETED,            /* the message it is about was deleted */
  KITH_ERROR_TOO_LARGE,          /* a text over its limit */
  KITH_ERROR_LIMIT,              /* a configured number is reached (members, connections, pins, reactions) */
  KITH_ERROR_RATE_LIMITED,       /* too many at once; retry_after_ms says when */
  KITH_ERROR_STORAGE_FULL,       /* the disk is full; nothing was stored; try again */
  KITH_ERROR_UNAVAILABLE,        /* the server cannot now (starting, stopping, its store is broken) */
  KITH_ERROR_INTERNAL,           /* a defect of the server; logged there */
  KITH_N_ERRORS
} KithError;

/* "not_member" and so on; never NULL. */
const char *kith_error_code (KithError error);
/* FALSE for a word that is not in the list (an answer from a newer server). */
gboolean kith_error_from_code (const char *code, KithError *out);
/* What to say when there is nothing more exact to say; with the remedy. Never NULL. */
const char *kith_error_sentence (KithError error);
