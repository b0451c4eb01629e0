/* finding.h - what a search takes in a large archive, right after a restart and again. */
#pragma once

#include "bench/scene.h"

typedef struct {
  Crowd *crowd;
  TestServer *server;
  const Layout *archive; /* one conversation, with one person in it */
  guint messages;        /* of archive_fill */
  guint times;           /* that each search is repeated */
  double *longest;       /* as a scene's */
} Finding;

/* For each kind of word, in the room and everywhere: kithd is ended by kill -9, the system forgets its files as far as
 * it does that when asked, kithd starts, somebody signs in and searches. A section of the report. */
gboolean finding_note (const Finding *finding, Report *report, GError **error);
