/* scratch.h - a directory of a test, gone with all that is in it at the end. */
#pragma once

#include <glib.h>

typedef struct _TestScratch TestScratch;

TestScratch *test_scratch_new (void);
void test_scratch_free (TestScratch *scratch);
const char *test_scratch_directory (const TestScratch *scratch);
/* To be freed. */
char *test_scratch_path (const TestScratch *scratch, const char *name);
/* How many of its files have this in their name. */
guint test_scratch_count (const TestScratch *scratch, const char *part);
/* Whether any of its files holds these bytes. */
gboolean test_scratch_holds (const TestScratch *scratch, const char *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestScratch, test_scratch_free)
