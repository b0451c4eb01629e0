/* doctor.c - doctor: the checks of shared/client, shown while they run. */
#include "output.h"
#include "terminal.h"

#include "client/doctor.h"
#include "client/drive.h"

#include <stdio.h>
#include <string.h>

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }
#define DOCTOR_TOKEN 3
#define TIMEOUT_MAX 600

static const CliOption doctor_options[] = {
    OPTION ("report", 0, G_OPTION_ARG_FILENAME, report, "FILE",
            "also write a report for the server's administrator (it contains no secrets)"),
    OPTION ("timeout", 0, G_OPTION_ARG_INT, timeout, "SECONDS", "how long one check may take (default: 10)"),
    CLI_OPTIONS_END,
};

static int
title_width (KithDoctor *doctor)
{
  gsize width = 0;
  for (guint i = 0; i < kith_doctor_n_checks (doctor); i++)
    width = MAX (width, strlen (kith_doctor_result (doctor, i)->title));
  return (int) width;
}

/* The check that is at work, on a terminal only; its line is written over by its result. */
static void
print_running (KithDoctor *doctor, const KithCheckResult *result)
{
  if (!kith_terminal_is (KITH_STDOUT))
    return;
  printf ("%-8s%s", "...", result->title);
  fflush (stdout);
}

static void
print_result (KithDoctor *doctor, const KithCheckResult *result)
{
  gboolean bad = result->status == KITH_CHECK_FAILED;
  int width = title_width (doctor);
  g_autofree char *finding = cli_clean (result->finding, NULL);
  printf ("%s%s%-8s%s%-*s  %s\n", kith_terminal_is (KITH_STDOUT) ? "\r" : "", cli_style (bad ? CLI_RED : CLI_BOLD),
          kith_check_status_name (result->status), cli_style (CLI_PLAIN), width, result->title, finding);
  if (result->advice != NULL)
    printf ("%*s%s\n", 8 + width + 2, "", result->advice);
  fflush (stdout);
}

static void
on_changed (KithDoctor *doctor, guint check, gpointer data)
{
  const Cli *cli = data;
  const KithCheckResult *result = kith_doctor_result (doctor, check);
  gboolean running = result->status == KITH_CHECK_RUNNING;
  if (cli->options.json && !running)
    cli_print_json (kith_doctor_json (doctor, check));
  else if (!cli->options.json)
    (running ? print_running : print_result) (doctor, result);
}

static gboolean
drive (Cli *cli, KithDoctor *doctor, GError **error)
{
  g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
  while (!kith_doctor_is_done (doctor)) {
    g_array_set_size (watches, 0);
    kith_doctor_watches (doctor, watches);
    if (!kith_drive_wait (cli->poller, watches, DOCTOR_TOKEN, kith_doctor_due (doctor), error))
      return FALSE;
    kith_doctor_step (doctor, g_get_monotonic_time ());
  }
  return TRUE;
}

static gboolean
write_report (Cli *cli, KithDoctor *doctor, GError **error)
{
  g_autofree char *report = kith_doctor_report (doctor);
  if (cli->options.report == NULL)
    return TRUE;
  if (!g_file_set_contents (cli->options.report, report, -1, error))
    return FALSE;
  if (!cli->options.json)
    printf ("\nThe report is in %s. It contains no secrets.\n", cli->options.report);
  return TRUE;
}

/* The last line, and how it ends. */
static gboolean
sum_up (Cli *cli, KithDoctor *doctor, GError **error)
{
  guint failed = kith_doctor_count (doctor, KITH_CHECK_FAILED),
        warnings = kith_doctor_count (doctor, KITH_CHECK_WARNING);
  if (cli->options.json) {
    json_object *sum = json_object_new_object ();
    kith_add_string (sum, "server", cli->server);
    kith_add_string (sum, "status",
                     kith_check_status_name (failed > 0     ? KITH_CHECK_FAILED
                                             : warnings > 0 ? KITH_CHECK_WARNING
                                                            : KITH_CHECK_OK));
    kith_add_integer (sum, "failed", failed);
    kith_add_integer (sum, "warnings", warnings);
    cli_print_json (sum);
  }
  if (failed > 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, "%u of %u checks failed. What helps stands beside each.", failed,
                 kith_doctor_n_checks (doctor));
  return failed == 0;
}

static gboolean
run_doctor (Cli *cli, char **arguments, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port = 0;
  if (cli->options.timeout < 0 || cli->options.timeout > TIMEOUT_MAX) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--timeout is from 1 to %d seconds.", TIMEOUT_MAX);
    return FALSE;
  }
  if (!cli_prepare (cli, error) || !kith_address_split (cli->server, KITH_PORT, &host, &port, error))
    return FALSE;
  g_autoptr (KithStorage) storage = cli_profile_storage (cli->profile, host, port);
  KithDoctorOptions options = {.host = host,
                               .port = port,
                               .name = "kith-cli " KITH_VERSION,
                               .pin = cli->options.pin,
                               .tls = cli->tls,
                               .storage = storage,
                               .patience_us = cli->options.timeout * G_TIME_SPAN_SECOND,
                               .changed = on_changed,
                               .data = cli};
  g_autoptr (KithDoctor) doctor = kith_doctor_new (&options);
  return drive (cli, doctor, error) && write_report (cli, doctor, error) && sum_up (cli, doctor, error);
}

const CliCommand cli_doctor_commands[] = {
    {"doctor", "", "find out why the server is not reached, and what helps",
     "Checks one after the other: network adapter, name, ping, connection, encryption and key, server, clock, sign-in, "
     "presence over UDP both ways, speed.\n"
     "It changes nothing, and ends with 1 when a check failed.",
     0, 0, doctor_options, run_doctor},
    {0},
};
