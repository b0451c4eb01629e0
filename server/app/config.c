/* config.c - the table of keys. A key is one row: parsing, defaults, reloading and the sample file follow from it. */
#include "app/config.h"

#include "net/address.h"
#include "proto/error.h"
#include "proto/limits.h"
#include "proto/text.h"

#include <string.h>

typedef enum { KEY_TEXT, KEY_INTEGER, KEY_BOOLEAN, KEY_WORD, KEY_LIST } KeyType;

typedef struct {
  const char *group, *name;
  KeyType type;
  gsize offset;
  gint64 min, max;    /* integers */
  const char *words;  /* booleans: "on|off", the first is TRUE; words: "a|b|c", kept as 0, 1, 2 (an int) */
  gboolean reloads;
  const char *fallback; /* texts and lists: what the sample shows */
  const char *meaning;
} Key;

#define CONFIG(member) G_STRUCT_OFFSET (KithdConfig, member)
#define TEXT(group, name, member, reloads, fallback, meaning) \
  { group, name, KEY_TEXT, CONFIG (member), 0, 0, NULL, reloads, fallback, meaning }
#define INTEGER(group, name, member, lo, hi, meaning) { group, name, KEY_INTEGER, CONFIG (member), lo, hi, NULL, TRUE, NULL, meaning }
#define SWITCH(group, name, member, words, reloads, meaning) \
  { group, name, KEY_BOOLEAN, CONFIG (member), 0, 0, words, reloads, NULL, meaning }

#define KITHD_LOBBY "lobby" /* unless another one is configured */
#define MILLION 1000000
#define SERVER_NAME_MAX 256 /* bytes: what the answer to hello may hold */
#define GIGABYTE (1024 * 1024 * 1024)

static const Key keys[] = {
  TEXT ("server", "name", settings.name, TRUE, "the name of this computer", "What people see as the name of the server."),
  { "server", "registration", KEY_WORD, CONFIG (settings.registration), 0, 0, "open|invite|closed", TRUE, NULL,
    "open: who can reach the server can make an account with a name. invite: who has an invitation of an owner or admin. closed: nobody new." },
  TEXT ("server", "lobby", settings.lobby, TRUE, KITHD_LOBBY,
        "The room that every new account enters; it is made when it is missing. Nothing behind the = means none."),
  TEXT ("server", "data", data, FALSE, "the user's data directory, kithd", "Where the messages, the key and the certificate are kept."),
  SWITCH ("server", "keep_versions", settings.keep_versions, "yes|no", FALSE, "Whether earlier texts of edited messages can be read."),
  SWITCH ("server", "presence", settings.presence, "on|off", FALSE, "Whether people see who is there. It uses UDP on the addresses and the port of TCP."),
  SWITCH ("server", "discovery", settings.discovery, "on|off", FALSE, "Whether clients on the same network find this server by asking everybody."),
  { "server", "index_clean_hours", KEY_INTEGER, CONFIG (settings.index_clean_hours), 1, 20, NULL, FALSE, NULL,
    "How long after a deletion the search index is cleaned of what is left of the text." },
  INTEGER ("server", "retention_days", settings.retention_days, 0, KITH_RETENTION_DAYS_MAX,
           "For how many days what happens is kept; then it is deleted. 0: for ever. Owners and admins of a room can choose less for it."),
  SWITCH ("server", "poller", select_only, "select|best", FALSE,
          "best: thousands of connections wait in one nested set where the system has one. select: select alone, about 1,000 connections."),
  { "listen", "addresses", KEY_LIST, CONFIG (listen), 0, 0, NULL, FALSE, "*:5484;[::]:5484",
    "Where to listen, divided by semicolons: 192.0.2.1:5484, [2001:db8::1]:5484, *:5484, unix:/path." },
  SWITCH ("listen", "tls", tls, "on|off", FALSE, "off is accepted for loopback addresses only."),
  SWITCH ("log", "format", log_json, "json|text", TRUE, "text: key=value. json: one object a line."),
  { "log", "level", KEY_TEXT, CONFIG (log_level), 0, 0, NULL, TRUE, "info", "debug, info, warning or error." },
  TEXT ("log", "file", log_file, TRUE, "stderr",
        "Where to write: stderr (a service manager keeps it), or a file, in the data directory unless it is absolute. SIGHUP opens it anew."),
  TEXT ("metrics", "address", metrics_address, FALSE, "off",
        "Where to serve figures over HTTP (OpenMetrics, /metrics): off, a port of 127.0.0.1 such as 9484, or an address with a port."),
  INTEGER ("limits", "text", settings.text_max, 1, KITH_TEXT_MAX, "Bytes of a message."),
  INTEGER ("limits", "posts_per_second", settings.posts_per_second, 1, MILLION, "Of an account, in the long run."),
  INTEGER ("limits", "posts_burst", settings.posts_burst, 1, MILLION, "Of an account, at once."),
  INTEGER ("limits", "searches_per_second", settings.searches_per_second, 1, MILLION, "Searches of an account, in the long run."),
  INTEGER ("limits", "searches_burst", settings.searches_burst, 1, MILLION, "Searches of an account, at once."),
  INTEGER ("limits", "registrations_per_minute", settings.registrations_per_minute, 1, MILLION, "New accounts from an address."),
  INTEGER ("limits", "members", settings.members_max, 2, MILLION, "People in a room."),
  INTEGER ("limits", "rooms", settings.rooms_max, 1, MILLION, "Rooms of the server."),
  INTEGER ("limits", "connections", settings.connections_max, 1, MILLION, "Of the process."),
  INTEGER ("limits", "connections_per_address", settings.connections_per_address, 1, MILLION, "From an address, not yet signed in."),
  INTEGER ("limits", "connections_per_account", settings.connections_per_account, 1, MILLION, "Of an account, signed in."),
  INTEGER ("limits", "hello_seconds", settings.hello_seconds, 1, 3600, "Until TLS and hello must be done."),
  INTEGER ("limits", "sign_in_seconds", settings.sign_in_seconds, 1, 3600, "Until somebody must have signed in."),
  INTEGER ("limits", "ping_seconds", settings.ping_seconds, 1, 3600, "Of silence, until the server asks whether somebody is there."),
  INTEGER ("limits", "dead_seconds", settings.dead_seconds, 2, 7200, "Of silence, until a connection counts as dead."),
  INTEGER ("limits", "outbound_queue", settings.outbound_queue, 512 * 1024, GIGABYTE, "Bytes that wait for a slow reader, at most."),
  INTEGER ("limits", "outbound_total", settings.outbound_total, 1024 * 1024, (gint64) 64 * GIGABYTE, "Bytes that wait for all slow readers."),
  INTEGER ("limits", "store_queue", settings.store_queue, 64 * 1024, GIGABYTE, "Bytes that wait for the disk before posting is slowed down."),
  INTEGER ("limits", "wrong_passwords", settings.wrong_passwords, 1, MILLION, "A minute, for a person from an address."),
  INTEGER ("limits", "wrong_passwords_address", settings.wrong_passwords_address, 1, MILLION, "A minute, from an address."),
  INTEGER ("limits", "handshakes_per_turn", settings.handshakes_per_turn, 1, 10000, "TLS handshakes that one turn of the loop goes on with."),
  INTEGER ("limits", "accepts_per_turn", settings.accepts_per_turn, 1, 10000, "Connections that one turn of the loop takes from a listener."),
};

G_STATIC_ASSERT (G_N_ELEMENTS (keys) <= 64); /* bit_of */

static const struct {
  const char *name;
  GLogLevelFlags level;
} log_levels[] = {
  { "debug", G_LOG_LEVEL_DEBUG }, { "info", G_LOG_LEVEL_INFO }, { "warning", G_LOG_LEVEL_WARNING }, { "error", G_LOG_LEVEL_CRITICAL },
};

#define MEMBER(config, key, type) (*(type *) G_STRUCT_MEMBER_P (config, (key)->offset))

static gboolean
is_level (const Key *key)
{
  return key->offset == CONFIG (log_level);
}

/* The line of a key in a group (of the group's head where name is NULL); GKeyFile does not keep it. */
static guint
line_of (const char *text, const char *group, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *head = g_strdup_printf ("[%s]", group);
  gboolean inside = FALSE;
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);
    if (*line == '[')
      inside = g_str_has_prefix (line, head);
    if (inside && *line == '[' && name == NULL)
      return i + 1;
    gsize length = name != NULL ? strlen (name) : 0;
    if (inside && name != NULL && strncmp (line, name, length) == 0 && strchr (" \t=", line[length]) != NULL && line[length] != '\0')
      return i + 1;
  }
  return 0;
}

static const Key *
find_key (const char *group, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group) && (name == NULL || g_str_equal (keys[i].name, name)))
      return &keys[i];
  return NULL;
}

static gboolean
parse_integer (KithdConfig *config, const Key *key, const char *value, GError **error)
{
  gint64 number;
  if (!g_ascii_string_to_signed (value, 10, key->min, key->max, &number, NULL)) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s must be a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", not \"%s\"",
                 key->name, key->min, key->max, value);
    return FALSE;
  }
  MEMBER (config, key, gint64) = number;
  return TRUE;
}

/* "a, b or c" */
static char *
list_words (const char *words)
{
  g_auto (GStrv) each = g_strsplit (words, "|", -1);
  GString *text = g_string_new (each[0]);
  for (guint i = 1; each[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", each[i + 1] == NULL ? " or " : ", ", each[i]);
  return g_string_free (text, FALSE);
}

static gboolean
parse_word (KithdConfig *config, const Key *key, const char *value, GError **error)
{
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);
  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], value)) {
      MEMBER (config, key, int) = key->type == KEY_BOOLEAN ? i == 0 : i;
      return TRUE;
    }
  g_autofree char *list = list_words (key->words);
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s must be %s, not \"%s\"", key->name, list, value);
  return FALSE;
}

static gboolean
parse_level (KithdConfig *config, const Key *key, const char *value, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (log_levels); i++)
    if (g_str_equal (log_levels[i].name, value)) {
      config->log_level = (int) log_levels[i].level;
      return TRUE;
    }
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "level must be %s not \"%s\"", "debug, info, warning or error,", value);
  return FALSE;
}

static gboolean
is_room (const char *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  if (*value == '\0' || kith_text_check_room (value, &problem))
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "lobby must be the name of a room or empty, not \"%s\": %s", value, problem->message);
  return FALSE;
}

static gboolean
parse_text (KithdConfig *config, const Key *key, const char *value, GError **error)
{
  gboolean lobby = key->offset == CONFIG (settings.lobby);
  if (is_level (key))
    return parse_level (config, key, value, error);
  if (lobby && !is_room (value, error))
    return FALSE;
  if ((*value == '\0' && !lobby) || strlen (value) > 4096) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s must not be empty", key->name);
    return FALSE;
  }
  /* Clients refuse a server whose name is longer, and show it. */
  if (key->offset == CONFIG (settings.name) && (strlen (value) > SERVER_NAME_MAX || !kith_text_check_display (value, SERVER_NAME_MAX, NULL))) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "name must be a line of at most %d bytes without hidden characters", SERVER_NAME_MAX);
    return FALSE;
  }
  char **text = &MEMBER (config, key, char *);
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

static gboolean
parse_list (KithdConfig *config, const Key *key, const char *value, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (value, ";", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint count = 0;
  for (guint i = 0; parts[i] != NULL; i++) {
    KithAddress address;
    if (*g_strstrip (parts[i]) == '\0')
      continue;
    if (!kith_address_parse (parts[i], KITH_PORT, &address, NULL)) {
      g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST,
                   "\"%s\" is not an address such as 192.0.2.1:5484, [2001:db8::1]:5484, *:5484 or unix:/path", parts[i]);
      return FALSE;
    }
    g_strv_builder_add (builder, parts[i]);
    count++;
  }
  if (count == 0 || count > 64) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s must name 1 to 64 addresses", key->name);
    return FALSE;
  }
  g_strfreev (config->listen);
  config->listen = g_strv_builder_end (builder);
  config->listen_default = FALSE;
  return TRUE;
}

static guint64
bit_of (const Key *key)
{
  return G_GUINT64_CONSTANT (1) << (key - keys);
}

static gboolean
parse_key (KithdConfig *config, const Key *key, const char *value, GError **error)
{
  static gboolean (*const parsers[]) (KithdConfig *, const Key *, const char *, GError **) = {
    [KEY_TEXT] = parse_text, [KEY_INTEGER] = parse_integer, [KEY_BOOLEAN] = parse_word, [KEY_WORD] = parse_word, [KEY_LIST] = parse_list
  };
  config->given |= bit_of (key);
  return parsers[key->type](config, key, value, error);
}

static gboolean
read_group (KithdConfig *config, GKeyFile *file, const char *text, const char *group, GError **error)
{
  if (find_key (group, NULL) == NULL) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s:%u: there is no group [%s]", config->file, line_of (text, group, NULL), group);
    return FALSE;
  }
  g_auto (GStrv) names = g_key_file_get_keys (file, group, NULL, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, group, names[i], NULL);
    const Key *key = find_key (group, names[i]);
    g_autoptr (GError) problem = NULL;
    if (key == NULL)
      g_set_error (&problem, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "there is no key %s in [%s]", names[i], group);
    else
      parse_key (config, key, value != NULL ? value : "", &problem);
    if (problem == NULL)
      continue;
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s:%u: %s. See docs/configuration.md.", config->file,
                 line_of (text, group, names[i]), problem->message);
    return FALSE;
  }
  return TRUE;
}

/* A key that stands there twice: which one was meant? GKeyFile takes the last one. */
static gboolean
check_repeats (const KithdConfig *config, const char *text, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *group = g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]), *equals = strchr (line, '=');
    if (line[0] == '[') {
      g_free (group);
      group = g_strdup (line);
    }
    if (line[0] == '#' || line[0] == '[' || equals == NULL)
      continue;
    *equals = '\0';
    if (g_hash_table_add (seen, g_strconcat (group, g_strchomp (line), NULL)))
      continue;
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s:%u: %s stands there twice. Remove one.", config->file, i + 1, line);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_file (KithdConfig *config, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_file_get_contents (config->file, &text, &length, error))
    return FALSE;
  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error)) {
    g_prefix_error (error, "%s: ", config->file);
    return FALSE;
  }
  if (!check_repeats (config, text, error))
    return FALSE;
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!read_group (config, file, text, groups[i], error))
      return FALSE;
  return TRUE;
}

KithdConfig *
kithd_config_load (const char *file, GError **error)
{
  g_autoptr (KithdConfig) config = g_new0 (KithdConfig, 1);
  kithd_settings_init (&config->settings);
  config->settings.name = g_strdup (g_get_host_name ());
  config->settings.lobby = g_strdup (KITHD_LOBBY);
  config->data = g_build_filename (g_get_user_data_dir (), "kithd", NULL);
  config->listen = g_strsplit ("*:5484;[::]:5484", ";", -1);
  config->listen_default = TRUE;
  config->tls = TRUE;
  config->log_level = G_LOG_LEVEL_INFO;
  config->log_file = g_strdup ("stderr");
  config->metrics_address = g_strdup ("off");
  config->file = file != NULL ? g_canonicalize_filename (file, NULL) : NULL;
  if (config->file != NULL && !read_file (config, error))
    return NULL;
  char *data = g_canonicalize_filename (config->data, NULL);
  g_free (config->data);
  config->data = data;
  return g_steal_pointer (&config);
}

void
kithd_config_free (KithdConfig *config)
{
  if (config == NULL)
    return;
  kithd_settings_clear (&config->settings);
  g_strfreev (config->listen);
  g_free (config->file);
  g_free (config->log_file);
  g_free (config->metrics_address);
  g_free (config->data);
  g_free (config);
}

gboolean
kithd_config_check (const KithdConfig *config, GError **error)
{
  for (char **text = config->listen; *text != NULL; text++) {
    KithAddress address;
    if (!kith_address_parse (*text, KITH_PORT, &address, error))
      return FALSE;
    if (!config->tls && !kith_address_is_loopback (&address)) {
      g_set_error (error, KITH_ERROR, KITH_ERROR_FORBIDDEN,
                   "tls = off is for loopback addresses only, not for %s. Choose 127.0.0.1 or [::1], or remove tls = off.", *text);
      return FALSE;
    }
  }
  return TRUE;
}

/* How a key's value reads; the caller's. */
static char *
show (const KithdConfig *config, const Key *key)
{
  if (key->type == KEY_INTEGER)
    return g_strdup_printf ("%" G_GINT64_FORMAT, MEMBER (config, key, gint64));
  if (key->type == KEY_LIST)
    return g_strjoinv (";", MEMBER (config, key, char **));
  if (is_level (key)) {
    for (guint i = 0; i < G_N_ELEMENTS (log_levels); i++)
      if ((int) log_levels[i].level == config->log_level)
        return g_strdup (log_levels[i].name);
  }
  if (key->type == KEY_TEXT)
    return g_strdup (MEMBER (config, key, char *));
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);
  int value = MEMBER (config, key, int);
  return g_strdup (words[key->type == KEY_WORD ? value : !value]);
}

gboolean
kithd_config_override (KithdConfig *config, const char *group, const char *name, const char *value, GError **error)
{
  const Key *key = find_key (group, name);
  g_return_val_if_fail (key != NULL, FALSE);
  config->overridden |= bit_of (key);
  return parse_key (config, key, value, error);
}

gboolean
kithd_config_says (const KithdConfig *config, const char *group, const char *name)
{
  return (config->given & bit_of (find_key (group, name))) != 0;
}

char *
kithd_config_reload (KithdConfig *running, const KithdConfig *fresh)
{
  g_autoptr (GString) stuck = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *before = show (running, &keys[i]), *after = show (fresh, &keys[i]);
    if (g_strcmp0 (before, after) == 0 || (running->overridden & bit_of (&keys[i])) != 0)
      continue;
    if (keys[i].reloads)
      parse_key (running, &keys[i], after, NULL);
    else
      g_string_append_printf (stuck, "%s%s.%s", stuck->len > 0 ? ", " : "", keys[i].group, keys[i].name);
  }
  return stuck->len > 0 ? g_strdup (stuck->str) : NULL;
}

char *
kithd_config_sample (void)
{
  g_autoptr (KithdConfig) defaults = kithd_config_load (NULL, NULL);
  GString *text = g_string_new ("# kithd.conf - every key with its default. Remove the # to change one; kithd --check-config tells whether it is right.\n"
                                "# Keys marked * need a restart; the others are taken over at SIGHUP.\n");
  const char *group = "";
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const Key *key = &keys[i];
    if (!g_str_equal (group, key->group))
      g_string_append_printf (text, "\n[%s]\n", key->group);
    group = key->group;
    g_autofree char *value = key->fallback != NULL ? g_strdup (key->fallback) : show (defaults, key);
    g_string_append_printf (text, "\n# %s%s", key->meaning, key->reloads ? "" : " *");
    g_autofree char *words = key->words != NULL ? list_words (key->words) : NULL;
    if (words != NULL)
      g_string_append_printf (text, " (%s)", words);
    if (key->type == KEY_INTEGER)
      g_string_append_printf (text, " (%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ")", key->min, key->max);
    g_string_append_printf (text, "\n#%s = %s\n", key->name, value);
  }
  return g_string_free (text, FALSE);
}
