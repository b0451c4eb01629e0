/* test-rich.c - texts taken apart for showing, friendly and hostile ones. */
#include "support/check.h"

#include <string.h>

#include "core/rich.h"

static const char *
name_of (gint64 account, guint nth, gpointer data)
{
  static const char *const names[][3] = {{"ada", "Ada Lovelace", NULL}, {"bob", "Bob", NULL}, {"ada_b", NULL}};
  return account >= 7 && account <= 9 ? names[account - 7][nth] : NULL;
}

static void
append_span (GString *out, const KithBlock *block, const KithSpan *span)
{
  static const char letters[] = {[KITH_SPAN_BOLD] = 'B', [KITH_SPAN_ITALIC] = 'I', [KITH_SPAN_STRIKE] = 'S',
                                 [KITH_SPAN_CODE] = 'C', [KITH_SPAN_LINK] = 'L',   [KITH_SPAN_MENTION] = 'M'};
  g_string_append_printf (out, " %c(%.*s)", letters[span->kind], (int) (span->end - span->start),
                          block->text + span->start);
  if (span->kind == KITH_SPAN_MENTION)
    g_string_append_printf (out, "u%" G_GINT64_FORMAT, span->account);
  if (span->target != NULL && strncmp (span->target, block->text + span->start, strlen (span->target)) != 0)
    g_string_append_printf (out, "=%s", span->target);
}

/* What must be true of whatever was parsed. */
static void
check_sound (const GPtrArray *blocks)
{
  assert_in_range (blocks->len, 1, KITH_BLOCKS_MAX);
  for (guint i = 0; i < blocks->len; i++) {
    const KithBlock *block = blocks->pdata[i];
    guint before = 0;
    assert_true (g_utf8_validate (block->text, -1, NULL));
    for (guint n = 0; n < block->spans->len; n++) {
      const KithSpan *span = &g_array_index (block->spans, KithSpan, n);
      assert_true (span->start < span->end && span->end <= strlen (block->text) && span->start >= before);
      assert_true ((span->kind == KITH_SPAN_LINK) == (span->target != NULL));
      assert_true (((guchar) block->text[span->start] & 0xc0) != 0x80 &&
                   ((guchar) block->text[span->end] & 0xc0) != 0x80);
      before = span->start;
    }
  }
}

static GPtrArray *
parse (const char *text)
{
  static const gint64 ids[] = {7, 8, 9};
  g_autoptr (GArray) mentions = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_vals (mentions, ids, G_N_ELEMENTS (ids));
  GPtrArray *blocks = kith_rich_parse (text, mentions, name_of, NULL);
  check_sound (blocks);
  return blocks;
}

static char *
describe (const char *text)
{
  static const char *const kinds[] = {"", "code:", "quote:"};
  g_autoptr (GPtrArray) blocks = parse (text);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < blocks->len; i++) {
    const KithBlock *block = blocks->pdata[i];
    g_string_append_printf (out, "%s%s%s%s", i > 0 ? " / " : "", kinds[block->kind],
                            block->language != NULL ? block->language : "", block->language != NULL ? ":" : "");
    g_string_append (out, block->text);
    for (guint n = 0; n < block->spans->len; n++)
      append_span (out, block, &g_array_index (block->spans, KithSpan, n));
  }
  return g_string_free (out, FALSE);
}

typedef struct {
  const char *text, *wanted;
} Case;

static void
run (const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_autofree char *got = describe (cases[i].text);
    if (strcmp (got, cases[i].wanted) != 0)
      fail_msg ("\"%s\" became \"%s\" instead of \"%s\"", cases[i].text, got, cases[i].wanted);
  }
}

static void
marks (void **state)
{
  static const Case cases[] = {
      {"plain", "plain"},
      {"a *bold* word", "a bold word B(bold)"},
      {"**too**", "too B(too)"},
      {"_slanted_ ~gone~ `a *b*`", "slanted gone a *b* I(slanted) S(gone) C(a *b*)"},
      {"*bold _and slanted_*", "bold and slanted B(bold and slanted) I(and slanted)"},
      {"2*3*4 = 24, a ** b", "2*3*4 = 24, a ** b"},
      {"snake_case_name", "snake_case_name"},
      {"*not closed", "*not closed"},
      {"ä*ö*ü", "ä*ö*ü"},
      {"(*in*) [*brackets*]", "(in) [brackets] B(in) B(brackets)"},
      {"one\ntwo", "one\ntwo"},
      {"one\n\ntwo", "one\n\ntwo"},
      {"  indented", "  indented"},
      {"", ""},
      {" \n ", ""},
  };
  run (cases, G_N_ELEMENTS (cases));
}

static void
what_is_no_mark_here_stays (void **state)
{
  static const Case cases[] = {
      {"# five apples", "# five apples"},
      {"title\n=====", "title\n====="},
      {"title\n---", "title\n---"},
      {"a\n***\nb", "a\n***\nb"},
      {"a\n-\nb", "a\n-\nb"},
      {"[text](https://evil.example)", "[text](https://evil.example) L(https://evil.example)"},
      {"[https://good.example](https://evil.example/)",
       "[https://good.example](https://evil.example/) L(https://good.example) L(https://evil.example/)"},
      {"https://[::1]/a[b]c], d", "https://[::1]/a[b]c], d L(https://[::1]/a[b]c)"},
      {"![x](y)", "![x](y)"},
      {"[x]: https://a.example", "[x]: https://a.example L(https://a.example)"},
      {"<b>bold</b> <!-- c --> <script>", "<b>bold</b> <!-- c --> <script>"},
      {"&lt;b&gt; &amp; &#65;", "&lt;b&gt; &amp; &#65;"},
      {"\\\\server\\share \\*x", "\\\\server\\share \\*x"},
      {"+ plus", "+ plus"},
      {"a | b\n--|--\n1 | 2", "a | b\n--|--\n1 | 2"},
  };
  run (cases, G_N_ELEMENTS (cases));
}

static void
blocks (void **state)
{
  static const Case cases[] = {
      {"```c\nint x;\n  y *z*\n```", "code:c:int x;\n  y *z*"},
      {"before\n```\na\n\nb\n```\nafter", "before / code:a\n\nb / after"},
      {"```\nnot closed", "code:not closed"},
      {"```averyveryverylonglanguagename\nx\n```", "code:averyveryverylonglan:x"},
      {"> quoted\n> *more*\n\nanswer", "quote:quoted\nmore B(more) / answer"},
      {"> a\n>> b", "quote:a\n\nb"},
      {"> ```\n> code\n> ```", "quote:code C(code)"},
      {"- one\n- *two*\n  - three", "• one\n• two\n  • three B(two)"},
      {"list:\n* a\n* b\n\nend", "list:\n• a\n• b\n\nend"},
      {"3. three\n4. four", "3. three\n4. four"},
      {"1) x", "1) x"},
      {"2024. What a year", "2024. What a year"},
  };
  run (cases, G_N_ELEMENTS (cases));
}

static void
links (void **state)
{
  static const Case cases[] = {
      {"see https://kith.example/a_b_c?x=1&y=2.",
       "see https://kith.example/a_b_c?x=1&y=2. L(https://kith.example/a_b_c?x=1&y=2)"},
      {"(http://a.example/x_(y))", "(http://a.example/x_(y)) L(http://a.example/x_(y))"},
      {"www.example.org, then", "www.example.org, then L(www.example.org)=https://www.example.org"},
      {"mailto:ada@a.example kith://h:1/?pin=0",
       "mailto:ada@a.example kith://h:1/?pin=0 L(mailto:ada@a.example) L(kith://h:1/?pin=0)"},
      {"https://x.example/~me and ~this~", "https://x.example/~me and this L(https://x.example/~me) S(this)"},
      {"*https://b.example*", "https://b.example B(https://b.example) L(https://b.example)"},
      {"`https://c.example`", "https://c.example C(https://c.example)"},
      {"见https://a.example。谢谢", "见https://a.example。谢谢"},
      {"见 https://a.example。谢谢", "见 https://a.example。谢谢 L(https://a.example)"},
      {"javascript:alert(1) data:text/html,x HTTP://UP.example",
       "javascript:alert(1) data:text/html,x HTTP://UP.example L(HTTP://UP.example)"},
      {"https:// http:/// www. ", "https:// http:/// www."},
      {"file:///etc/passwd smb://srv/share",
       "file:///etc/passwd smb://srv/share L(file:///etc/passwd) L(smb://srv/share)"},
      {"https://a.example/\u202egpj.exe", "https://a.example/gpj.exe L(https://a.example/gpj.exe)"},
      {"https://a.example/\u2066x", "https://a.example/\u2066x L(https://a.example/)"},
  };
  run (cases, G_N_ELEMENTS (cases));
}

static void
mentions (void **state)
{
  static const Case cases[] = {
      {"@ada hello", "@ada hello M(@ada)u7"},
      {"@Ada Lovelace!", "@Ada Lovelace! M(@Ada Lovelace)u7"},
      {"@BOB and @eve", "@BOB and @eve M(@BOB)u8"},
      {"@ada_b and @adabc", "@ada_b and @adabc M(@ada_b)u9"},
      {"mail@bob `@bob`", "mail@bob @bob C(@bob)"},
      {"_@bob_", "@bob I(@bob) M(@bob)u8"},
      {"https://x.example/@bob", "https://x.example/@bob L(https://x.example/@bob)"},
  };
  run (cases, G_N_ELEMENTS (cases));
}

static void
hostile_characters (void **state)
{
  static const Case cases[] = {
      {"a\x01"
       "b\x7f"
       "c\xc2\x85",
       "abc"},
      {"a\r\nb\rc\u2028"
       "d",
       "a\nb\nc\nd"},
      {"evil \u202etxt.exe\u202c", "evil txt.exe"},
      {"\u2067kept\u2069 \u200fkept", "\u2067kept\u2069 \u200fkept"},
      {"\xff\xfe"
       "broken\xc3",
       "\ufffd\ufffd"
       "broken\ufffd"},
      {"\ufdd0\ufdd9*x*\uffff", "x B(x)"},
      {"tab\there", "tab\there"},
  };
  run (cases, G_N_ELEMENTS (cases));
}

/* text: repeated n times. */
static char *
repeat (const char *text, guint n)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    g_string_append (out, text);
  return g_string_free (out, FALSE);
}

/* Each takes a moment at most, whatever it is: parse checks what comes out. */
static void
hostile_structure (void **state)
{
  static const char *const parts[] = {"*",
                                      "**a",
                                      "_a ",
                                      "*a _b ~c ",
                                      "> ",
                                      "- ",
                                      "1. ",
                                      "`",
                                      "``a",
                                      "~",
                                      "[",
                                      "](",
                                      "<a",
                                      "&#",
                                      "\\",
                                      "www.",
                                      "http://!",
                                      "(www.",
                                      "https://x.example/(",
                                      "@ada",
                                      "@",
                                      "#",
                                      "\n",
                                      "> a\n\n",
                                      "```\nx\n```\n",
                                      "- a\n  - b\n",
                                      "a\n\n",
                                      "🏳️‍🌈",
                                      "\u202e",
                                      "\t",
                                      "e\u0301\u0301",
                                      "*a*",
                                      "_*",
                                      " *",
                                      "~~~\n"};
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *text = repeat (parts[i], 10000);
    gint64 begin = g_get_monotonic_time ();
    g_ptr_array_unref (parse (text));
    gint64 took = g_get_monotonic_time () - begin;
    if (took > 5 * G_TIME_SPAN_SECOND)
      fail_msg ("10,000 times \"%s\" took %.1f s", parts[i], (double) took / G_TIME_SPAN_SECOND);
  }
}

static void
blocks_have_a_limit_and_nothing_is_lost (void **state)
{
  g_autofree char *text = repeat ("> a\n\nb\n\n", 500);
  g_autoptr (GPtrArray) got = parse (text);
  assert_int_equal (got->len, KITH_BLOCKS_MAX);
  guint as = 0, bs = 0;
  for (guint i = 0; i < got->len; i++)
    for (const char *p = ((KithBlock *) got->pdata[i])->text; *p != '\0'; p++) {
      as += *p == 'a';
      bs += *p == 'b';
    }
  assert_int_equal (as, 500);
  assert_int_equal (bs, 500);
}

static void
a_huge_link_is_text (void **state)
{
  g_autofree char *tail = repeat ("x", 20000), *text = g_strconcat ("https://a.example/", tail, NULL);
  g_autoptr (GPtrArray) got = parse (text);
  assert_int_equal (((KithBlock *) got->pdata[0])->spans->len, 0);
  assert_string_equal (((KithBlock *) got->pdata[0])->text, text);
}

static void
what_is_too_long_is_cut (void **state)
{
  g_autofree char *text = repeat ("ä", 100000);
  g_autoptr (GPtrArray) got = parse (text);
  assert_true (strlen (((KithBlock *) got->pdata[0])->text) <= 64 * 1024);
}

static void
big_emoji (void **state)
{
  static const char *const big[] = {"👍",
                                    "❤️",
                                    "👍🏽",
                                    "👨‍👩‍👧‍👦",
                                    "🇩🇪",
                                    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
                                    "🏳️‍🌈",
                                    "1️⃣",
                                    " 😀 😀\n😀 ",
                                    "☕",
                                    "🤦🏼‍♂️",
                                    "❤️‍🔥"};
  static const char *const small[] = {
      "", " ", "a", "👍a", "1", "❤", "😀😀😀😀", "©", "🇩", "\u200d", "\ufe0f", "🏽👍👍👍", "\xff", "1\ufe0f"};
  for (guint i = 0; i < G_N_ELEMENTS (big); i++)
    if (!kith_rich_is_big_emoji (big[i]))
      fail_msg ("%s is no big emoji", big[i]);
  for (guint i = 0; i < G_N_ELEMENTS (small); i++)
    if (kith_rich_is_big_emoji (small[i]))
      fail_msg ("\"%s\" is a big emoji", small[i]);
}

static void
one_line (void **state)
{
  static const struct {
    const char *text;
    guint max;
    const char *wanted;
  } cases[] = {
      {"  *bold*\n\nand  `code`", 40, "bold and code"},
      {"> quote\n\nanswer", 40, "quote answer"},
      {"abcdef", 6, "abcdef"},
      {"abcdefg", 6, "abcde…"},
      {"ab cdefg", 4, "ab…"},
      {"abce\u0301fgh", 5, "abc…"},
      {"```\nx = 1\n```", 40, "x = 1"},
      {"", 40, ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = kith_rich_one_line (cases[i].text, cases[i].max);
    assert_string_equal (got, cases[i].wanted);
  }
}

static void
names (void **state)
{
  static const Case cases[] = {
      {"Mara Lindqvist", "Mara Lindqvist"},
      {" a \n\t b ", "a b"},
      {"x\u202ey\u2066z\u200b", "xyz"},
      {"", "Unnamed"},
      {"\u200b\u202e \n", "Unnamed"},
      {"\u3164\u2800", "Unnamed"},
      {"\u0301", "Unnamed"},
      {"a\xff", "a\ufffd"},
      {"👩‍🚀 Zoë", "👩‍🚀 Zoë"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = kith_rich_clean_name (cases[i].text);
    assert_string_equal (got, cases[i].wanted);
  }
  g_autofree char *none = kith_rich_clean_name (NULL), *text = repeat ("ab", 5000), *cut = kith_rich_clean_name (text);
  assert_string_equal (none, "Unnamed");
  assert_int_equal (g_utf8_strlen (cut, -1), 128);
}

static void
link_rules (void **state)
{
  static const struct {
    const char *address;
    KithLinkRule rule;
  } cases[] = {
      {"https://a.example/x", KITH_LINK_OPEN},
      {"HTTP://a.example", KITH_LINK_OPEN},
      {"mailto:ada@a.example", KITH_LINK_OPEN},
      {"kith://h:5484/?pin=0", KITH_LINK_OPEN},
      {"ftp://h/f", KITH_LINK_OPEN},
      {"smb://h/s", KITH_LINK_ASK},
      {"file:///tmp/x", KITH_LINK_ASK},
      {"https://bank.example@evil.example", KITH_LINK_ASK},
      {"javascript:alert(1)", KITH_LINK_NEVER},
      {"data:text/html,x", KITH_LINK_NEVER},
      {"vbscript:x", KITH_LINK_NEVER},
      {"https://", KITH_LINK_NEVER},
      {"http:a", KITH_LINK_NEVER},
      {"", KITH_LINK_NEVER},
      {"a.example", KITH_LINK_NEVER},
      {"https://a b", KITH_LINK_NEVER},
      {"https://a\nb", KITH_LINK_NEVER},
      {"https://a.example/\u202e", KITH_LINK_NEVER},
      {"\xff", KITH_LINK_NEVER},
      {"ssh://h", KITH_LINK_NEVER},
      {"mailto:", KITH_LINK_NEVER},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (kith_rich_link_rule (cases[i].address) != cases[i].rule)
      fail_msg ("%s: rule %d", cases[i].address, kith_rich_link_rule (cases[i].address));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (marks),
      cmocka_unit_test (what_is_no_mark_here_stays),
      cmocka_unit_test (blocks),
      cmocka_unit_test (links),
      cmocka_unit_test (mentions),
      cmocka_unit_test (hostile_characters),
      cmocka_unit_test (hostile_structure),
      cmocka_unit_test (blocks_have_a_limit_and_nothing_is_lost),
      cmocka_unit_test (a_huge_link_is_text),
      cmocka_unit_test (what_is_too_long_is_cut),
      cmocka_unit_test (big_emoji),
      cmocka_unit_test (one_line),
      cmocka_unit_test (names),
      cmocka_unit_test (link_rules),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
