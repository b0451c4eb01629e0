/* error.c - the table behind error.h. */
#include "proto/error.h"

G_DEFINE_QUARK (kith - error - quark, kith_error)

static const struct {
  const char *code, *sentence;
} errors[KITH_N_ERRORS] = {
    [KITH_ERROR_BAD_FRAME] = {"bad_frame", "That was not a frame: send one strict JSON object and a line feed."},
    [KITH_ERROR_UNKNOWN_TYPE] = {"unknown_type",
                                 "This version does not know that type of frame; it may need an update."},
    [KITH_ERROR_BAD_REQUEST] = {"bad_request", "A member of the request is missing or wrong."},
    [KITH_ERROR_BAD_STATE] = {"bad_state", "That cannot be asked now: first comes hello, then signing in, each once."},
    [KITH_ERROR_UNSUPPORTED] = {"unsupported", "The two sides share no version of the protocol; update the older one."},
    [KITH_ERROR_NOT_FOUND] = {"not_found", "There is no such thing, or none that you may see."},
    [KITH_ERROR_NOT_MEMBER] = {"not_member", "You are not in that conversation; join it first."},
    [KITH_ERROR_FORBIDDEN] = {"forbidden", "Your role does not permit that; ask an owner of the server."},
    [KITH_ERROR_NAME_TAKEN] = {"name_taken", "A room of that name exists; choose another name."},
    [KITH_ERROR_HANDLE_TAKEN] = {"handle_taken", "That handle belongs, or belonged, to somebody; choose another."},
    [KITH_ERROR_BAD_NAME] = {"bad_name", "That name breaks the rules for names; choose another."},
    [KITH_ERROR_BAD_CREDENTIALS] = {"bad_credentials",
                                    "The name, the password or the token is wrong; check them and try again."},
    [KITH_ERROR_REGISTRATION_CLOSED] = {"registration_closed", "This server takes no new people; ask who runs it."},
    [KITH_ERROR_NONCE_CONFLICT] = {"nonce_conflict",
                                   "That nonce was used for something else; make a new one for each request."},
    [KITH_ERROR_OUT_OF_ORDER] = {"out_of_order", "The message before this one was not accepted; send that one first."},
    [KITH_ERROR_DELETED] = {"deleted", "That message was deleted."},
    [KITH_ERROR_TOO_LARGE] = {"too_large", "That text is too long; shorten it or send it in parts."},
    [KITH_ERROR_LIMIT] = {"limit", "A limit of this server is reached; remove something first or ask who runs it."},
    [KITH_ERROR_RATE_LIMITED] = {"rate_limited", "Too much at once; wait a moment and try again."},
    [KITH_ERROR_STORAGE_FULL] = {"storage_full", "The server's disk is full and nothing was stored; try again later."},
    [KITH_ERROR_UNAVAILABLE] = {"unavailable", "The server cannot do that now; try again in a moment."},
    [KITH_ERROR_INTERNAL] = {"internal", "The server met a defect of its own; its log says more."},
};

static KithError
known (KithError error)
{
  return (guint) error < KITH_N_ERRORS ? error : KITH_ERROR_INTERNAL;
}

const char *
kith_error_code (KithError error)
{
  return errors[known (error)].code;
}

gboolean
kith_error_from_code (const char *code, KithError *out)
{
  for (guint i = 0; i < KITH_N_ERRORS; i++)
    if (g_str_equal (errors[i].code, code)) {
      *out = (KithError) i;
      return TRUE;
    }
  return FALSE;
}

const char *
kith_error_sentence (KithError error)
{
  return errors[known (error)].sentence;
}
