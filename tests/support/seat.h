/* seat.h - somebody at a terminal: a program on a pseudo-terminal, what it shows, and what is typed. POSIX.
 * What should happen and does not fails the test. */
#pragma once

#include <gio/gio.h>

typedef struct {
  int master;
  GSubprocess *process;
  GString *screen; /* everything that it has shown */
} Seat;

/* no_color: what the environment's NO_COLOR says. */
Seat seat_take (const char *const *words, const char *no_color);
/* Once the screen shows prompt, types keys. */
void seat_type (Seat *seat, const char *prompt, const char *keys);
/* Watches to the end, which must be with status; what was on the screen, to be freed. */
char *seat_leave (Seat *seat, int status);
