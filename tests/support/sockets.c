/* sockets.c - what is the same everywhere. */
#include "support/sockets.h"

gboolean
test_poll_one (KithSocket socket, GIOCondition events, int timeout_ms)
{
  GPollFD poll = {TEST_POLL_SOCKET (socket), (gushort) events, 0};
  return test_poll (&poll, 1, timeout_ms) > 0;
}
