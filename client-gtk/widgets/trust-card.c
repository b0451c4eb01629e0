/* trust-card.c - the words, and a revealer for the fingerprint in hex. */
#include "widgets/trust-card.h"

#include "widgets/key-words.h"

struct _KithTrustCard {
  GtkBox parent;
  KithKeyWords *words;
  GtkContainer *words_place;
  GtkRevealer *full;
  GtkLabel *hex;
};

G_DEFINE_FINAL_TYPE (KithTrustCard, kith_trust_card, GTK_TYPE_BOX)

static void
on_full (KithTrustCard *card)
{
  gtk_revealer_set_reveal_child (card->full, !gtk_revealer_get_reveal_child (card->full));
}

static void
on_shown (KithTrustCard *card, const char *hex)
{
  gtk_label_set_text (card->hex, hex);
}

void
kith_trust_card_set_pin (KithTrustCard *card, const char *pin)
{
  gtk_label_set_text (card->hex, "");
  gtk_revealer_set_reveal_child (card->full, FALSE);
  kith_key_words_set_pin (card->words, pin);
}

static void
kith_trust_card_class_init (KithTrustCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kith/ui/trust-card.ui");
  gtk_widget_class_bind_template_child (widget_class, KithTrustCard, words_place);
  gtk_widget_class_bind_template_child (widget_class, KithTrustCard, full);
  gtk_widget_class_bind_template_child (widget_class, KithTrustCard, hex);
  gtk_widget_class_bind_template_callback (widget_class, on_full);
}

static void
kith_trust_card_init (KithTrustCard *card)
{
  gtk_widget_init_template (GTK_WIDGET (card));
  GtkWidget *words = kith_key_words_new (72);
  card->words = KITH_KEY_WORDS (words);
  gtk_container_add (card->words_place, words);
  g_signal_connect_swapped (words, "shown", G_CALLBACK (on_shown), card);
}

GtkWidget *
kith_trust_card_new (void)
{
  return g_object_new (KITH_TYPE_TRUST_CARD, NULL);
}
