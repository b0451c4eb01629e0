/* doctor.h - looks for what is wrong between this computer and a server, one check after the other, and says in plain
 * words what to do.
 *
 * Driven from outside like the client: ask what it waits for (kith_doctor_watches, kith_doctor_due), wait,
 * kith_doctor_step. It changes nothing: it keeps no pin, no token and no account, and sends the token only to a server
 * whose key is the one that was trusted.
 *
 * What it finds may be shown to an administrator: it contains addresses, names and pins; no token, no password, no text
 * of a message.
 *
 * A check is a KithDoctorCheck (doctor-private.h) in one of the files doctor-*.c and a row in doctor.c. */
#pragma once

#include "client/storage.h"
#include "net/connector.h"
#include "net/tls.h"

#include "proto/json.h"

typedef enum {
  KITH_CHECK_WAITING,
  KITH_CHECK_RUNNING,
  KITH_CHECK_OK,
  KITH_CHECK_WARNING, /* it works, or may work, but not as it should */
  KITH_CHECK_FAILED,
  KITH_CHECK_SKIPPED /* not needed here, or a check before it failed */
} KithCheckStatus;

const char *kith_check_status_name (KithCheckStatus status); /* "ok", "warning", ... */

typedef struct {
  const char *name;  /* "tcp": for scripts; static */
  const char *title; /* "Connection": for people; static */
  KithCheckStatus status;
  char *finding; /* one or two sentences; NULL until it ended */
  char *advice;  /* what to do, in plain words; NULL: nothing */
  gint64 took_us;
} KithCheckResult;

typedef struct _KithDoctor KithDoctor;

typedef struct {
  const char *host; /* a name, an address, or "unix:/path" */
  guint16 port;
  const char *name;     /* program and version for hello, up to 64 bytes */
  const char *pin;      /* the only key to accept, whatever the storage holds; or NULL */
  KithTls *tls;         /* borrowed */
  KithStorage *storage; /* borrowed: pin and token are read */
  gint64 patience_us;   /* for one check; 0: 10 s */
  void (*changed) (KithDoctor *doctor, guint check,
                   gpointer data); /* a check began or ended; may be NULL; called from step */
  gpointer data;
} KithDoctorOptions;

KithDoctor *kith_doctor_new (const KithDoctorOptions *options);
void kith_doctor_free (KithDoctor *doctor); /* also while it runs; NULL is allowed */

void kith_doctor_watches (KithDoctor *doctor, GArray *watches); /* appends KithWatch */
gint64 kith_doctor_due (KithDoctor *doctor);                    /* monotonic, microseconds */
void kith_doctor_step (KithDoctor *doctor, gint64 now_us);
gboolean kith_doctor_is_done (const KithDoctor *doctor);

guint kith_doctor_n_checks (const KithDoctor *doctor);
const KithCheckResult *kith_doctor_result (const KithDoctor *doctor, guint check); /* borrowed */
guint kith_doctor_count (const KithDoctor *doctor, KithCheckStatus status);

/* The result of one check as an object: check, status, ms, finding, advice. The caller's. */
json_object *kith_doctor_json (const KithDoctor *doctor, guint check);
/* All of it as a text for the server's administrator. To be freed. */
char *kith_doctor_report (const KithDoctor *doctor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithDoctor, kith_doctor_free)
