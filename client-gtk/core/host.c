/* host.c - each thing that is done with the server is one task on a thread: it waits for processes and sockets. */
#include "host.h"

#include "destination.h"
#include "host-private.h"
#include "own-place.h"

#include "client/reachable.h"
#include "proto/limits.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define READY "kithd: ready on "

struct _KithHost {
  GObject parent;
  char *directory, *config, *ready_file, *errors; /* never change: threads read them */
  char *address, *pin;
  gboolean running; /* as of the last look */
};

enum { PROP_RUNNING = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KithHost, kith_host, G_TYPE_OBJECT)

/* ---- what it says when it is ready ------------------------------------------------------------------------------- */

/* "*:5484 [::]:5484, pin HEX": the first address, as this computer reaches it. */
static char *
address_for_us (const char *ready)
{
  static const struct {
    const char *any, *here;
  } hosts[] = {{"*", "127.0.0.1"}, {"0.0.0.0", "127.0.0.1"}, {"[::]", "[::1]"}};
  g_autofree char *first = g_strndup (ready, strcspn (ready, " ,"));
  const char *colon = strrchr (first, ':');
  if (colon == NULL)
    return g_steal_pointer (&first);
  g_autofree char *host = g_strndup (first, (gsize) (colon - first));
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    if (g_str_equal (hosts[i].any, host))
      return g_strconcat (hosts[i].here, colon, NULL);
  return g_steal_pointer (&first);
}

static void
take_ready (KithHost *host, const char *ready)
{
  const char *pin = strstr (ready, ", pin ");
  g_free (host->address);
  g_free (host->pin);
  host->address = address_for_us (ready);
  host->pin = g_strstrip (g_strdup (pin != NULL ? pin + strlen (", pin ") : ""));
}

static gboolean
read_ready (KithHost *host)
{
  g_autofree char *ready = NULL;
  if (!g_file_get_contents (host->ready_file, &ready, NULL, NULL))
    return FALSE;
  take_ready (host, ready);
  return TRUE;
}

/* ---- is it there --------------------------------------------------------------------------------------------------- */

static void
set_running (KithHost *host, gboolean running)
{
  if (host->running == running)
    return;
  host->running = running;
  g_object_notify_by_pspec (G_OBJECT (host), properties[PROP_RUNNING]);
}

gboolean
kith_host_is_running (KithHost *host)
{
  g_autoptr (KithHostServer) server = kith_host_reach (host->directory);
  set_running (host, server != NULL);
  return host->running;
}

gboolean
kith_host_exists (KithHost *host)
{
  return g_file_test (host->config, G_FILE_TEST_IS_REGULAR);
}

gboolean
kith_host_is_wanted (KithHost *host)
{
  return g_file_test (host->ready_file, G_FILE_TEST_IS_REGULAR);
}

char *
kith_host_name (KithHost *host)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_key_file_load_from_file (file, host->config, G_KEY_FILE_NONE, NULL);
  return g_key_file_get_string (file, "server", "name", NULL);
}

const char *
kith_host_address (KithHost *host)
{
  return host->address;
}

const char *
kith_host_pin (KithHost *host)
{
  return host->pin;
}

char **
kith_host_reachable (KithHost *host)
{
  return kith_reachable_addresses (host->address);
}

/* ---- start --------------------------------------------------------------------------------------------------------- */

typedef struct {
  char *name; /* NULL: as it was */
  gboolean invited_only;
} Start;

static void
free_start (gpointer data)
{
  Start *start = data;
  g_free (start->name);
  g_free (start);
}

/* What the person has added to the file stays. */
static gboolean
write_config (KithHost *host, const Start *start, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_key_file_load_from_file (file, host->config, G_KEY_FILE_KEEP_COMMENTS, NULL);
  g_key_file_set_string (file, "server", "name", start->name);
  g_key_file_set_string (file, "server", "registration", start->invited_only ? "invite" : "open");
  g_key_file_set_string (file, "server", "data", host->directory);
  g_key_file_set_string (file, "log", "file", "kithd.log");
  return g_key_file_save_to_file (file, host->config, error);
}

/* The path of kithd where our own program is: installed together, or built together. NULL: not there. */
static char *
find_beside (void)
{
  static const char *const places[] = {"", ".." G_DIR_SEPARATOR_S "server"};
  g_autofree char *directory = kith_own_directory ();
  for (guint i = 0; directory != NULL && i < G_N_ELEMENTS (places); i++) {
    g_autofree char *path = g_build_filename (directory, places[i], kith_host_program, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return NULL;
}

static char *
find_program (GError **error)
{
  g_autofree char *path = g_strdup (g_getenv ("KITHD"));
  if (path == NULL)
    path = find_beside ();
  if (path == NULL)
    path = g_find_program_in_path ("kithd");
  if (path == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The program of the server, kithd, is not installed on this computer. Install it, then try again."));
  return g_steal_pointer (&path);
}

/* The line behind READY, or what kithd complained of. */
static char *
wait_ready (KithHost *host, int output, GError **error)
{
  GIOChannel *channel = g_io_channel_unix_new (output);
  g_autofree char *line = NULL, *said = NULL;
  g_io_channel_set_close_on_unref (channel, TRUE);
  GIOStatus status = g_io_channel_read_line (channel, &line, NULL, NULL, NULL);
  g_io_channel_unref (channel);
  if (status == G_IO_STATUS_NORMAL && g_str_has_prefix (line, READY))
    return g_strdup (g_strstrip (line + strlen (READY)));
  g_file_get_contents (host->errors, &said, NULL, NULL);
  const char *last = said != NULL ? strrchr (g_strstrip (said), '\n') : NULL;
  const char *cause = last != NULL ? last + 1 : said != NULL ? said : "";
  if (g_str_has_prefix (cause, "kithd: "))
    cause += strlen ("kithd: ");
  if (strstr (cause, "--listen") != NULL) /* its advice is for a terminal */
    cause = _ ("Another server runs on this computer already. Choose it in the list of servers, or stop it first.");
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
               *cause != '\0' ? cause : _("The server ended before it was ready. Its log is in kithd.log."));
  return NULL;
}

static char *
start_server (KithHost *host, const Start *start, GError **error)
{
  g_autofree char *program = find_program (error), *ready = NULL;
  int output = -1;
  if (program == NULL || (start->name != NULL && !write_config (host, start, error)))
    return NULL;
  const char *const arguments[] = {program, "--config", host->config, NULL};
  if (!kith_host_spawn (arguments, host->directory, host->errors, &output, error))
    return NULL;
  ready = wait_ready (host, output, error);
  if (ready == NULL || !g_file_set_contents (host->ready_file, ready, -1, error))
    return NULL;
  return g_steal_pointer (&ready);
}

static void
run_start (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  KithHost *host = source;
  GError *error = NULL;
  g_autoptr (KithHostServer) server = kith_host_reach (host->directory);
  char *ready = NULL;
  if (server == NULL)
    ready = start_server (host, data, &error);
  else
    g_file_get_contents (host->ready_file, &ready, NULL, &error);
  if (ready != NULL)
    g_task_return_pointer (task, ready, g_free);
  else
    g_task_return_error (task, error);
}

void
kith_host_start_async (KithHost *host, const char *name, gboolean invited_only, GAsyncReadyCallback callback,
                       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (host, NULL, callback, data);
  Start *start = g_new0 (Start, 1);
  start->name = g_strdup (name);
  start->invited_only = invited_only;
  g_task_set_task_data (task, start, free_start);
  g_task_run_in_thread (task, run_start);
}

gboolean
kith_host_start_finish (KithHost *host, GAsyncResult *result, GError **error)
{
  g_autofree char *ready = g_task_propagate_pointer (G_TASK (result), error);
  if (ready == NULL)
    return FALSE;
  take_ready (host, ready);
  set_running (host, TRUE);
  return TRUE;
}

/* ---- administration ------------------------------------------------------------------------------------------------- */

/* kithd --config FILE WORDS; what it prints, to be freed. */
static char *
administer (KithHost *host, const char *const *words, GError **error)
{
  g_autofree char *program = find_program (error), *output = NULL, *errors = NULL;
  if (program == NULL)
    return NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_strv_builder_add_many (builder, program, "--config", host->config, NULL);
  g_strv_builder_addv (builder, (const char **) words);
  g_auto (GStrv) arguments = g_strv_builder_end (builder);
  gboolean successful;
  if (!kith_host_run ((const char *const *) arguments, &output, &errors, &successful, error))
    return NULL;
  if (successful)
    return g_steal_pointer (&output);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", errors != NULL ? g_strstrip (errors) : _("kithd failed."));
  return NULL;
}

/* The code in the link that kithd prints. */
static void
run_invite (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  static const char *const words[] = {"user", "invite", "localhost", NULL};
  GError *error = NULL;
  g_autofree char *output = administer (source, words, &error);
  g_auto (KithDestination) destination = {0};
  if (output != NULL)
    output[strcspn (output, "\r\n")] = '\0';
  if (output == NULL || !kith_destination_parse (output, &destination, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&destination.code), g_free);
}

void
kith_host_invite_async (KithHost *host, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (host, NULL, callback, data);
  g_task_run_in_thread (task, run_invite);
}

char *
kith_host_invite_finish (KithHost *host, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
run_make_owner (GTask *task, gpointer source, gpointer handle, GCancellable *cancellable)
{
  const char *const words[] = {"user", "role", handle, "owner", NULL};
  GError *error = NULL;
  g_autofree char *output = administer (source, words, &error);
  if (output != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
kith_host_make_owner_async (KithHost *host, const char *handle, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (host, NULL, callback, data);
  g_task_set_task_data (task, g_strdup (handle), g_free);
  g_task_run_in_thread (task, run_make_owner);
}

gboolean
kith_host_make_owner_finish (KithHost *host, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- stop ------------------------------------------------------------------------------------------------------------ */

static void
run_stop (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  KithHost *host = source;
  g_autoptr (KithHostServer) server = kith_host_reach (host->directory);
  if (server == NULL || kith_host_end (server, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
kith_host_stop_async (KithHost *host, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (host, NULL, callback, data);
  g_task_run_in_thread (task, run_stop);
}

gboolean
kith_host_stop_finish (KithHost *host, GAsyncResult *result, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  g_unlink (host->ready_file);
  set_running (host, FALSE);
  return TRUE;
}

/* ---- life ------------------------------------------------------------------------------------------------------------ */

static void
kith_host_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, KITH_HOST (object)->running);
}

static void
kith_host_finalize (GObject *object)
{
  KithHost *host = KITH_HOST (object);
  char **texts[] = {&host->directory, &host->config, &host->ready_file, &host->errors,
                    &host->address,   &host->pin};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*texts[i]);
  G_OBJECT_CLASS (kith_host_parent_class)->finalize (object);
}

static void
kith_host_class_init (KithHostClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = kith_host_get_property;
  object_class->finalize = kith_host_finalize;
  properties[PROP_RUNNING] =
      g_param_spec_boolean ("running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kith_host_init (KithHost *host)
{
}

KithHost *
kith_host_new (KithProfile *profile)
{
  KithHost *host = g_object_new (KITH_TYPE_HOST, NULL);
  host->config = kith_profile_path (profile, "host", "kithd.conf", NULL);
  host->directory = g_path_get_dirname (host->config);
  host->ready_file = g_build_filename (host->directory, "ready", NULL);
  host->errors = g_build_filename (host->directory, "start.log", NULL);
  if (!read_ready (host))
    take_ready (host, "");
  return host;
}
