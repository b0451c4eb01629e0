/* example.h - the examples of a page in Markdown as a play: what stands in the documentation is what happens.
 *
 * In a block that begins with ```kith a line is "NAME > FRAME" (a client sends) or "NAME < FRAME" (the server sends, and
 * nothing is left out); a line that begins with a space goes on with the one before. In frames of the server <what> or
 * "<what>" is anything; $name is as in every play (README.md). What the reader need not see stands as
 * <!-- play: LINE -->. */
#pragma once

#include <glib.h>

/* As many lines as the page has, those that are not played empty, so that line numbers are those of the page. Free with
 * g_strfreev. */
char **example_lines (const char *markdown);
