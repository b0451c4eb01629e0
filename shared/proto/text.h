/* text.h - rules for names, so that nobody can imitate anybody: GLib's Unicode tables do the work. */
#pragma once

#include <glib.h>

/* The form in which two handles or room names are the same: NFKC, case-folded. NULL when text is no valid UTF-8. Free with g_free. */
char *kith_text_fold (const char *text);

/* A handle: 1 to KITH_HANDLE_MAX characters; letters, digits, "-", "_", "." (not first or last); letters of one script
 * (Han, Hiragana, Katakana and Hangul mix with each other as their languages do). KITH_ERROR_BAD_NAME with a sentence that says which rule. */
gboolean kith_text_check_handle (const char *text, GError **error);
/* A room's name: the same, up to KITH_ROOM_NAME_MAX characters, scripts may mix by word parts divided by "-", "_", ".". No leading "#". */
gboolean kith_text_check_room (const char *text, GError **error);
/* A display or device name: 1 to max characters, no control, format (bidi override), private-use or unassigned characters, not only spaces. */
gboolean kith_text_check_display (const char *text, guint max, GError **error);
/* A topic or message: printable text; tab and line feed are allowed where lines is TRUE; no other control characters. */
gboolean kith_text_check_free (const char *text, gsize max_bytes, gboolean lines, GError **error);
/* One emoji or short grapheme for a reaction: no letters, no digits alone, no controls. */
gboolean kith_text_check_emoji (const char *text, GError **error);
