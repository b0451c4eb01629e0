/* openmetrics.h - a strict reader of the OpenMetrics text format 1.0, written from its specification: what a collector
 * would refuse, or only put up with, is an error here. */
#pragma once

#include <glib.h>

/* The samples: char * "name{label=\"value\"}" as it stands -> double *. NULL with the number of the line in the error.
 */
GHashTable *openmetrics_parse (const char *text, GError **error);
/* One of them; -1 when it is not there. */
double openmetrics_value (GHashTable *samples, const char *name);
