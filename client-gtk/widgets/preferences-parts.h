/* preferences-parts.h - rows of the preferences, bound to settings. A change applies at once. */
#pragma once

#include "core/places.h"

#include <handy.h>

GtkWidget *kith_preferences_page (HdyPreferencesWindow *window, const char *name, const char *title, const char *icon);
GtkWidget *kith_preferences_group (GtkWidget *page, const char *title);
/* subtitle may be NULL. The row; widget (may be NULL) stands at its end. */
GtkWidget *kith_preferences_row (GtkWidget *group, const char *title, const char *subtitle, GtkWidget *widget);
GtkWidget *kith_preferences_switch (GtkWidget *group, KithSettings *settings, const char *key, const char *title,
                                    const char *subtitle);
/* A row that does something when it is activated: activated (GtkWidget *row). An arrow stands at its end. */
GtkWidget *kith_preferences_link (GtkWidget *group, const char *title, const char *subtitle, GCallback activated);

typedef struct {
  const char *value, *words; /* words: N_() */
} KithChoice;
/* A menu of choices of a string, each once. */
GtkWidget *kith_preferences_choice (GtkWidget *group, KithSettings *settings, const char *key, const char *title,
                                    const char *subtitle, const KithChoice *choices, guint n);
/* Buttons side by side for few choices. */
GtkWidget *kith_segments_new (KithSettings *settings, const char *key, const KithChoice *choices, guint n);

/* The pages: preferences-NAME.c. */
void kith_preferences_add_appearance (HdyPreferencesWindow *window, KithSettings *settings);
void kith_preferences_add_notifications (HdyPreferencesWindow *window, KithSettings *settings);
void kith_preferences_add_privacy (HdyPreferencesWindow *window, KithSettings *settings, KithPlaces *places);
void kith_preferences_add_network (HdyPreferencesWindow *window, KithPlaces *places);
void kith_preferences_add_accounts (HdyPreferencesWindow *window, KithPlaces *places);
void kith_preferences_add_about (HdyPreferencesWindow *window);
