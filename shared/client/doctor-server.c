/* doctor-server.c - on the connection that was made: TLS and pin, hello, clock, sign-in, speed. */
#include "client/doctor-private.h"

#define CLOCK_OFF_MS 5000 /* more is worth a word */
#define TRIPS 5
#define SLOW_US (500 * G_TIME_SPAN_MILLISECOND)

static void
watch_link (KithDoctor *doctor, GArray *watches)
{
  kith_link_watches (&doctor->link, watches);
}

static gint64
due_link (KithDoctor *doctor)
{
  return kith_link_due (&doctor->link);
}

/* ---- TLS and pin ---- */

static gboolean
is_pin (const char *expected, const char *shown)
{
  return expected != NULL && g_ascii_strcasecmp (expected, shown) == 0;
}

/* The same order as in trust.c: the user's word, the stored pin, an authority. */
static void
judge_pin (KithDoctor *doctor)
{
  g_autofree char *kept = kith_storage_get (doctor->options.storage, KITH_KEPT_PIN);
  g_autofree char *next = kith_storage_get (doctor->options.storage, KITH_KEPT_NEXT_PIN);
  const char *expected = doctor->pin_wanted != NULL ? doctor->pin_wanted : kept;
  doctor->trusted =
      is_pin (expected, doctor->pin) || (doctor->pin_wanted == NULL && kept != NULL && is_pin (next, doctor->pin));
  if (doctor->trusted)
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL,
                          "Encrypted, and the server's key is the one that is known (%.16s…).", doctor->pin);
  else if (expected != NULL)
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED,
                          "Do not go on before you have asked who runs the server, not through this connection, "
                          "whether its key was changed. If it was, "
                          "accept the new one; if not, somebody may be posing as the server.",
                          "The server shows another key (%s) than the one that is known (%s).", doctor->pin, expected);
  else if (kith_tls_peer_trusted (doctor->link.stream)) {
    doctor->trusted = TRUE;
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "Encrypted, and an authority vouches for the server's name.");
  } else
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING,
                          "Compare the key with the one that the server printed when it started, before you accept it.",
                          "Encrypted, but this server is not known here yet. Its key is %s.", doctor->pin);
}

static void
step_tls (KithDoctor *doctor)
{
  g_autoptr (GError) error = NULL;
  KithIo io = kith_link_advance (&doctor->link, NULL, doctor->host, doctor->now_us, &error);
  if (io == KITH_IO_AGAIN)
    return;
  if (io == KITH_IO_OK && doctor->is_unix) {
    doctor->trusted = TRUE;
    kith_doctor_conclude (doctor, KITH_CHECK_SKIPPED, NULL, "Not needed: the server is on this computer.");
  } else if (io == KITH_IO_OK && kith_tls_peer_pin (doctor->link.stream, doctor->pin))
    judge_pin (doctor);
  else
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED,
                          "Something else than a Kith server answers on this port, or something in between interferes. "
                          "Check the port with who runs the server.",
                          "No encrypted connection came about. %s",
                          error != NULL ? error->message : "The other side shows no key.");
}

static void
begin_tls (KithDoctor *doctor)
{
  KithStream *plain = kith_stream_socket_new (doctor->socket);
  doctor->socket = KITH_SOCKET_NONE;
  doctor->link.stream = doctor->is_unix ? plain : kith_stream_tls_new (doctor->options.tls, plain, doctor->host);
  doctor->link.phase = KITH_LINK_SECURING;
  step_tls (doctor);
}

const KithDoctorCheck kith_doctor_tls = {
    .name = "tls",
    .title = "Encryption",
    .needs = "tcp",
    .begin = begin_tls,
    .step = step_tls,
    .watches = watch_link,
    .due = due_link,
    .late = "The port is open, but what is behind it does not answer.",
    .late_advice = "The server may be hanging, or something in between swallows what is sent. Ask who runs the server "
                   "to look at it.",
};

/* ---- a question and its answer ---- */

/* error may be NULL: closed in good order. */
static void
conclude_broken (KithDoctor *doctor, const GError *error)
{
  kith_doctor_conclude (doctor, KITH_CHECK_FAILED,
                        "Try again; if it stays so, ask who runs the server to look at its log.", "%s",
                        error != NULL ? error->message : "The server closed the connection.");
}

/* Takes request. */
static void
ask (KithDoctor *doctor, json_object *request)
{
  g_autoptr (GError) error = NULL;
  kith_add_integer (request, "id", ++doctor->last_id);
  kith_link_send (&doctor->link, request);
  json_object_put (request);
  doctor->asked_us = g_get_monotonic_time ();
  if (!kith_link_flush (&doctor->link, doctor->now_us, &error))
    conclude_broken (doctor, error);
}

static json_object *
new_request (const char *type)
{
  json_object *request = json_object_new_object ();
  kith_add_string (request, "type", type);
  return request;
}

/* Looks at one frame. TRUE: message is the answer that is waited for, or the server's last words; the caller clears it.
 */
static gboolean
is_wanted (KithDoctor *doctor, const char *frame, gsize length, KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  if (!kith_reply_decode (frame, length, message, &error)) {
    if (!g_error_matches (error, KITH_ERROR, KITH_ERROR_UNKNOWN_TYPE))
      kith_doctor_conclude (doctor, KITH_CHECK_FAILED,
                            "This is no Kith server, or one of another version. Check the port, and update both sides.",
                            "The server's answer makes no sense. %s", error->message);
    return FALSE;
  }
  gboolean answer = message->type == NULL && message->id == doctor->last_id;
  gboolean last_words = message->type != NULL && g_str_equal (message->type->name, "error");
  return answer || last_words;
}

/* Reads until the answer is there: TRUE. FALSE: not yet, or the check was concluded. */
static gboolean
hear (KithDoctor *doctor, KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  KithIo io = kith_link_flush (&doctor->link, doctor->now_us, &error) ? KITH_IO_OK : KITH_IO_ERROR;
  for (guint round = 0; round < 64 && io == KITH_IO_OK; round++) {
    const char *frame;
    gsize length;
    KithFrameStatus status;
    io = kith_link_read (&doctor->link, doctor->now_us, &error);
    while ((status = kith_framer_next (&doctor->link.framer, &frame, &length)) == KITH_FRAME_READY) {
      if (is_wanted (doctor, frame, length, message))
        return TRUE;
      kith_message_clear (message);
    }
    if (status == KITH_FRAME_TOO_LONG)
      kith_doctor_conclude (doctor, KITH_CHECK_FAILED, "This is no Kith server. Check the port.",
                            "The server's answer has no end.");
  }
  if (io == KITH_IO_END || io == KITH_IO_ERROR)
    conclude_broken (doctor, error);
  return FALSE;
}

/* What the server said instead of yes; NULL: it said yes. */
static GError *
refusal_of (const KithMessage *message)
{
  GError *error = kith_answer_error (message->root, NULL);
  if (error == NULL && message->type != NULL)
    error = g_error_new_literal (KITH_ERROR, KITH_ERROR_UNAVAILABLE, "The server closed the connection.");
  return error;
}

/* ---- hello ---- */

static void
begin_hello (KithDoctor *doctor)
{
  json_object *hello = new_request ("hello");
  kith_add_integer (hello, "protocol", KITH_PROTOCOL);
  kith_add_string (hello, "client", doctor->name);
  ask (doctor, hello);
}

static void
take_hello (KithDoctor *doctor, const KithMessage *message)
{
  g_autoptr (GError) error = refusal_of (message);
  if (error == NULL)
    kith_answer_check (kith_request_find ("hello"), message, &error);
  if (error != NULL) {
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED,
                          g_error_matches (error, KITH_ERROR, KITH_ERROR_UNSUPPORTED)
                              ? "Update the older of the two programs."
                              : "Do what the server says; else ask who runs it.",
                          "%s", error->message);
    return;
  }
  json_object *server = kith_member_object (message->root, "server");
  doctor->hello = json_object_get (message->root);
  doctor->hello_real_ms = g_get_real_time () / 1000 - (g_get_monotonic_time () - doctor->asked_us) / 2000;
  kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "It is “%s”, kithd %s.", kith_member_string (server, "name"),
                        kith_member_string (server, "version"));
}

static void
step_hello (KithDoctor *doctor)
{
  KithMessage message = {0};
  if (hear (doctor, &message))
    take_hello (doctor, &message);
  kith_message_clear (&message);
}

const KithDoctorCheck kith_doctor_hello = {
    .name = "server",
    .title = "Server",
    .needs = "tls",
    .begin = begin_hello,
    .step = step_hello,
    .watches = watch_link,
    .due = due_link,
    .late = "The server does not answer.",
    .late_advice = "It may be overloaded or hanging. Ask who runs it to look at its log.",
};

/* ---- the clock ---- */

/* "2 h 3 min", "12 s". */
static char *
span_text (gint64 ms)
{
  gint64 s = ms / 1000;
  if (s < 60)
    return g_strdup_printf ("%" G_GINT64_FORMAT " s", s);
  if (s < 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", s / 60, s % 60);
  if (s < 86400)
    return g_strdup_printf ("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min", s / 3600, s / 60 % 60);
  return g_strdup_printf ("%" G_GINT64_FORMAT " days %" G_GINT64_FORMAT " h", s / 86400, s / 3600 % 24);
}

static void
begin_clock (KithDoctor *doctor)
{
  gint64 ahead = doctor->hello_real_ms - kith_member_integer (doctor->hello, "time", 0);
  g_autofree char *span = span_text (ABS (ahead));
  if (ABS (ahead) <= CLOCK_OFF_MS)
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "The clocks agree to %" G_GINT64_FORMAT " ms.", ABS (ahead));
  else
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING,
                          "Times of messages will look wrong. Switch on setting the time automatically, here; if this "
                          "computer's time is right, tell who runs the server.",
                          "This computer's clock is %s %s the server's.", span, ahead > 0 ? "ahead of" : "behind");
}

const KithDoctorCheck kith_doctor_clock = {.name = "clock", .title = "Clock", .needs = "server", .begin = begin_clock};

/* ---- signing in ---- */

static void
begin_sign_in (KithDoctor *doctor)
{
  g_autofree char *token = kith_storage_get (doctor->options.storage, KITH_KEPT_TOKEN);
  g_autofree char *joining = kith_storage_get (doctor->options.storage, KITH_KEPT_JOIN_NONCE);
  if (token == NULL || joining != NULL) {
    kith_doctor_conclude (doctor, KITH_CHECK_SKIPPED, "Make an account, or sign in.",
                          "There is no account on this server here yet.");
  } else if (!doctor->trusted) {
    kith_doctor_conclude (doctor, KITH_CHECK_SKIPPED, NULL,
                          "Not tried: nothing that signs in is sent to a server that is not known.");
  } else {
    json_object *login = new_request ("login");
    kith_add_string (login, "token", token);
    ask (doctor, login);
  }
}

static void
take_sign_in (KithDoctor *doctor, const KithMessage *message)
{
  g_autoptr (GError) error = refusal_of (message);
  if (error == NULL)
    kith_answer_check (kith_request_find ("login"), message, &error);
  if (error == NULL)
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "Signed in as @%s.",
                          kith_member_string (kith_member_object (message->root, "account"), "handle"));
  else
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED,
                          g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS)
                              ? "This device was signed out, or the server was set up anew. Sign in again with your "
                                "password; without one, ask who runs the server."
                              : "Do what the server says; else ask who runs it.",
                          "The server refuses: %s", error->message);
}

static void
step_sign_in (KithDoctor *doctor)
{
  KithMessage message = {0};
  if (hear (doctor, &message))
    take_sign_in (doctor, &message);
  kith_message_clear (&message);
}

const KithDoctorCheck kith_doctor_sign_in = {
    .name = "sign-in",
    .title = "Sign-in",
    .needs = "server",
    .begin = begin_sign_in,
    .step = step_sign_in,
    .watches = watch_link,
    .due = due_link,
    .late = "The server does not answer.",
    .late_advice = "It may be overloaded: its disk may be slow. Ask who runs it to look at its log.",
};

/* ---- speed ---- */

static void
begin_speed (KithDoctor *doctor)
{
  g_array_set_size (doctor->trips, 0);
  ask (doctor, new_request ("ping"));
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

static void
conclude_speed (KithDoctor *doctor)
{
  GArray *trips = doctor->trips;
  g_array_sort (trips, compare_spans);
  gint64 median = g_array_index (trips, gint64, trips->len / 2), worst = g_array_index (trips, gint64, trips->len - 1);
  gboolean slow = median > SLOW_US;
  kith_doctor_conclude (doctor, slow ? KITH_CHECK_WARNING : KITH_CHECK_OK,
                        slow ? "The network or the server is busy. Try a cable, or ask who runs the server." : NULL,
                        "A question and its answer take %.2f ms, at worst %.2f ms.", (double) median / 1000,
                        (double) worst / 1000);
}

static void
step_speed (KithDoctor *doctor)
{
  KithMessage message = {0};
  if (!hear (doctor, &message))
    return;
  g_autoptr (GError) error = refusal_of (&message);
  gint64 took = g_get_monotonic_time () - doctor->asked_us;
  kith_message_clear (&message);
  g_array_append_val (doctor->trips, took);
  if (error != NULL)
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED, "Do what the server says; else ask who runs it.", "%s",
                          error->message);
  else if (doctor->trips->len == TRIPS)
    conclude_speed (doctor);
  else
    ask (doctor, new_request ("ping"));
}

const KithDoctorCheck kith_doctor_speed = {
    .name = "speed",
    .title = "Speed",
    .needs = "server",
    .begin = begin_speed,
    .step = step_speed,
    .watches = watch_link,
    .due = due_link,
    .late = "Answers take too long.",
    .late_advice = "The network or the server is busy. Try a cable, or ask who runs the server.",
};
