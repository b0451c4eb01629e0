/* settings.c - a table of keys, from which properties, defaults, limits and the file follow. */
#include "settings.h"

#include <string.h>

#define GROUP "kith"
#define FILE_NAME "settings.ini"
#define DELAY_S 1
#define TEXT_MAX 1024 /* bytes of one that may be anything */

typedef struct {
  const char *name;
  GType type;          /* G_TYPE_BOOLEAN, G_TYPE_INT, G_TYPE_STRING */
  const char *choices; /* STRING: what it may be, divided by "|"; the first is the default; "": anything */
  int standard, least, most;
} Key;

#define CHOICE(name, choices)             \
  {                                       \
    name, G_TYPE_STRING, choices, 0, 0, 0 \
  }
#define NUMBER(name, standard, least, most)       \
  {                                               \
    name, G_TYPE_INT, NULL, standard, least, most \
  }
#define SWITCH(name, standard)                 \
  {                                            \
    name, G_TYPE_BOOLEAN, NULL, standard, 0, 1 \
  }

static const Key keys[] = {
    CHOICE ("color-scheme", "system|light|dark|high-contrast"),
    CHOICE ("accent", "petrol|blue|violet|rose|amber|green|slate"),
    NUMBER ("text-size", 100, 80, 160),
    SWITCH ("reduce-motion", FALSE),
    SWITCH ("desktop-theme", FALSE),
    SWITCH ("enter-sends", TRUE),
    SWITCH ("spell-check", TRUE),
    CHOICE ("notify", "all|mentions|none"),
    SWITCH ("notify-body", TRUE),
    SWITCH ("notify-sound", TRUE),
    SWITCH ("dnd-mentions", FALSE),
    SWITCH ("send-receipts", TRUE),
    SWITCH ("send-typing", TRUE),
    NUMBER ("idle-minutes", 10, 0, 120),
    CHOICE ("recent-emoji", ""),
    CHOICE ("last-server", ""),
    CHOICE ("run-in-background", "ask|yes|no"),
    SWITCH ("autostart", FALSE),
    NUMBER ("window-width", 1120, 360, 16384),
    NUMBER ("window-height", 720, 400, 16384),
    NUMBER ("sidebar-width", 270, 200, 600),
    SWITCH ("window-maximized", FALSE),
    SWITCH ("details-open", TRUE),
};

struct _KithSettings {
  GObject parent;
  KithProfile *profile; /* NULL: kept in memory only */
  GKeyFile *file;       /* with what is not ours */
  GValue values[G_N_ELEMENTS (keys)];
  GSource *writing; /* NULL: nothing has changed */
};

G_DEFINE_FINAL_TYPE (KithSettings, kith_settings, G_TYPE_OBJECT)

static gboolean
is_choice (const Key *key, const char *text)
{
  g_auto (GStrv) choices = g_strsplit (key->choices, "|", -1);
  if (text == NULL || *key->choices == '\0')
    return text != NULL && strlen (text) <= TEXT_MAX && g_utf8_validate (text, -1, NULL);
  return g_strv_contains ((const char *const *) choices, text);
}

static void
set_standard (const Key *key, GValue *value)
{
  g_value_init (value, key->type);
  if (key->type == G_TYPE_STRING)
    g_value_take_string (value, g_strndup (key->choices, strcspn (key->choices, "|")));
  else if (key->type == G_TYPE_INT)
    g_value_set_int (value, key->standard);
  else
    g_value_set_boolean (value, key->standard);
}

/* What cannot be read, or is out of its limits, stays as it is. */
static void
read_key (GKeyFile *file, const Key *key, GValue *value)
{
  g_autoptr (GError) problem = NULL;
  if (key->type == G_TYPE_STRING) {
    g_autofree char *text = g_key_file_get_string (file, GROUP, key->name, NULL);
    if (is_choice (key, text))
      g_value_set_string (value, text);
  } else if (key->type == G_TYPE_INT) {
    int number = g_key_file_get_integer (file, GROUP, key->name, &problem);
    if (problem == NULL && number >= key->least && number <= key->most)
      g_value_set_int (value, number);
  } else {
    gboolean yes = g_key_file_get_boolean (file, GROUP, key->name, &problem);
    if (problem == NULL)
      g_value_set_boolean (value, yes);
  }
}

static void
write_key (GKeyFile *file, const Key *key, const GValue *value)
{
  if (key->type == G_TYPE_STRING)
    g_key_file_set_string (file, GROUP, key->name, g_value_get_string (value));
  else if (key->type == G_TYPE_INT)
    g_key_file_set_integer (file, GROUP, key->name, g_value_get_int (value));
  else
    g_key_file_set_boolean (file, GROUP, key->name, g_value_get_boolean (value));
}

static void
stop_writing (KithSettings *settings)
{
  if (settings->writing != NULL)
    g_source_destroy (settings->writing);
  g_clear_pointer (&settings->writing, g_source_unref);
}

void
kith_settings_flush (KithSettings *settings)
{
  if (settings->writing == NULL)
    return;
  stop_writing (settings);
  g_autoptr (GError) problem = NULL;
  gsize length;
  g_autofree char *path = kith_profile_path (settings->profile, FILE_NAME, NULL);
  g_autofree char *text = g_key_file_to_data (settings->file, &length, NULL);
  if (!g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &problem))
    g_warning ("The settings cannot be kept: %s", problem->message);
}

static gboolean
on_delay (gpointer data)
{
  kith_settings_flush (data);
  return G_SOURCE_REMOVE;
}

static void
write_soon (KithSettings *settings)
{
  if (settings->profile == NULL || settings->writing != NULL)
    return;
  settings->writing = g_timeout_source_new_seconds (DELAY_S);
  g_source_set_callback (settings->writing, on_delay, settings, NULL);
  g_source_attach (settings->writing, g_main_context_get_thread_default ());
}

static gboolean
is_same (const GValue *a, const GValue *b)
{
  if (G_VALUE_HOLDS_STRING (a))
    return g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0;
  if (G_VALUE_HOLDS_INT (a))
    return g_value_get_int (a) == g_value_get_int (b);
  return g_value_get_boolean (a) == g_value_get_boolean (b);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  KithSettings *settings = KITH_SETTINGS (object);
  const Key *key = &keys[id - 1];
  if (key->type == G_TYPE_STRING && !is_choice (key, g_value_get_string (value))) {
    g_warning ("%s is no choice for %s", g_value_get_string (value), key->name);
    return;
  }
  if (is_same (&settings->values[id - 1], value))
    return;
  g_value_copy (value, &settings->values[id - 1]);
  write_key (settings->file, key, value);
  write_soon (settings);
  g_object_notify_by_pspec (object, spec);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_copy (&KITH_SETTINGS (object)->values[id - 1], value);
}

static void
dispose (GObject *object)
{
  KithSettings *settings = KITH_SETTINGS (object);
  kith_settings_flush (settings);
  g_clear_pointer (&settings->profile, kith_profile_unref);
  G_OBJECT_CLASS (kith_settings_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  KithSettings *settings = KITH_SETTINGS (object);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_value_unset (&settings->values[i]);
  g_key_file_unref (settings->file);
  G_OBJECT_CLASS (kith_settings_parent_class)->finalize (object);
}

static GParamSpec *
make_property (const Key *key)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  if (key->type == G_TYPE_INT)
    return g_param_spec_int (key->name, NULL, NULL, key->least, key->most, key->standard, flags);
  if (key->type == G_TYPE_BOOLEAN)
    return g_param_spec_boolean (key->name, NULL, NULL, key->standard, flags);
  g_autofree char *standard = g_strndup (key->choices, strcspn (key->choices, "|"));
  return g_param_spec_string (key->name, NULL, NULL, standard, flags);
}

static void
kith_settings_class_init (KithSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_object_class_install_property (object_class, i + 1, make_property (&keys[i]));
}

static void
kith_settings_init (KithSettings *settings)
{
  settings->file = g_key_file_new ();
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    set_standard (&keys[i], &settings->values[i]);
}

KithSettings *
kith_settings_new (KithProfile *profile)
{
  KithSettings *settings = g_object_new (KITH_TYPE_SETTINGS, NULL);
  if (profile == NULL)
    return settings;
  settings->profile = kith_profile_ref (profile);
  g_autofree char *path = kith_profile_path (profile, FILE_NAME, NULL);
  g_autoptr (GError) problem = NULL;
  if (!g_key_file_load_from_file (settings->file, path, G_KEY_FILE_KEEP_COMMENTS, &problem) &&
      !g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_warning ("The settings in %s cannot be read (%s): the standard ones are used.", path, problem->message);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    read_key (settings->file, &keys[i], &settings->values[i]);
  return settings;
}

static const GValue *
find (KithSettings *settings, const char *name, GType type)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].type == type && g_str_equal (keys[i].name, name))
      return &settings->values[i];
  g_critical ("no setting %s of that type", name);
  return NULL;
}

gboolean
kith_settings_get_boolean (KithSettings *settings, const char *name)
{
  const GValue *value = find (settings, name, G_TYPE_BOOLEAN);
  return value != NULL && g_value_get_boolean (value);
}

int
kith_settings_get_int (KithSettings *settings, const char *name)
{
  const GValue *value = find (settings, name, G_TYPE_INT);
  return value != NULL ? g_value_get_int (value) : 0;
}

char *
kith_settings_get_string (KithSettings *settings, const char *name)
{
  const GValue *value = find (settings, name, G_TYPE_STRING);
  return value != NULL ? g_value_dup_string (value) : NULL;
}
