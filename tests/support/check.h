/* check.h - a call that takes a GError **error, made in a test: fails the test with the error's words when it returns
 * FALSE or NULL. CHECK (test_server_start (server, &error)); */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <glib.h>

#define CHECK(call)                                                          \
  do {                                                                       \
    GError *error = NULL;                                                    \
    if (!(call))                                                             \
      fail_msg ("%s: %s", #call, error != NULL ? error->message : "failed"); \
    g_assert_no_error (error);                                               \
  } while (0)
