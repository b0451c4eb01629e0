/* discovery.c - {"kith":1,"find":"<nonce>"} and {"kith":1,"found":"<nonce>",…}. */
#include "proto/discovery.h"

#include <string.h>

#include "proto/id.h"
#include "proto/message.h"
#include "proto/text.h"

#define NAME_MAX_BYTES 256 /* in the answer, as JSON writes it */

static const KithField find_fields[] = {
    {"kith", KITH_FIELD_INTEGER, TRUE, 1, 1, NULL, NULL},
    {"find", KITH_FIELD_NONCE, TRUE, 0, 0, NULL, NULL},
    {NULL},
};

static const KithField found_fields[] = {
    {"kith", KITH_FIELD_INTEGER, TRUE, 1, 1, NULL, NULL},
    {"found", KITH_FIELD_NONCE, TRUE, 0, 0, NULL, NULL},
    {"name", KITH_FIELD_STRING, TRUE, 1, NAME_MAX_BYTES, NULL, NULL},
    {"port", KITH_FIELD_INTEGER, TRUE, 1, G_MAXUINT16, NULL, NULL},
    {"pin", KITH_FIELD_TOKEN, TRUE, 0, 0, NULL, NULL},
    {"people", KITH_FIELD_INTEGER, TRUE, 0, KITH_INTEGER_MAX, NULL, NULL},
    {NULL},
};

void
kith_found_clear (KithFound *found)
{
  g_clear_pointer (&found->name, g_free);
  g_clear_pointer (&found->pin, g_free);
}

void
kith_find_write (const guint8 nonce[KITH_NONCE_BYTES], char out[KITH_FIND_BYTES])
{
  char hex[2 * KITH_NONCE_BYTES + 1], text[128];
  memset (out, ' ', KITH_FIND_BYTES);
  g_snprintf (text, sizeof text, "{\"kith\":1,\"find\":\"%s\"}", kith_hex_format (nonce, KITH_NONCE_BYTES, hex));
  memcpy (out, text, strlen (text));
}

gboolean
kith_find_read (const char *data, gsize size, guint8 nonce[KITH_NONCE_BYTES])
{
  if (size < KITH_FIND_BYTES)
    return FALSE;
  g_autoptr (KithValue) values = kith_values_parse (data, size, find_fields, NULL);
  return values != NULL && kith_value_nonce (values, "find", nonce);
}

/* The name with as many characters as NAME_MAX_BYTES of JSON hold. */
static json_object *
fit_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  json_object *text = json_object_new_string (valid);
  while (strlen (kith_json_text (text)) > NAME_MAX_BYTES) {
    *g_utf8_find_prev_char (valid, valid + strlen (valid)) = '\0';
    json_object_put (text);
    text = json_object_new_string (valid);
  }
  return text;
}

char *
kith_found_write (const guint8 nonce[KITH_NONCE_BYTES], const KithFound *found)
{
  char hex[2 * KITH_NONCE_BYTES + 1];
  json_object *root = json_object_new_object ();
  kith_add_integer (root, "kith", 1);
  kith_add_string (root, "found", kith_hex_format (nonce, KITH_NONCE_BYTES, hex));
  json_object_object_add (root, "name", fit_name (found->name));
  kith_add_integer (root, "port", found->port);
  kith_add_string (root, "pin", found->pin);
  kith_add_integer (root, "people", found->people);
  char *text = g_strdup (kith_json_text (root));
  json_object_put (root);
  return text;
}

gboolean
kith_found_read (const char *data, gsize size, const guint8 nonce[KITH_NONCE_BYTES], KithFound *found)
{
  guint8 answered[KITH_NONCE_BYTES];
  g_autoptr (KithValue) values = kith_values_parse (data, size, found_fields, NULL);
  gboolean good = values != NULL && kith_value_nonce (values, "found", answered) &&
                  memcmp (answered, nonce, sizeof answered) == 0 &&
                  kith_text_check_free (kith_value_string (values, "name"), NAME_MAX_BYTES, FALSE, NULL);
  if (good)
    *found = (KithFound){.name = g_strdup (kith_value_string (values, "name")),
                         .pin = g_ascii_strdown (kith_value_string (values, "pin"), -1),
                         .port = (guint16) kith_value_integer (values, "port", 0),
                         .people = kith_value_integer (values, "people", 0)};
  return good;
}
