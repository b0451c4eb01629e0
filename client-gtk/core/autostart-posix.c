/* autostart-posix.c - a desktop entry in the folder that the Desktop Application Autostart Specification names. */
#include "autostart.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

static char *
entry_path (const char *id)
{
  g_autofree char *name = g_strconcat (id, ".desktop", NULL);
  return g_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
}

/* Somebody may have switched it off with a tool of the desktop. */
gboolean
kith_autostart_is_on (const char *id)
{
  g_autofree char *path = entry_path (id);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  return g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL) &&
         !g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN, NULL) &&
         (!g_key_file_has_key (file, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-Autostart-enabled", NULL) ||
          g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-Autostart-enabled", NULL));
}

/* A word of "Exec", as the Desktop Entry Specification wants it. */
static void
append_word (GString *line, const char *word)
{
  g_string_append (line, line->len > 0 ? " \"" : "\"");
  for (; *word != '\0'; word++) {
    if (*word == '"' || *word == '`' || *word == '$' || *word == '\\')
      g_string_append_c (line, '\\');
    g_string_append_c (line, *word);
    if (*word == '%')
      g_string_append_c (line, '%');
  }
  g_string_append_c (line, '"');
}

static char *
command_line (const char *directory)
{
  GString *line = g_string_new (NULL);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  append_word (line, program != NULL ? program : "kith");
  append_word (line, "--minimized");
  if (directory != NULL) {
    append_word (line, "--profile");
    append_word (line, directory);
  }
  return g_string_free (line, FALSE);
}

static gboolean
write_entry (const char *path, const char *directory, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *exec = command_line (directory), *folder = g_path_get_dirname (path);
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE, G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, "Kith");
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, "kith");
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, exec);
  g_mkdir_with_parents (folder, 0700);
  return g_key_file_save_to_file (file, path, error);
}

gboolean
kith_autostart_set (const char *id, const char *directory, gboolean on, GError **error)
{
  g_autofree char *path = entry_path (id);
  if (on)
    return write_entry (path, directory, error);
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  int saved = errno;
  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (saved), _ ("%s cannot be removed: %s."), path,
               g_strerror (saved));
  return FALSE;
}
