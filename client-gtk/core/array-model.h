/* array-model.h - GListModel over an array that an object has. Private to core. */
#pragma once

#include <gio/gio.h>

/* Defines array_model_init, for G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, array_model_init): a model of what is in
 * CAST (model)->array, a GPtrArray of objects of ITEM_TYPE. Who changes the array emits "items-changed". */
#define KITH_DEFINE_ARRAY_MODEL(CAST, array, ITEM_TYPE)                                              \
  static GType array_model_item_type (GListModel *model)                                             \
  {                                                                                                  \
    (void) model;                                                                                    \
    return ITEM_TYPE;                                                                                \
  }                                                                                                  \
  static guint array_model_n_items (GListModel *model)                                               \
  {                                                                                                  \
    return CAST (model)->array->len;                                                                 \
  }                                                                                                  \
  static gpointer array_model_item (GListModel *model, guint position)                               \
  {                                                                                                  \
    GPtrArray *items = CAST (model)->array;                                                          \
    return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;        \
  }                                                                                                  \
  static void array_model_init (GListModelInterface *interface)                                      \
  {                                                                                                  \
    interface->get_item_type = array_model_item_type;                                                \
    interface->get_n_items = array_model_n_items;                                                    \
    interface->get_item = array_model_item;                                                          \
  }
