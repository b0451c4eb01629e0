/* doctor.c - the table of checks, and the way through it. A check that needs another which failed is skipped and says
 * so. */
#include "client/doctor-private.h"

#include <string.h>

#define PATIENCE_US (10 * G_TIME_SPAN_SECOND)

/* In this order. */
static const KithDoctorCheck *const checks[] = {
    &kith_doctor_adapter, &kith_doctor_name,  &kith_doctor_ping,    &kith_doctor_tcp,   &kith_doctor_tls,
    &kith_doctor_hello,   &kith_doctor_clock, &kith_doctor_sign_in, &kith_doctor_presence,
    &kith_doctor_speed,
};

const char *
kith_check_status_name (KithCheckStatus status)
{
  static const char *const names[] = {"waiting", "running", "ok", "warning", "failed", "skipped"};
  return names[status];
}

KithDoctor *
kith_doctor_new (const KithDoctorOptions *options)
{
  KithDoctor *doctor = g_new0 (KithDoctor, 1);
  doctor->options = *options;
  doctor->host = g_strdup (options->host);
  doctor->name = g_strdup (options->name);
  doctor->pin_wanted = g_strdup (options->pin);
  doctor->is_unix = g_str_has_prefix (options->host, "unix:");
  doctor->results = g_new0 (KithCheckResult, G_N_ELEMENTS (checks));
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++) {
    doctor->results[i].name = checks[i]->name;
    doctor->results[i].title = checks[i]->title;
  }
  doctor->addresses = g_array_new (FALSE, FALSE, sizeof (KithAddress));
  doctor->trips = g_array_new (FALSE, FALSE, sizeof (gint64));
  doctor->socket = KITH_SOCKET_NONE;
  kith_link_init (&doctor->link);
  return doctor;
}

static const KithDoctorCheck *
at_work (const KithDoctor *doctor)
{
  gboolean works =
      doctor->current < G_N_ELEMENTS (checks) && doctor->results[doctor->current].status == KITH_CHECK_RUNNING;
  return works ? checks[doctor->current] : NULL;
}

static void
end_check (KithDoctor *doctor)
{
  const KithDoctorCheck *check = checks[doctor->current];
  if (check->end != NULL)
    check->end (doctor);
}

void
kith_doctor_free (KithDoctor *doctor)
{
  if (doctor == NULL)
    return;
  if (at_work (doctor) != NULL)
    end_check (doctor);
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++) {
    g_free (doctor->results[i].finding);
    g_free (doctor->results[i].advice);
  }
  kith_socket_close (doctor->socket);
  kith_link_close (&doctor->link);
  g_byte_array_unref (doctor->link.out);
  json_object_put (doctor->hello);
  g_array_unref (doctor->addresses);
  g_array_unref (doctor->trips);
  g_free (doctor->results);
  g_free (doctor->host);
  g_free (doctor->name);
  g_free (doctor->pin_wanted);
  g_free (doctor);
}

void
kith_doctor_watches (KithDoctor *doctor, GArray *watches)
{
  const KithDoctorCheck *check = at_work (doctor);
  if (check != NULL && check->watches != NULL)
    check->watches (doctor, watches);
}

static gint64
patience_us (const KithDoctor *doctor)
{
  return doctor->options.patience_us > 0 ? doctor->options.patience_us : PATIENCE_US;
}

gint64
kith_doctor_due (KithDoctor *doctor)
{
  const KithDoctorCheck *check = at_work (doctor);
  if (kith_doctor_is_done (doctor))
    return G_MAXINT64;
  if (check == NULL)
    return 0;
  gint64 late = doctor->began_us + patience_us (doctor);
  return check->due != NULL ? MIN (late, check->due (doctor)) : late;
}

static void
tell (KithDoctor *doctor)
{
  if (doctor->options.changed != NULL)
    doctor->options.changed (doctor, doctor->current, doctor->options.data);
}

/* Nothing that could forge a line, or turn one around. */
static char *
make_plain (const char *text)
{
  GString *plain = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean is_plain = g_unichar_isprint (c) && g_unichar_type (c) != G_UNICODE_FORMAT;
    g_string_append_unichar (plain, is_plain ? c : 0xFFFD);
  }
  return g_string_free (plain, FALSE);
}

void
kith_doctor_conclude (KithDoctor *doctor, KithCheckStatus status, const char *advice, const char *format, ...)
{
  KithCheckResult *result = &doctor->results[doctor->current];
  va_list arguments;
  if (result->status != KITH_CHECK_RUNNING)
    return;
  va_start (arguments, format);
  g_autofree char *finding = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  result->finding = make_plain (finding);
  result->advice = g_strdup (advice);
  result->status = status;
}

static const KithCheckResult *
find_result (const KithDoctor *doctor, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    if (g_str_equal (checks[i]->name, name))
      return &doctor->results[i];
  return NULL;
}

/* Why the check at work cannot be made; NULL: it can. To be freed. */
static char *
reason_to_skip (const KithDoctor *doctor, const KithDoctorCheck *check)
{
  if (doctor->is_unix && check->unix_reason != NULL)
    return g_strdup (check->unix_reason);
  const KithCheckResult *needed = check->needs != NULL ? find_result (doctor, check->needs) : NULL;
  if (needed == NULL || needed->status == KITH_CHECK_OK || needed->status == KITH_CHECK_WARNING ||
      (doctor->is_unix && needed->status == KITH_CHECK_SKIPPED))
    return NULL;
  return g_strdup_printf ("Not tried, for \"%s\" did not succeed.", needed->title);
}

static void
begin_check (KithDoctor *doctor)
{
  const KithDoctorCheck *check = checks[doctor->current];
  KithCheckResult *result = &doctor->results[doctor->current];
  g_autofree char *reason = reason_to_skip (doctor, check);
  doctor->began_us = doctor->now_us;
  result->status = KITH_CHECK_RUNNING;
  tell (doctor);
  if (reason != NULL)
    kith_doctor_conclude (doctor, KITH_CHECK_SKIPPED, NULL, "%s", reason);
  else
    check->begin (doctor);
}

void
kith_doctor_step (KithDoctor *doctor, gint64 now_us)
{
  doctor->now_us = now_us;
  if (kith_doctor_is_done (doctor))
    return;
  const KithDoctorCheck *check = checks[doctor->current];
  KithCheckResult *result = &doctor->results[doctor->current];
  if (result->status == KITH_CHECK_WAITING)
    begin_check (doctor);
  else
    check->step (doctor);
  if (result->status == KITH_CHECK_RUNNING && now_us >= doctor->began_us + patience_us (doctor))
    kith_doctor_conclude (doctor, check->may_fail ? KITH_CHECK_WARNING : KITH_CHECK_FAILED, check->late_advice, "%s",
                          check->late);
  if (result->status == KITH_CHECK_RUNNING)
    return;
  end_check (doctor);
  result->took_us = g_get_monotonic_time () - doctor->began_us;
  tell (doctor);
  doctor->current++;
}

gboolean
kith_doctor_is_done (const KithDoctor *doctor)
{
  return doctor->current == G_N_ELEMENTS (checks);
}

guint
kith_doctor_n_checks (const KithDoctor *doctor)
{
  return G_N_ELEMENTS (checks);
}

const KithCheckResult *
kith_doctor_result (const KithDoctor *doctor, guint check)
{
  return &doctor->results[check];
}

guint
kith_doctor_count (const KithDoctor *doctor, KithCheckStatus status)
{
  guint count = 0;
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    count += doctor->results[i].status == status ? 1 : 0;
  return count;
}
