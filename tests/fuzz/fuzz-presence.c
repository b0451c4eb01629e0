/* fuzz-presence.c - datagrams: packets, bodies both ways, questions and answers. What is accepted is accepted again as
 * it is written. */
#include "fuzz.h"

#include <string.h>

#include "proto/discovery.h"
#include "proto/presence.h"

static void
check_packet (const guint8 *data, gsize size)
{
  KithPacketHeader header, again;
  guint8 packet[KITH_PACKET_MAX] = {0};
  if (!kith_packet_read (data, size, &header))
    return;
  kith_packet_write (&header, packet);
  g_assert_true (memcmp (packet, data, KITH_PACKET_HEADER) == 0);
  g_assert_true (kith_packet_read (packet, size, &again));
}

static void
check_report (const char *text, gsize size)
{
  KithReport report, again;
  if (!kith_report_read (text, size, &report))
    return;
  json_object *object = json_object_new_object ();
  kith_report_write (&report, FALSE, object);
  const char *written = json_object_to_json_string (object);
  g_assert_true (kith_report_read (written, strlen (written), &again));
  g_assert_true (again.idle == report.idle && again.seen == report.seen && again.probe == report.probe);
  json_object_put (object);
}

static void
check_person (const KithPresence *presence, gpointer data)
{
  GString *text = data;
  g_assert_true (presence->version > 0 && presence->account > 0 && presence->text != NULL &&
                 presence->state < KITH_N_PRESENCES);
  g_assert_true (g_utf8_validate (presence->text, -1, NULL));
  if (text->len > 0)
    g_string_append_c (text, ',');
  kith_presence_append (text, presence);
}

static void
check_news (const char *text, gsize size)
{
  KithNews news, again;
  json_object *root, *other;
  if (!kith_news_read (text, size, &news, &root))
    return;
  g_assert_true (!news.has_range || news.from <= news.upto);
  g_autoptr (GString) first = g_string_new (NULL), second = g_string_new (NULL);
  kith_news_foreach (&news, check_person, first);
  g_autofree char *written = g_strdup_printf ("{\"people\":{%s}}", first->str);
  g_assert_true (kith_news_read (written, strlen (written), &again, &other));
  kith_news_foreach (&again, check_person, second);
  g_assert_cmpstr (first->str, ==, second->str);
  json_object_put (root);
  json_object_put (other);
}

static void
check_finding (const char *text, gsize size)
{
  static const guint8 zeros[KITH_NONCE_BYTES];
  guint8 nonce[KITH_NONCE_BYTES];
  KithFound found, again;
  if (kith_find_read (text, size, nonce))
    g_assert_cmpuint (size, >=, KITH_FIND_BYTES);
  if (!kith_found_read (text, size, zeros, &found))
    return;
  g_autofree char *written = kith_found_write (zeros, &found);
  g_assert_cmpuint (strlen (written), <=, KITH_FIND_BYTES);
  g_assert_true (kith_found_read (written, strlen (written), zeros, &again));
  g_assert_cmpstr (again.pin, ==, found.pin);
  kith_found_clear (&again);
  kith_found_clear (&found);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  check_packet (data, size);
  check_report ((const char *) data, size);
  check_news ((const char *) data, size);
  check_finding ((const char *) data, size);
  return 0;
}
