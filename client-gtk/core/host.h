/* host.h - a server on this computer: kithd as a process of the user's session, which goes on when the client ends.
 *
 * Everything of it is in PROFILE/host: kithd.conf (written here, the person may change it), the data, kithd.log. Whether
 * it runs is asked at its own Unix socket, so a stale file never decides. The first account becomes owner through that
 * socket too, never by being first.
 *
 * Property (notify): "running", as of the last time that somebody looked. */
#pragma once

#include "profile.h"

#include <gio/gio.h>

#define KITH_TYPE_HOST (kith_host_get_type ())
G_DECLARE_FINAL_TYPE (KithHost, kith_host, KITH, HOST, GObject)

KithHost *kith_host_new (KithProfile *profile);
gboolean kith_host_exists (KithHost *host);     /* it was set up once */
gboolean kith_host_is_running (KithHost *host); /* looks; quick */
gboolean kith_host_is_wanted (KithHost *host);  /* it was started, and nobody stopped it: not here, that is */
char *kith_host_name (KithHost *host);          /* as it was set up; NULL: it was not. To be freed */
const char *kith_host_address (KithHost *host); /* for this computer: "127.0.0.1:5484"; "" when it never ran */
const char *kith_host_pin (KithHost *host);     /* "" when it never ran */
/* Where others reach it: "192.168.1.7:5484", one for each network of this computer. */
char **kith_host_reachable (KithHost *host);

/* Starts it, or finds it running. name: what people see, and invited_only: who may join; name NULL: both as they were.
 * Done when it serves. An error says what kithd said. */
void kith_host_start_async (KithHost *host, const char *name, gboolean invited_only, GAsyncReadyCallback callback,
                            gpointer data);
gboolean kith_host_start_finish (KithHost *host, GAsyncResult *result, GError **error);
/* The code of a new invitation (for kith_session_use_invitation), by the administrator of the server. To be freed. */
void kith_host_invite_async (KithHost *host, GAsyncReadyCallback callback, gpointer data);
char *kith_host_invite_finish (KithHost *host, GAsyncResult *result, GError **error);
void kith_host_make_owner_async (KithHost *host, const char *handle, GAsyncReadyCallback callback, gpointer data);
gboolean kith_host_make_owner_finish (KithHost *host, GAsyncResult *result, GError **error);
/* Done when it has ended. What was acknowledged is on the disk. */
void kith_host_stop_async (KithHost *host, GAsyncReadyCallback callback, gpointer data);
gboolean kith_host_stop_finish (KithHost *host, GAsyncResult *result, GError **error);
