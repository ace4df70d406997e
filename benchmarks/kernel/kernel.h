/* A prototype, not a part of leakscan: what a compiled kernel would cost, stage by stage (docs/kernel.md).

   One Kernel holds one file: the distinct cells of each column, and per record the number of its cell in each column.
   Nothing here prints or keeps a value beyond the life of the Kernel. */
#ifndef LEAKSCAN_KERNEL_H
#define LEAKSCAN_KERNEL_H
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 8
#define PADDING 64 /* bytes that may be read before and behind the text of a tile */
#define MAX_CARRY (64u << 20) /* a record longer than this ends the reading with an error */
#define FIRST_IDENTITIES 65536
#define OVER UINT32_MAX /* code of a cell past the bound of its column */
#define OUT_OF_MEMORY (-1)
#define NO_FILE (-2)
#define RECORD_TOO_LONG (-3)

/* A distinct cell. Up to 16 bytes stand in lo and hi; of a longer one lo is the beginning and hi its place in `text`. */
typedef struct {
    uint64_t lo, hi;
    uint32_t length, kind, rows, terms;
} Cell;

/* One column: `slots` holds 32 bits of hash and the cell's number + 1; `codes` one number per good record. */
typedef struct {
    uint64_t *slots;
    uint32_t mask, count, capacity;
    Cell *cells;
    uint8_t *text;
    uint64_t text_used, text_size, over;
    uint32_t *codes;
    uint64_t *prints; /* two words per cell */
    uint64_t coded, codes_size;
    bool failed;
} Column;

/* What one thread split off a tile: starts of `width` fields and one past the last one's end, per good record. */
typedef struct {
    uint32_t *starts;
    size_t used, size;
    uint64_t records, damaged, fields;
    uint32_t end;
    bool failed;
} Part;

typedef struct {
    uint32_t width, threads, limit;
    uint64_t text_limit;
    uint8_t delimiter;
    bool coding;
    uint64_t secret[4];
    uint64_t records, damaged, fields;
    Column *columns;
    /* the automaton of shapes and that of terms: see classify.c */
    uint8_t shape_class[256];
    uint32_t *shape_next, *shape_accept, shape_classes;
    uint8_t fold[256], term_class[256];
    uint32_t *term_next, term_classes, term_states;
    uint16_t *term_ends;
    const uint8_t *asked;
    uint32_t mixed[4];
    uint64_t identities[MAX_THREADS];
    /* work of the tile or stage at hand */
    int file, error, refused;
    uint64_t file_size, file_at;
    uint32_t tile_bytes;
    uint8_t *buffer, *tile;
    uint32_t buffer_size, carry, fresh, filled, cut;
    bool final;
    Part parts[MAX_THREADS];
    pthread_barrier_t barrier;
    atomic_uint next;
} Kernel;

typedef void (*Work)(Kernel *, uint32_t column);

void split(const Kernel *k, Part *part, uint32_t begin, uint32_t end, bool final);
uint32_t find_cut(const Kernel *k, uint32_t from, uint32_t end);
void code_column(Kernel *k, uint32_t column);
void each_column(Kernel *k, Work work);
void new_column(Column *c);

static inline uint64_t load8(const uint8_t *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

static inline const uint8_t *bytes_of(const Column *c, const Cell *cell) {
    return cell->length <= 16 ? (const uint8_t *)&cell->lo : c->text + cell->hi;
}
#endif
