/* test-cli-output.c - nothing of the network moves the cursor of a terminal, and everything can still be told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "output.h"

static const struct {
  const char *text, *shown;
} lines[] = {
    {"plain", "plain"},
    {"gr\303\274n \346\274\242 \360\237\221\215", "gr\303\274n \346\274\242 \360\237\221\215"},
    {"\033[31mred", "\342\220\233[31mred"},     /* ESC */
    {"a\rb\nc", "a\342\220\215b\342\220\212c"}, /* CR, LF */
    {"a\tb", "a b"},
    {"x\177y", "x<U+007F>y"},                   /* DEL */
    {"x\302\233y", "x<U+009B>y"},               /* CSI as one character */
    {"evil\342\200\256txt", "evil<U+202E>txt"}, /* right-to-left override */
    {"a\342\200\250b", "a<U+2028>b"},           /* line separator */
    {"\360\237\221\251\342\200\215\360\237\222\273", "\360\237\221\251\342\200\215\360\237\222\273"}, /* joined emoji */
    {"\377bad", "\357\277\275"
                "bad"}, /* no UTF-8 */
    {"", ""},
};

static void
what_a_terminal_obeys_is_shown_instead (void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *shown = cli_clean (lines[i].text, NULL);
    assert_string_equal (shown, lines[i].shown);
  }
}

static void
lines_of_a_message_are_indented (void **state)
{
  g_autofree char *shown = cli_clean_lines ("one\ntwo\033", 4);
  assert_string_equal (shown, "one\n    two\342\220\233");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (what_a_terminal_obeys_is_shown_instead),
      cmocka_unit_test (lines_of_a_message_are_indented),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
