/* diagnosis.h - the doctor of shared/client on the main loop: a GListModel with one KithFinding for each check. It
 * changes nothing, and its report has no message and no secret in it. */
#pragma once

#include "client/doctor.h"
#include "session.h"

#define KITH_TYPE_FINDING (kith_finding_get_type ())
G_DECLARE_FINAL_TYPE (KithFinding, kith_finding, KITH, FINDING, GObject)

/* Property (notify): "status". The texts belong to it and follow the status. */
const char *kith_finding_name (KithFinding *finding);  /* "tcp": for programs */
const char *kith_finding_title (KithFinding *finding); /* "Connection": for people */
KithCheckStatus kith_finding_status (KithFinding *finding);
const char *kith_finding_text (KithFinding *finding);   /* what was seen; "" until it ended */
const char *kith_finding_advice (KithFinding *finding); /* what to do; NULL: nothing */
gint64 kith_finding_took_us (KithFinding *finding);

#define KITH_TYPE_DIAGNOSIS (kith_diagnosis_get_type ())
G_DECLARE_FINAL_TYPE (KithDiagnosis, kith_diagnosis, KITH, DIAGNOSIS, GObject)

/* Property (notify): "running". session NULL: only address is known, and signing in is not tried. */
KithDiagnosis *kith_diagnosis_new (KithSession *session, const char *address, GError **error);
void kith_diagnosis_run (KithDiagnosis *diagnosis); /* from the beginning */
gboolean kith_diagnosis_is_running (KithDiagnosis *diagnosis);
guint kith_diagnosis_count (KithDiagnosis *diagnosis, KithCheckStatus status);
char *kith_diagnosis_report (KithDiagnosis *diagnosis); /* to be freed; "" before the first run */
