/* output.h - what reaches the terminal: text of the network made harmless, columns aligned, colour where it is welcome,
 * or JSON. */
#pragma once

#include "cli.h"

/* Control, escape and bidi characters and what no terminal should get as visible replacements; to be freed. A line feed
 * too: see cli_clean_lines. prefix may be NULL. */
char *cli_clean (const char *text, const char *prefix);
/* Keeps line feeds, each followed by indent spaces. */
char *cli_clean_lines (const char *text, guint indent);

/* The time of day, and the day unless it is today; local. To be freed. */
char *cli_format_time (gint64 at_ms);

typedef enum { CLI_PLAIN, CLI_BOLD, CLI_FAINT, CLI_RED, CLI_CYAN, CLI_N_STYLES } CliStyle;
/* The escape sequence for standard output, or "" when it is no terminal or NO_COLOR is set. */
const char *cli_style (CliStyle style);

/* One JSON object and a line feed on standard output, at once; object is taken. */
void cli_print_json (json_object *object);

/* Rows of clean texts in columns as wide as they need; the last one is left as it is. */
typedef struct _CliTable CliTable;
CliTable *cli_table_new (guint columns);
void cli_table_add (CliTable *table, ...); /* as many char *, each taken */
void cli_table_print (CliTable *table);    /* and frees it */

/* Signs in, asks what, and shows each item of the answer's list of that name: add puts it into the table, or with --json
 * it is an object. */
gboolean cli_list (Cli *cli, const char *what, guint columns, void (*add) (Cli *cli, CliTable *table, json_object *item), GError **error);

/* "14:30", or with the date when it is not today; to be freed. */
char *cli_format_time (gint64 at_ms);
/* That how somebody is has changed, as people read it, or with --json as {"presence":{...}}. */
void cli_print_presence (Cli *cli, const KithPresence *presence);

/* How far somebody has got in a conversation, likewise; where: name it. */
void cli_print_receipt (Cli *cli, gint64 conversation, const KithReceipt *receipt, gboolean where);
/* An event as people read it, or with --json as an object (docs: kith-cli(1)). where: print the conversation too. */
void cli_print_event (Cli *cli, gint64 conversation, json_object *event, gboolean where);
