/* doctor-private.h - what a check is, and what checks share. Private to shared/client.
 *
 *   doctor.c          the table of checks, one after the other
 *   doctor-network.c  adapter, name, ping, TCP
 *   doctor-server.c   TLS and pin, hello, clock, sign-in, speed: on the connection that the TCP check made
 *   doctor-report.c   the results as text and JSON */
#pragma once

#include "client/doctor.h"
#include "client/link.h"
#include "net/ping.h"
#include "net/resolver.h"
#include "proto/message.h"

typedef struct _KithDoctorProbe KithDoctorProbe;

typedef struct {
  const char *name, *title;
  const char *needs;                  /* the check that must have gone well (or with a warning); NULL: none */
  const char *unix_reason;            /* why it is skipped for a Unix socket; NULL: it is not */
  void (*begin) (KithDoctor *doctor); /* may conclude */
  void (*step) (KithDoctor *doctor);  /* until it concludes; NULL where begin always does */
  void (*watches) (KithDoctor *doctor, GArray *watches); /* may be NULL */
  gint64 (*due) (KithDoctor *doctor);                    /* may be NULL */
  void (*end) (KithDoctor *doctor);                      /* lets go of what only this check used; may be NULL */
  const char *late, *late_advice;                        /* said when patience is over */
  gboolean may_fail;                                     /* that is only a warning */
} KithDoctorCheck;

struct _KithDoctor {
  KithDoctorOptions options;
  char *host, *name, *pin_wanted;
  gboolean is_unix;
  KithCheckResult *results;
  guint current; /* the check at work; the number of checks: done */
  gint64 now_us, began_us;

  /* What later checks need */
  GArray *addresses; /* KithAddress, of the server */
  KithSocket socket; /* from TCP to TLS; while pinging over TCP, of that */
  KithLink link;
  char pin[KITH_PIN_TEXT];
  gboolean trusted; /* the server is the one we know */
  gint64 last_id;   /* of the last request */
  gint64 asked_us;
  json_object *hello;
  gint64 hello_real_ms; /* our clock in the middle of hello */

  /* Of the check at work */
  KithWake *wake;
  KithLookup *lookup;
  KithPing *ping;
  KithConnector *connector;
  KithDoctorProbe *probe;
  GArray *trips; /* gint64 us */
};

/* Ends the check at work. advice may be NULL. What is no plain text in the finding (the server's words, too) is
 * replaced. */
void kith_doctor_conclude (KithDoctor *doctor, KithCheckStatus status, const char *advice, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

extern const KithDoctorCheck kith_doctor_adapter, kith_doctor_name, kith_doctor_ping,
    kith_doctor_tcp; /* doctor-network.c */
extern const KithDoctorCheck kith_doctor_tls, kith_doctor_hello, kith_doctor_clock, kith_doctor_sign_in,
    kith_doctor_speed; /* doctor-server.c */
extern const KithDoctorCheck kith_doctor_presence; /* doctor-presence.c */
