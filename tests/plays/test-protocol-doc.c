/* test-protocol-doc.c - docs/protocol.md describes the table of shared/proto/messages.c, all of it and nothing else:
 * each request has its section, in which the items "Members", "Who", "Limits", "Errors" and "Answer" are right, and an
 * example. That the examples happen as they stand there is another test (protocol.md). */
#include <string.h>

#include "proto/message.h"
#include "support/check.h"

static char *page;

/* The text behind begin (a line) up to the next of the ends; NULL: there is no such line. The caller frees. */
static char *
cut (const char *text, const char *begin, const char *const *ends)
{
  const char *from = strstr (text, begin);
  if (from == NULL)
    return NULL;
  from += strlen (begin);
  gsize length = strlen (from);
  for (; *ends != NULL; ends++) {
    const char *to = strstr (from, *ends);
    if (to != NULL)
      length = MIN (length, (gsize) (to - from));
  }
  return g_strndup (from, length);
}

/* The section of a request: "### `react`, `unreact`" is that of both. */
static char *
find_section (const char *name)
{
  static const char *const ends[] = {"\n## ", "\n### ", NULL};
  g_autofree char *pattern = g_strdup_printf ("^### .*`%s`.*$", name);
  g_autoptr (GRegex) heading = g_regex_new (pattern, G_REGEX_MULTILINE, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr (GMatchInfo) info = NULL;
  if (!g_regex_match (heading, page, G_REGEX_MATCH_DEFAULT, &info))
    return NULL;
  g_autofree char *line = g_match_info_fetch (info, 0);
  return cut (page, line, ends);
}

static char *
find_item (const char *name, const char *section, const char *item)
{
  static const char *const ends[] = {"\n- ", "\n\n", NULL};
  g_autofree char *begin = g_strdup_printf ("\n- %s: ", item);
  char *text = cut (section, begin, ends);
  if (text == NULL || *text == '\0')
    fail_msg ("%s: \"- %s: ...\" is missing", name, item);
  return text;
}

/* Whether `word` stands there. */
static gboolean
has_word (const char *text, const char *word)
{
  g_autofree char *quoted = g_strdup_printf ("`%s`", word);
  return strstr (text, quoted) != NULL;
}

/* 16384 as people read it: 16,384. */
static char *
write_number (gint64 number)
{
  GString *text = g_string_new (NULL);
  g_string_printf (text, "%" G_GINT64_FORMAT, number);
  for (gssize at = (gssize) text->len - 3; at > 0; at -= 3)
    g_string_insert_c (text, at, ',');
  return g_string_free (text, FALSE);
}

static gboolean
has_number (const char *text, gint64 number)
{
  g_autofree char *written = write_number (number),
                  *pattern = g_strdup_printf ("(?<![0-9])(?<![0-9],)%s(?!,?[0-9])", written);
  return g_regex_match_simple (pattern, text, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT);
}

/* ---- members ---- */

/* What the page says of one member. */
static void
check_member (const char *request, const KithField *field, const char *text)
{
  gboolean bounded =
      field->type == KITH_FIELD_STRING || field->type == KITH_FIELD_INTEGER || field->type == KITH_FIELD_ACCOUNTS;
  if (field->required != (strstr (text, "optional") == NULL))
    fail_msg ("%s: \"%s\" is%s optional; the page says otherwise", request, field->name, field->required ? " not" : "");
  if (bounded && field->max != KITH_FRAME_TO_SERVER && field->max != KITH_INTEGER_MAX && !has_number (text, field->max))
    fail_msg ("%s: the page does not say that %" G_GINT64_FORMAT " is the most of \"%s\"", request, field->max,
              field->name);
  for (guint i = 0; field->words != NULL && field->words[i] != NULL; i++)
    if (!has_word (text, field->words[i]))
      fail_msg ("%s: \"%s\" may be \"%s\", which the page does not say", request, field->name, field->words[i]);
}

/* "`since`, optional ..." -> "since" */
static char *
name_of (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "`", 3);
  return g_strv_length (parts) == 3 && *parts[0] == '\0' ? g_strdup (parts[1]) : g_strdup ("");
}

/* Takes what the page says of each member of the table out of described; "body" stands there as "body.text" and so on.
 */
static void
check_fields (const char *request, const KithField *fields, const char *within, GHashTable *described)
{
  for (; fields->name != NULL; fields++) {
    g_autofree char *name = g_strconcat (within, fields->name, NULL), *inner = g_strconcat (name, ".", NULL);
    const char *text = g_hash_table_lookup (described, name);
    if (fields->type == KITH_FIELD_OBJECT) {
      check_fields (request, fields->fields, inner, described);
      continue;
    }
    if (text == NULL)
      fail_msg ("%s: the page does not describe \"%s\"", request, name);
    check_member (request, fields, text);
    g_hash_table_remove (described, name);
  }
}

static void
check_members (const KithMessageType *type, const char *section)
{
  g_autofree char *text = find_item (type->name, section, "Members");
  g_autoptr (GHashTable) described = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) members = g_strsplit (text, "; ", -1);
  for (guint i = 0; members[i] != NULL && !g_str_has_prefix (text, "none"); i++)
    g_hash_table_insert (described, name_of (members[i]), g_strdup (members[i]));
  check_fields (type->name, type->fields, "", described);
  g_autofree char **more = (char **) g_hash_table_get_keys_as_array (described, NULL);
  if (more[0] != NULL)
    fail_msg ("%s: the page has a member \"%s\", the table has not", type->name, more[0]);
}

/* ---- the other items ---- */

static void
check_who (const KithMessageType *type, const char *section)
{
  static const struct {
    guint phases;
    const char *words;
  } askers[] = {
      {KITH_PHASE_FRESH, "who has just connected"},
      {KITH_PHASE_OPEN, "who has said `hello`"},
      {KITH_PHASE_ADMIN, "the administrator"},
      {KITH_PHASE_FRESH | KITH_PHASE_OPEN | KITH_PHASE_SIGNED | KITH_PHASE_ADMIN, "everybody"},
  };
  g_autofree char *text = find_item (type->name, section, "Who");
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    if ((type->phases == askers[i].phases) != g_str_has_prefix (text, askers[i].words))
      fail_msg ("%s: \"Who\" says: %s", type->name, text);
}

static void
check_errors (const KithMessageType *type, const char *section)
{
  g_autofree char *text = find_item (type->name, section, "Errors");
  g_auto (GStrv) parts = g_strsplit (text, "`", -1);
  KithError error;
  for (guint i = 1; i < g_strv_length (parts); i += 2)
    if (!kith_error_from_code (parts[i], &error) && kith_request_find (parts[i]) == NULL &&
        !has_word ("`conversation`", parts[i]))
      fail_msg ("%s: there is no error \"%s\"", type->name, parts[i]);
}

static void
check_answer (const KithMessageType *type, const char *section)
{
  g_autofree char *text = find_item (type->name, section, "Answer");
  const KithField *field = type->answer;
  if ((field == NULL) != g_str_has_prefix (text, "none"))
    fail_msg ("%s: \"Answer\" says: %s", type->name, text);
  if (field == NULL)
    return;
  if ((field->name == NULL) != g_str_has_prefix (text, "empty"))
    fail_msg ("%s: \"Answer\" says: %s", type->name, text);
  for (; field->name != NULL; field++)
    if (!has_word (text, field->name))
      fail_msg ("%s: the page does not say that the answer has \"%s\"", type->name, field->name);
}

/* An example of it in a block that is played, and of its answer. */
static void
check_example (const KithMessageType *type, const char *section)
{
  g_autofree char *pattern = g_strdup_printf ("\n```kith\n(?:[^`]*\n)?[a-z]+ > \\{\"type\":\"%s\"[^`]*%s", type->name,
                                              type->answer != NULL ? "< \\{\"re\":[0-9]+[,}](?!\"error\")" : "");
  if (!g_regex_match_simple (pattern, section, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT))
    fail_msg ("%s: there is no example", type->name);
}

static void
test_requests (void **state)
{
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    g_autofree char *section = find_section (type->name);
    g_autofree char *limits = NULL;
    if (section == NULL)
      fail_msg ("%s: there is no section", type->name);
    check_members (type, section);
    check_who (type, section);
    limits = find_item (type->name, section, "Limits");
    check_errors (type, section);
    check_answer (type, section);
    check_example (type, section);
  }
}

/* Every section of a request is of one that there is. */
static void
test_sections (void **state)
{
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_auto (GStrv) parts = g_str_has_prefix (*line, "### `") ? g_strsplit (*line, "`", -1) : g_new0 (char *, 1);
    for (guint i = 1; i < g_strv_length (parts); i += 2)
      if (kith_request_find (parts[i]) == NULL)
        fail_msg ("the page describes \"%s\", which the table does not have", parts[i]);
  }
}

/* A row for each push, with its members; the optional ones in parentheses. */
static void
test_pushes (void **state)
{
  static const char *const ends[] = {" |", NULL};
  for (const KithMessageType *type = kith_pushes; type->name != NULL; type++) {
    g_autofree char *begin = g_strdup_printf ("\n| `%s` |", type->name);
    g_autofree char *members = cut (page, begin, ends);
    if (members == NULL)
      fail_msg ("the push %s is not described", type->name);
    guint n = 0;
    const char *optional = strchr (members, '(');
    for (const KithField *field = type->fields; field->name != NULL; field++, n++)
      if (!has_word (members, field->name) || (optional != NULL && has_word (optional, field->name)) == field->required)
        fail_msg ("the push %s: \"%s\" is not right", type->name, field->name);
    g_auto (GStrv) quotes = g_strsplit (members, "`", -1);
    assert_int_equal (g_strv_length (quotes), *members != '\0' ? 2 * n + 1 : 0);
  }
}

static void
test_errors (void **state)
{
  for (KithError error = 0; error < KITH_N_ERRORS; error++) {
    g_autofree char *pattern = g_strdup_printf ("\n\\| [a-z_`, ]*`%s`[a-z_`, ]* \\|", kith_error_code (error));
    if (!g_regex_match_simple (pattern, page, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT))
      fail_msg ("the error %s is not described", kith_error_code (error));
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (test_requests),
      cmocka_unit_test (test_sections),
      cmocka_unit_test (test_pushes),
      cmocka_unit_test (test_errors),
  };
  if (!g_file_get_contents (PROTOCOL_DOC, &page, NULL, NULL))
    g_error ("there is no %s", PROTOCOL_DOC);
  int failed = cmocka_run_group_tests (tests, NULL, NULL);
  g_free (page);
  return failed;
}
