/* trust-card.h - "First time on this server": the words to compare, the whole fingerprint on demand. ui: trust-card.ui. */
#pragma once

#include <gtk/gtk.h>

#define KITH_TYPE_TRUST_CARD (kith_trust_card_get_type ())
G_DECLARE_FINAL_TYPE (KithTrustCard, kith_trust_card, KITH, TRUST_CARD, GtkBox)

GtkWidget *kith_trust_card_new (void);
void kith_trust_card_set_pin (KithTrustCard *card, const char *pin);
