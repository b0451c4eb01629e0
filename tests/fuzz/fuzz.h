/* fuzz.h - what every fuzz target has: libFuzzer calls it with made-up input, driver.c with the files of a corpus.
 * What must always hold is asserted inside; the input itself must never make it fail. */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
