/* diagnosis.c - one doctor for each run, and objects that follow its results. */
#include "diagnosis.h"

#include "core/array-model.h"

#include "core/session-private.h"
#include "proto/limits.h"
#include "transport.h"

/* ---- a finding ------------------------------------------------------------------------------------------------------- */

struct _KithFinding {
  GObject parent;
  KithCheckStatus status;
  const char *name, *title; /* static */
  char *text, *advice;
  gint64 took_us;
};

enum { PROP_STATUS = 1, N_FINDING_PROPS };
static GParamSpec *finding_properties[N_FINDING_PROPS];

G_DEFINE_FINAL_TYPE (KithFinding, kith_finding, G_TYPE_OBJECT)

const char *
kith_finding_name (KithFinding *finding)
{
  return finding->name;
}

const char *
kith_finding_title (KithFinding *finding)
{
  return finding->title;
}

KithCheckStatus
kith_finding_status (KithFinding *finding)
{
  return finding->status;
}

const char *
kith_finding_text (KithFinding *finding)
{
  return finding->text != NULL ? finding->text : "";
}

const char *
kith_finding_advice (KithFinding *finding)
{
  return finding->advice;
}

gint64
kith_finding_took_us (KithFinding *finding)
{
  return finding->took_us;
}

static void
take_result (KithFinding *finding, const KithCheckResult *result)
{
  finding->name = result->name;
  finding->title = result->title;
  finding->status = result->status;
  finding->took_us = result->took_us;
  g_free (finding->text);
  g_free (finding->advice);
  finding->text = g_strdup (result->finding);
  finding->advice = g_strdup (result->advice);
  g_object_notify_by_pspec (G_OBJECT (finding), finding_properties[PROP_STATUS]);
}

static void
kith_finding_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_int (value, (int) KITH_FINDING (object)->status);
}

static void
kith_finding_finalize (GObject *object)
{
  g_free (KITH_FINDING (object)->text);
  g_free (KITH_FINDING (object)->advice);
  G_OBJECT_CLASS (kith_finding_parent_class)->finalize (object);
}

static void
kith_finding_class_init (KithFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = kith_finding_get_property;
  G_OBJECT_CLASS (klass)->finalize = kith_finding_finalize;
  finding_properties[PROP_STATUS] = g_param_spec_int ("status", NULL, NULL, 0, KITH_CHECK_SKIPPED, 0,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_FINDING_PROPS, finding_properties);
}

static void
kith_finding_init (KithFinding *finding)
{
}

/* ---- the diagnosis --------------------------------------------------------------------------------------------------- */

struct _KithDiagnosis {
  GObject parent;
  KithSession *session;
  KithTls *tls;
  KithStorage *nothing; /* for an address without a session */
  char *host;
  guint16 port;
  KithDoctor *doctor;
  GSource *source; /* NULL: not running */
  GPtrArray *findings;
};

enum { PROP_RUNNING = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

KITH_DEFINE_ARRAY_MODEL (KITH_DIAGNOSIS, findings, KITH_TYPE_FINDING)

G_DEFINE_FINAL_TYPE_WITH_CODE (KithDiagnosis, kith_diagnosis, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, array_model_init))

static void
on_changed (KithDoctor *doctor, guint check, gpointer data)
{
  KithDiagnosis *diagnosis = data;
  take_result (g_ptr_array_index (diagnosis->findings, check), kith_doctor_result (doctor, check));
}

static void
stop (KithDiagnosis *diagnosis)
{
  if (diagnosis->source == NULL)
    return;
  g_source_destroy (diagnosis->source);
  g_clear_pointer (&diagnosis->source, g_source_unref);
  g_object_notify_by_pspec (G_OBJECT (diagnosis), properties[PROP_RUNNING]);
}

static void
doctor_watches (gpointer subject, GArray *watches)
{
  kith_doctor_watches (((KithDiagnosis *) subject)->doctor, watches);
}

static gint64
doctor_due (gpointer subject)
{
  return kith_doctor_due (((KithDiagnosis *) subject)->doctor);
}

static void
doctor_step (gpointer subject, gint64 now_us)
{
  KithDiagnosis *diagnosis = subject;
  kith_doctor_step (diagnosis->doctor, now_us);
  if (kith_doctor_is_done (diagnosis->doctor))
    stop (diagnosis);
}

static void
fill (KithDiagnosis *diagnosis)
{
  guint before = diagnosis->findings->len, n = kith_doctor_n_checks (diagnosis->doctor);
  g_ptr_array_set_size (diagnosis->findings, 0);
  for (guint i = 0; i < n; i++) {
    KithFinding *finding = g_object_new (KITH_TYPE_FINDING, NULL);
    take_result (finding, kith_doctor_result (diagnosis->doctor, i));
    g_ptr_array_add (diagnosis->findings, finding);
  }
  g_list_model_items_changed (G_LIST_MODEL (diagnosis), 0, before, n);
}

void
kith_diagnosis_run (KithDiagnosis *diagnosis)
{
  static const KithDriven driven = {"kith doctor", doctor_watches, doctor_due, doctor_step};
  stop (diagnosis);
  g_clear_pointer (&diagnosis->doctor, kith_doctor_free);
  KithDoctorOptions options = {.host = diagnosis->host,
                               .port = diagnosis->port,
                               .name = "kith " KITH_VERSION,
                               .tls = diagnosis->tls,
                               .storage = diagnosis->session != NULL ? diagnosis->session->storage : diagnosis->nothing,
                               .changed = on_changed,
                               .data = diagnosis};
  diagnosis->doctor = kith_doctor_new (&options);
  fill (diagnosis);
  diagnosis->source = kith_driven_source_new (&driven, diagnosis);
  g_source_attach (diagnosis->source, NULL);
  g_object_notify_by_pspec (G_OBJECT (diagnosis), properties[PROP_RUNNING]);
}

gboolean
kith_diagnosis_is_running (KithDiagnosis *diagnosis)
{
  return diagnosis->source != NULL;
}

guint
kith_diagnosis_count (KithDiagnosis *diagnosis, KithCheckStatus status)
{
  return diagnosis->doctor != NULL ? kith_doctor_count (diagnosis->doctor, status) : 0;
}

char *
kith_diagnosis_report (KithDiagnosis *diagnosis)
{
  return diagnosis->doctor != NULL ? kith_doctor_report (diagnosis->doctor) : g_strdup ("");
}

static void
kith_diagnosis_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, kith_diagnosis_is_running (KITH_DIAGNOSIS (object)));
}

static void
kith_diagnosis_finalize (GObject *object)
{
  KithDiagnosis *diagnosis = KITH_DIAGNOSIS (object);
  if (diagnosis->source != NULL)
    g_source_destroy (diagnosis->source);
  g_clear_pointer (&diagnosis->source, g_source_unref);
  kith_doctor_free (diagnosis->doctor);
  kith_storage_free (diagnosis->nothing);
  g_clear_pointer (&diagnosis->tls, kith_tls_free);
  g_clear_object (&diagnosis->session);
  g_ptr_array_unref (diagnosis->findings);
  g_free (diagnosis->host);
  G_OBJECT_CLASS (kith_diagnosis_parent_class)->finalize (object);
}

static void
kith_diagnosis_class_init (KithDiagnosisClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = kith_diagnosis_get_property;
  G_OBJECT_CLASS (klass)->finalize = kith_diagnosis_finalize;
  properties[PROP_RUNNING] =
      g_param_spec_boolean ("running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
kith_diagnosis_init (KithDiagnosis *diagnosis)
{
  diagnosis->findings = g_ptr_array_new_with_free_func (g_object_unref);
}

KithDiagnosis *
kith_diagnosis_new (KithSession *session, const char *address, GError **error)
{
  g_autoptr (KithDiagnosis) diagnosis = g_object_new (KITH_TYPE_DIAGNOSIS, NULL);
  const char *at = session != NULL ? kith_session_address (session) : address;
  g_set_object (&diagnosis->session, session);
  diagnosis->nothing = kith_storage_memory_new ();
  diagnosis->tls = kith_tls_client_new (error);
  if (diagnosis->tls == NULL || !kith_address_split (at, KITH_PORT, &diagnosis->host, &diagnosis->port, error))
    return NULL;
  return g_steal_pointer (&diagnosis);
}
