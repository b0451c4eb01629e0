/* key-words.c - the places of the words are made at once, so that nothing moves when they come. */
#include "widgets/key-words.h"

#include "widgets/key-blocks.h"
#include "widgets/pair.h"

#define COLUMNS 3
#define BLOCKS 60 /* pixels */
#define WORD 5    /* letters: a word is mostly as wide, so that little moves when they come */

struct _KithKeyWords {
  GtkBox parent;
  KithKeyBlocks *blocks;
  GtkLabel *emoji[KITH_WORDS], *words[KITH_WORDS];
  GCancellable *cancellable;
};

enum { SHOWN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithKeyWords, kith_key_words, GTK_TYPE_BOX)

static void
show (KithKeyWords *words, const KithFingerprint *fingerprint)
{
  g_autoptr (GString) all = g_string_new (NULL);
  kith_key_blocks_set (words->blocks, fingerprint);
  for (guint i = 0; i < KITH_WORDS; i++) {
    const char *emoji = fingerprint != NULL ? fingerprint->emoji[i] : NULL;
    const char *word = fingerprint != NULL ? fingerprint->words[i] : "";
    gtk_label_set_text (words->words[i], word);
    gtk_label_set_text (words->emoji[i], emoji != NULL ? emoji : "");
    gtk_widget_set_visible (GTK_WIDGET (words->emoji[i]), emoji != NULL);
    g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", word);
  }
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (words)), all->str);
}

static void
on_fingerprint (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  show (data, fingerprint);
  if (fingerprint != NULL)
    g_signal_emit (data, signals[SHOWN], 0, fingerprint->hex);
}

static void
cancel (KithKeyWords *words)
{
  if (words->cancellable != NULL)
    g_cancellable_cancel (words->cancellable);
  g_clear_object (&words->cancellable);
}

void
kith_key_words_set_pin (KithKeyWords *words, const char *pin)
{
  cancel (words);
  show (words, NULL);
  if (pin == NULL || *pin == '\0')
    return;
  words->cancellable = g_cancellable_new ();
  kith_fingerprint_async (pin, words->cancellable, on_fingerprint, words);
}

static GtkWidget *
make_word (KithKeyWords *words, guint i)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  words->emoji[i] = GTK_LABEL (gtk_label_new (NULL));
  words->words[i] = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_width_chars (words->words[i], WORD);
  gtk_label_set_xalign (words->words[i], 0);
  gtk_style_context_add_class (gtk_widget_get_style_context (box), "word");
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (words->emoji[i]));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (words->words[i]));
  return box;
}

static void
kith_key_words_dispose (GObject *object)
{
  cancel (KITH_KEY_WORDS (object));
  G_OBJECT_CLASS (kith_key_words_parent_class)->dispose (object);
}

static void
kith_key_words_class_init (KithKeyWordsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_key_words_dispose;
  signals[SHOWN] = g_signal_new ("shown", KITH_TYPE_KEY_WORDS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_STRING);
}

static void
kith_key_words_init (KithKeyWords *words)
{
  GtkFlowBox *grid = GTK_FLOW_BOX (gtk_flow_box_new ());
  words->blocks = KITH_KEY_BLOCKS (kith_key_blocks_new (BLOCKS));
  g_object_set (grid, "selection-mode", GTK_SELECTION_NONE, "homogeneous", TRUE, "row-spacing", 6, "column-spacing", 6,
                "max-children-per-line", COLUMNS, NULL); /* fewer where it is narrow */
  gtk_widget_set_direction (GTK_WIDGET (grid), GTK_TEXT_DIR_LTR); /* the same order for everybody who compares */
  for (guint i = 0; i < KITH_WORDS; i++) {
    gtk_flow_box_insert (grid, make_word (words, i), -1);
    gtk_widget_set_can_focus (GTK_WIDGET (gtk_flow_box_get_child_at_index (grid, (int) i)), FALSE);
  }
  gtk_container_add (GTK_CONTAINER (words),
                     kith_pair_new (KITH_PAIR_FILL, GTK_WIDGET (words->blocks), GTK_WIDGET (grid)));
  gtk_widget_show_all (GTK_WIDGET (words));
  show (words, NULL);
}

GtkWidget *
kith_key_words_new (int blocks_size)
{
  KithKeyWords *words = g_object_new (KITH_TYPE_KEY_WORDS, NULL);
  gtk_widget_set_size_request (GTK_WIDGET (words->blocks), blocks_size, blocks_size);
  return GTK_WIDGET (words);
}
