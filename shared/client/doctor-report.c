/* doctor-report.c - the results for others: an object for a script, a text for an administrator. */
#include "client/doctor-private.h"

json_object *
kith_doctor_json (const KithDoctor *doctor, guint check)
{
  const KithCheckResult *result = kith_doctor_result (doctor, check);
  json_object *object = json_object_new_object ();
  kith_add_string (object, "check", result->name);
  kith_add_string (object, "title", result->title);
  kith_add_string (object, "status", kith_check_status_name (result->status));
  kith_add_integer (object, "ms", result->took_us / 1000);
  kith_add_string (object, "finding", result->finding);
  kith_add_string (object, "advice", result->advice);
  return object;
}

static void
append_result (GString *text, const KithCheckResult *result)
{
  g_string_append_printf (text, "%-8s %s: %s\n", kith_check_status_name (result->status), result->title,
                          result->finding != NULL ? result->finding : "");
  if (result->advice != NULL)
    g_string_append_printf (text, "         %s\n", result->advice);
}

char *
kith_doctor_report (const KithDoctor *doctor)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d %H:%M:%S UTC");
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  GString *text = g_string_new ("Kith: what stands between a computer and its server\n");
  g_string_append_printf (text, "\nTime:    %s\nProgram: %s\nSystem:  %s\nServer:  %s", time, doctor->name,
                          system != NULL ? system : "unknown", doctor->host);
  if (!doctor->is_unix)
    g_string_append_printf (text, ", port %u", doctor->options.port);
  if (doctor->pin[0] != '\0')
    g_string_append_printf (text, "\nIts key: %s", doctor->pin);
  g_string_append (text, "\n\n");
  for (guint i = 0; i < kith_doctor_n_checks (doctor); i++)
    append_result (text, kith_doctor_result (doctor, i));
  return g_string_free (text, FALSE);
}
