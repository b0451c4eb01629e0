/* sql-scrub.c - what is deleted leaves the file.
 *
 * secure_delete overwrites a row with zeros. But when SQLite splits a page or joins two, rows move, and what they were
 * stays as a copy in the free middle of the page (between the pointers to cells and the cells, "Database File
 * Format", 1.6), where no later deletion finds it. So every page of a b-tree has its free middle made zero on its way
 * into the database file. Pages in the journal keep theirs until it is emptied: they carry checksums.
 *
 * Other pages are told apart by their first byte: an overflow or free-list page begins with the number of another page,
 * whose first byte is 0 in every file below 128 GiB; free leaves of that list hold nothing. */
#include "sql/sql.h"

#include <string.h>

#define HEADER_OF_FILE 100
#define PAGE_MIN 512
#define PAGE_MAX 65536
#define FILE_MAX ((sqlite3_int64) 1 << 37)

typedef struct {
  sqlite3_io_methods methods; /* those of original, with another xWrite */
  const sqlite3_io_methods *original;
} Scrubber;

static gsize
be16 (const guint8 *bytes)
{
  return (gsize) bytes[0] << 8 | bytes[1];
}

/* The free middle of a page at offset of the file; FALSE: it is no page of a b-tree, or has none. */
static gboolean
find_middle (const guint8 *page, gsize size, gboolean first, gsize *from, gsize *to)
{
  enum { INDEX_INNER = 2, TABLE_INNER = 5, INDEX_LEAF = 10, TABLE_LEAF = 13 };
  const guint8 *header = page + (first ? HEADER_OF_FILE : 0);
  gboolean leaf = header[0] == INDEX_LEAF || header[0] == TABLE_LEAF;
  if (!leaf && header[0] != INDEX_INNER && header[0] != TABLE_INNER)
    return FALSE;
  gsize content = be16 (header + 5);
  *from = (gsize) (header - page) + (leaf ? 8 : 12) + 2 * be16 (header + 3);
  *to = content != 0 ? content : PAGE_MAX;
  return *from < *to && *to <= size;
}

static gboolean
is_page (int size, sqlite3_int64 offset)
{
  return size >= PAGE_MIN && size <= PAGE_MAX && (size & (size - 1)) == 0 && offset % size == 0 && offset < FILE_MAX;
}

static int
write_scrubbed (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
  const Scrubber *scrubber = (const Scrubber *) (gconstpointer) file->pMethods;
  gsize from, to;
  if (!is_page (size, offset) || !find_middle (bytes, (gsize) size, offset == 0, &from, &to))
    return scrubber->original->xWrite (file, bytes, size, offset);
  g_autofree guint8 *page = g_memdup2 (bytes, (gsize) size);
  memset (page + from, 0, to - from);
  return scrubber->original->xWrite (file, page, size, offset);
}

/* One for each kind of file system that SQLite tells apart; they live as long as the process. */
static Scrubber *
scrubber_of (const sqlite3_io_methods *original)
{
  static GMutex mutex;
  static GPtrArray *scrubbers = NULL;
  g_mutex_lock (&mutex);
  if (scrubbers == NULL)
    scrubbers = g_ptr_array_new ();
  Scrubber *found = NULL;
  for (guint i = 0; i < scrubbers->len && found == NULL; i++)
    if (((Scrubber *) scrubbers->pdata[i])->original == original)
      found = scrubbers->pdata[i];
  if (found == NULL) {
    found = g_new (Scrubber, 1);
    *found = (Scrubber){*original, original};
    found->methods.xWrite = write_scrubbed;
    g_ptr_array_add (scrubbers, found);
  }
  g_mutex_unlock (&mutex);
  return found;
}

void
kith_sql_scrub (KithSql *sql)
{
  sqlite3_file *file = NULL;
  if (sqlite3_file_control (sql->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file != NULL &&
      file->pMethods != NULL)
    file->pMethods = &scrubber_of (file->pMethods)->methods;
}
