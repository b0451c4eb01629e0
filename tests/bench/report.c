/* report.c - medians, and how they are shown. */
#include "bench/report.h"

#include <json-c/json.h>
#include <stdio.h>

typedef enum { BASELINE, KITHD, STORE, INDEX, N_COLUMNS } Column;

struct _ReportRow {
  char *section, *name;
  const char *unit;
  ReportTarget kind;
  double target;
  GArray *values[N_COLUMNS]; /* double, one of each round */
};

struct _Report {
  char *section;
  GPtrArray *rows; /* ReportRow */
};

static void
free_row (gpointer data)
{
  ReportRow *row = data;
  for (guint i = 0; i < N_COLUMNS; i++)
    g_array_unref (row->values[i]);
  g_free (row->section);
  g_free (row->name);
  g_free (row);
}

Report *
report_new (void)
{
  Report *report = g_new0 (Report, 1);
  report->rows = g_ptr_array_new_with_free_func (free_row);
  return report;
}

void
report_free (Report *report)
{
  if (report == NULL)
    return;
  g_ptr_array_unref (report->rows);
  g_free (report->section);
  g_free (report);
}

void
report_section (Report *report, const char *title)
{
  g_free (report->section);
  report->section = g_strdup (title);
}

static ReportRow *
find_row (const Report *report, const char *name)
{
  for (guint i = 0; i < report->rows->len; i++) {
    ReportRow *row = report->rows->pdata[i];
    if (g_str_equal (row->name, name) && g_str_equal (row->section, report->section))
      return row;
  }
  return NULL;
}

ReportRow *
report_row (Report *report, const char *name, const char *unit, ReportTarget kind, double target)
{
  ReportRow *row = find_row (report, name);
  if (row != NULL)
    return row;
  row = g_new0 (ReportRow, 1);
  row->section = g_strdup (report->section);
  row->name = g_strdup (name);
  row->unit = unit;
  row->kind = kind;
  row->target = target;
  for (guint i = 0; i < N_COLUMNS; i++)
    row->values[i] = g_array_new (FALSE, FALSE, sizeof (double));
  g_ptr_array_add (report->rows, row);
  return row;
}

void
report_baseline (ReportRow *row, double value)
{
  g_array_append_val (row->values[BASELINE], value);
}

void
report_kithd (ReportRow *row, double value)
{
  g_array_append_val (row->values[KITHD], value);
}

void
report_store (ReportRow *row, double value)
{
  g_array_append_val (row->values[STORE], value);
}

void
report_index (ReportRow *row, double value)
{
  g_array_append_val (row->values[INDEX], value);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;
  return left < right ? -1 : left > right;
}

double
report_percentile (GArray *values, double percent)
{
  if (values->len == 0)
    return 0;
  g_array_sort (values, compare);
  guint index = (guint) (percent / 100 * values->len);
  return g_array_index (values, double, MIN (index, values->len - 1));
}

static double
median (const GArray *values)
{
  g_autoptr (GArray) copy = g_array_copy ((GArray *) values);
  return report_percentile (copy, 50);
}

static double
ratio (const ReportRow *row)
{
  const GArray *below = row->values[BASELINE], *above = row->values[KITHD];
  g_autoptr (GArray) ratios = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < MIN (below->len, above->len); i++)
    if (g_array_index (below, double, i) > 0) {
      double one = g_array_index (above, double, i) / g_array_index (below, double, i);
      g_array_append_val (ratios, one);
    }
  return report_percentile (ratios, 50);
}

/* What is held against the target; its unit is the target's. */
static double
judged (const ReportRow *row)
{
  return row->kind == REPORT_RATIO_AT_MOST ? ratio (row) : median (row->values[KITHD]);
}

static void
print_value (const GArray *values)
{
  double value = median (values);
  if (values->len == 0)
    printf (" %10s", "");
  else
    printf (" %10.*f", value < 10 ? 2 : value < 100 ? 1 : 0, value);
}

static void
print_row (const ReportRow *row)
{
  printf ("%-34s %-6s", row->name, row->unit);
  for (guint i = 0; i < N_COLUMNS; i++)
    print_value (row->values[i]);
  if (row->values[BASELINE]->len > 0)
    printf (" %7.2f", ratio (row));
  else
    printf (" %7s", "");
  if (row->kind != REPORT_NO_TARGET)
    printf ("  <= %g%s %s", row->target, row->kind == REPORT_RATIO_AT_MOST ? " x" : "", judged (row) <= row->target ? "reached" : "MISSED");
  putchar ('\n');
}

void
report_print (const Report *report)
{
  const char *section = "";
  for (guint i = 0; i < report->rows->len; i++) {
    const ReportRow *row = report->rows->pdata[i];
    if (!g_str_equal (section, row->section))
      printf ("\n%-34s %-6s %10s %10s %10s %10s %7s  %s\n", row->section, "", "baseline", "kithd", "its store", "its index", "ratio", "target");
    section = row->section;
    print_row (row);
  }
  fflush (stdout);
}

static json_object *
json_values (const GArray *values)
{
  json_object *list = json_object_new_array ();
  for (guint i = 0; i < values->len; i++)
    json_object_array_add (list, json_object_new_double (g_array_index (values, double, i)));
  return list;
}

static json_object *
json_row (const ReportRow *row)
{
  static const char *const columns[N_COLUMNS] = { "baseline", "kithd", "store", "index" };
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "section", json_object_new_string (row->section));
  json_object_object_add (object, "name", json_object_new_string (row->name));
  json_object_object_add (object, "unit", json_object_new_string (row->unit));
  for (guint i = 0; i < N_COLUMNS; i++)
    if (row->values[i]->len > 0)
      json_object_object_add (object, columns[i], json_values (row->values[i]));
  if (row->values[BASELINE]->len > 0)
    json_object_object_add (object, "ratio", json_object_new_double (ratio (row)));
  if (row->kind != REPORT_NO_TARGET) {
    json_object_object_add (object, row->kind == REPORT_RATIO_AT_MOST ? "ratio_at_most" : "at_most", json_object_new_double (row->target));
    json_object_object_add (object, "reached", json_object_new_boolean (judged (row) <= row->target));
  }
  return object;
}

gboolean
report_save (const Report *report, const char *file, GError **error)
{
  json_object *root = json_object_new_object (), *rows = json_object_new_array ();
  for (guint i = 0; i < report->rows->len; i++)
    json_object_array_add (rows, json_row (report->rows->pdata[i]));
  json_object_object_add (root, "rows", rows);
  gboolean done = g_file_set_contents (file, json_object_to_json_string_ext (root, JSON_C_TO_STRING_PRETTY), -1, error);
  json_object_put (root);
  return done;
}
