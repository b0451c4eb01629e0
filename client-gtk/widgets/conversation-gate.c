/* conversation-gate.c - follows the chat's state; the table says what each state is worth. */
#include "widgets/conversation-gate.h"

#include "widgets/main-window.h"
#include "widgets/parts.h"
#include "widgets/request.h"

#include <glib/gi18n.h>

typedef struct {
  KithSession *session;
  KithChat *chat;
  GtkWidget *words, *join, *decline;
} Gate;

static const struct {
  const char *state, *words;
  gboolean join, decline;
} states[] = {{"invited", N_ ("You are invited to this room."), TRUE, TRUE},
              {"left", N_ ("You are not in this room."), TRUE, FALSE},
              {"kicked", N_ ("You were removed from this room."), TRUE, FALSE},
              {"banned", N_ ("You were banned from this room."), FALSE, FALSE}};

static void
free_gate (gpointer data)
{
  Gate *gate = data;
  g_object_unref (gate->session);
  g_object_unref (gate->chat);
  g_free (gate);
}

static Gate *
gate_of (gpointer box)
{
  return g_object_get_data (G_OBJECT (box), "kith-gate");
}

static void
update (GtkWidget *box)
{
  Gate *gate = gate_of (box);
  gtk_widget_hide (box);
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, kith_chat_state (gate->chat)) == 0) {
      gtk_label_set_text (GTK_LABEL (gate->words), _ (states[i].words));
      gtk_widget_set_visible (gate->join, states[i].join);
      gtk_widget_set_visible (gate->decline, states[i].decline);
      gtk_widget_set_sensitive (gate->join, TRUE);
      gtk_widget_show (box);
    }
}

static void
on_joined (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) box = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KithChat) chat = kith_session_chat_finish (KITH_SESSION (session), result, &error);
  KithMainWindow *window = kith_main_window_of (box);
  gtk_widget_set_sensitive (gate_of (box)->join, TRUE);
  if (chat == NULL && window != NULL)
    kith_main_window_toast (window, error->message, NULL, NULL, NULL, NULL);
}

static void
on_join (GtkWidget *box)
{
  Gate *gate = gate_of (box);
  gtk_widget_set_sensitive (gate->join, FALSE);
  kith_session_join_async (gate->session, kith_chat_id (gate->chat), NULL, on_joined, g_object_ref (box));
}

static void
on_decline (GtkWidget *box)
{
  Gate *gate = gate_of (box);
  kith_request_send (box, gate->session, kith_client_message ("leave", kith_chat_id (gate->chat), TRUE), NULL);
}

GtkWidget *
kith_conversation_gate_new (KithSession *session, KithChat *chat)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  Gate *gate = g_new0 (Gate, 1);
  *gate = (Gate){g_object_ref (session), g_object_ref (chat), NULL, NULL, NULL};
  g_object_set_data_full (G_OBJECT (box), "kith-gate", gate, free_gate);
  gate->words = kith_text_new ("", "dim", 60);
  gate->join = gtk_button_new_with_mnemonic (_ ("_Join"));
  gate->decline = gtk_button_new_with_mnemonic (_ ("_Decline"));
  kith_add_classes (gate->join, "suggested-action");
  g_signal_connect_swapped (gate->join, "clicked", G_CALLBACK (on_join), box);
  g_signal_connect_swapped (gate->decline, "clicked", G_CALLBACK (on_decline), box);
  gtk_box_pack_start (GTK_BOX (box), gate->words, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), gate->decline);
  gtk_container_add (GTK_CONTAINER (box), gate->join);
  g_object_set (box, "margin", 18, "margin-top", 6, NULL);
  gtk_widget_show_all (box);
  gtk_widget_set_no_show_all (box, TRUE);
  g_signal_connect_object (chat, "notify", G_CALLBACK (update), box, G_CONNECT_SWAPPED);
  update (box);
  return box;
}
