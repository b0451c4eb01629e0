/* wine-kbdus.c - the keyboard layout of the United States as a library, for tests under Wine only. GDK asks the library that the registry names for the layout;
 * Wine 8 has none, and without it Return, arrows and accelerators are dead. The structures are those of kbd.h of the Windows Driver Kit, in the little that GDK
 * reads. */
#include <windows.h>

#define N(a) (sizeof (a) / sizeof *(a))
#define SHIFT_AND_CAPS 1

typedef struct { BYTE key, bits; } KeyToBits;
typedef struct { KeyToBits *keys; WORD max; BYTE column[4]; } Modifiers;
typedef struct { BYTE key, attributes; WCHAR plain, shifted; } Key;
typedef struct { void *keys; BYTE n_columns, size; } Table;
typedef struct { BYTE code; USHORT key; } Code;
typedef struct {
  Modifiers *modifiers;
  Table *tables;
  void *dead, *names, *extended_names, *dead_names;
  USHORT *codes;
  BYTE max_code;
  Code *e0, *e1;
  DWORD flags;
  BYTE n_ligatures, ligature_size;
  void *ligatures;
} Layout;

static KeyToBits bits[] = {{VK_SHIFT, 1}, {VK_CONTROL, 2}, {VK_MENU, 4}, {0, 0}};
static Modifiers modifiers = {bits, 3, {0, 1, 2, 3}};

static const Key others[] = {
  {'1', 0, '1', '!'}, {'2', 0, '2', '@'}, {'3', 0, '3', '#'}, {'4', 0, '4', '$'}, {'5', 0, '5', '%'},
  {'6', 0, '6', '^'}, {'7', 0, '7', '&'}, {'8', 0, '8', '*'}, {'9', 0, '9', '('}, {'0', 0, '0', ')'},
  {VK_OEM_1, 0, ';', ':'}, {VK_OEM_PLUS, 0, '=', '+'}, {VK_OEM_COMMA, 0, ',', '<'}, {VK_OEM_MINUS, 0, '-', '_'},
  {VK_OEM_PERIOD, 0, '.', '>'}, {VK_OEM_2, 0, '/', '?'}, {VK_OEM_3, 0, '`', '~'}, {VK_OEM_4, 0, '[', '{'},
  {VK_OEM_5, 0, '\\', '|'}, {VK_OEM_6, 0, ']', '}'}, {VK_OEM_7, 0, '\'', '"'},
  {VK_SPACE, 0, ' ', ' '}, {VK_TAB, 0, '\t', '\t'}, {VK_BACK, 0, '\b', '\b'}, {VK_ESCAPE, 0, 27, 27}, {VK_RETURN, 0, '\r', '\r'},
};
static Key keys[26 + N (others) + 1];
static Table tables[] = {{keys, 2, sizeof (Key)}, {NULL, 0, 0}};
static USHORT codes[1];
static Code none[] = {{0, 0}};
static Layout layout = {.modifiers = &modifiers, .tables = tables, .codes = codes, .max_code = 1, .e0 = none, .e1 = none, .flags = MAKELONG (0, 1)};

__declspec (dllexport) Layout *KbdLayerDescriptor (void);

__declspec (dllexport) Layout *
KbdLayerDescriptor (void)
{
  for (WORD i = 0; i < 26; i++)
    keys[i] = (Key){(BYTE) ('A' + i), SHIFT_AND_CAPS, (WCHAR) ('a' + i), (WCHAR) ('A' + i)};
  for (WORD i = 0; i < N (others); i++)
    keys[26 + i] = others[i];
  return &layout;
}
