/* Stage 5: keyed fingerprints of distinct cells (SipHash-2-4, 128 bits), and identity rows gathered to distinct ones.
   And what a driver calls to begin, to ask and to end. */
#include "kernel.h"

#define MIXED_COLUMNS 4
#define BATCH 32
#define TEXT_PER_CELL 16

static inline uint64_t turned(uint64_t x, int by) { return x << by | x >> (64 - by); }

#define ROUND(v0, v1, v2, v3)                                                                                          \
    do {                                                                                                               \
        v0 += v1, v1 = turned(v1, 13) ^ v0, v0 = turned(v0, 32);                                                       \
        v2 += v3, v3 = turned(v3, 16) ^ v2;                                                                            \
        v0 += v3, v3 = turned(v3, 21) ^ v0;                                                                            \
        v2 += v1, v1 = turned(v1, 17) ^ v2, v2 = turned(v2, 32);                                                       \
    } while (0)

/* SipHash-2-4 with an output of 128 bits (Aumasson and Bernstein, 2012; the longer output is theirs too). */
void kernel_siphash(const uint64_t *key, const uint8_t *p, uint32_t length, uint64_t *out) {
    uint64_t v0 = 0x736f6d6570736575 ^ key[0], v1 = 0x646f72616e646f6d ^ key[1] ^ 0xee;
    uint64_t v2 = 0x6c7967656e657261 ^ key[0], v3 = 0x7465646279746573 ^ key[1];
    uint64_t last = (uint64_t)length << 56;
    uint32_t at = 0;
    for (; at + 8 <= length; at += 8) {
        const uint64_t word = load8(p + at);
        v3 ^= word;
        ROUND(v0, v1, v2, v3);
        ROUND(v0, v1, v2, v3);
        v0 ^= word;
    }
    for (uint32_t i = 0; at + i < length; i++)
        last |= (uint64_t)p[at + i] << (8 * i);
    v3 ^= last;
    ROUND(v0, v1, v2, v3);
    ROUND(v0, v1, v2, v3);
    v0 ^= last;
    v2 ^= 0xee;
    for (int i = 0; i < 4; i++)
        ROUND(v0, v1, v2, v3);
    out[0] = v0 ^ v1 ^ v2 ^ v3;
    v1 ^= 0xdd;
    for (int i = 0; i < 4; i++)
        ROUND(v0, v1, v2, v3);
    out[1] = v0 ^ v1 ^ v2 ^ v3;
}

static void print_column(Kernel *k, uint32_t column) {
    Column *c = k->columns + column;
    if (!k->asked[column])
        return;
    c->prints = malloc((size_t)c->count * 2 * sizeof *c->prints);
    if (!c->prints) {
        c->failed = true;
        return;
    }
    for (uint32_t i = 0; i < c->count; i++)
        kernel_siphash(k->secret, bytes_of(c, c->cells + i), c->cells[i].length, c->prints + 2 * (size_t)i);
}

/* Fingerprints of all distinct cells of the asked columns (a byte per column). */
void kernel_prints(Kernel *k, const uint8_t *asked) {
    k->asked = asked;
    each_column(k, print_column);
}

typedef struct {
    uint32_t codes[MIXED_COLUMNS];
} Identity;

/* Each thread takes the rows whose hash falls to it: "columns" are shares here. */
static void gather_share(Kernel *k, uint32_t share) {
    const uint32_t shares = k->threads < k->width ? k->threads : k->width;
    if (share >= shares)
        return;
    const uint64_t rows = k->records;
    uint32_t size = FIRST_IDENTITIES, count = 0;
    Identity *found = malloc(size * sizeof *found);
    uint32_t mask = 2 * size - 1, *slots = calloc((size_t)mask + 1, sizeof *slots);
    k->identities[share] = 0;
    if (!found || !slots) {
        free(found);
        free(slots);
        k->error = OUT_OF_MEMORY;
        return;
    }
    Identity own[BATCH];
    uint64_t hash[BATCH];
    for (uint64_t first = 0; first < rows; first += BATCH) {
        uint32_t waiting = 0;
        for (uint64_t row = first; row < rows && row < first + BATCH; row++) {
            Identity *one = own + waiting;
            for (int i = 0; i < MIXED_COLUMNS; i++)
                one->codes[i] = k->columns[k->mixed[i]].codes[row];
            uint64_t words[2];
            memcpy(words, one, sizeof words);
            const __uint128_t product = (__uint128_t)(words[0] ^ k->secret[0]) * (words[1] ^ k->secret[1]);
            const uint64_t h = (uint64_t)product ^ (uint64_t)(product >> 64);
            if ((h >> 40) % shares != share)
                continue;
            hash[waiting] = h;
            __builtin_prefetch(slots + (h & mask));
            waiting++;
        }
        for (uint32_t w = 0; w < waiting; w++) {
            uint32_t at = (uint32_t)hash[w] & mask;
            while (slots[at] && memcmp(found + slots[at] - 1, own + w, sizeof *own))
                at = (at + 1) & mask;
            if (slots[at])
                continue;
            if (count == size) {
                Identity *more = realloc(found, 2 * (size_t)size * sizeof *found);
                uint32_t *wider = calloc(2 * ((size_t)mask + 1), sizeof *wider);
                if (!more || !wider) {
                    k->error = OUT_OF_MEMORY;
                    break;
                }
                found = more;
                size *= 2;
                mask = 2 * mask + 1;
                for (uint32_t i = 0; i < count; i++) {
                    uint64_t words[2];
                    memcpy(words, found + i, sizeof words);
                    const __uint128_t product = (__uint128_t)(words[0] ^ k->secret[0]) * (words[1] ^ k->secret[1]);
                    uint32_t to = (uint32_t)((uint64_t)product ^ (uint64_t)(product >> 64)) & mask;
                    while (wider[to])
                        to = (to + 1) & mask;
                    wider[to] = i + 1;
                }
                free(slots);
                slots = wider;
                at = (uint32_t)hash[w] & mask;
                while (slots[at])
                    at = (at + 1) & mask;
            }
            found[count] = own[w];
            slots[at] = ++count;
        }
    }
    k->identities[share] = count;
    free(found);
    free(slots);
}

/* Number of distinct combinations of four columns among the good records. */
uint64_t kernel_identities(Kernel *k, const uint32_t *columns) {
    memcpy(k->mixed, columns, sizeof k->mixed);
    memset(k->identities, 0, sizeof k->identities);
    each_column(k, gather_share);
    uint64_t all = 0;
    for (uint32_t i = 0; i < k->threads; i++)
        all += k->identities[i];
    return all;
}

void kernel_free(Kernel *k) {
    if (!k)
        return;
    for (uint32_t i = 0; k->columns && i < k->width; i++) {
        Column *c = k->columns + i;
        free(c->slots);
        free(c->cells);
        free(c->text);
        free(c->codes);
        free(c->prints);
    }
    for (int i = 0; i < MAX_THREADS; i++)
        free(k->parts[i].starts);
    free(k->columns);
    free(k->buffer);
    free(k->shape_next);
    free(k->shape_accept);
    free(k->term_next);
    free(k->term_ends);
    free(k);
}

/* Begin. `limit` distinct cells per column, of which the long ones hold TEXT_PER_CELL bytes each on average at most;
   read in pieces of `tile_bytes`; `secret`: four random words. */
Kernel *kernel_new(uint32_t width, uint8_t delimiter, uint32_t threads, uint32_t limit, uint32_t tile_bytes,
                   const uint64_t *secret) {
    Kernel *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->width = width;
    k->delimiter = delimiter;
    k->threads = threads < MAX_THREADS ? threads : MAX_THREADS;
    k->limit = limit;
    k->text_limit = (uint64_t)limit * TEXT_PER_CELL;
    k->tile_bytes = tile_bytes;
    memcpy(k->secret, secret, sizeof k->secret);
    k->columns = calloc(width, sizeof *k->columns);
    if (!k->columns) {
        kernel_free(k);
        return NULL;
    }
    for (uint32_t i = 0; i < width; i++) {
        new_column(k->columns + i);
        if (k->columns[i].failed) {
            kernel_free(k);
            return NULL;
        }
    }
    return k;
}

/* Good records, damaged ones, fields of good ones. */
void kernel_counts(const Kernel *k, uint64_t *out) {
    out[0] = k->records;
    out[1] = k->damaged;
    out[2] = k->fields;
}

/* Of a column: distinct cells (the empty one only where it stands), rows past the bound, bytes held; then by distinct
   cells and by rows how many have any bit of `kinds`; then cells with a term, and matches of terms. */
void kernel_column(const Kernel *k, uint32_t column, uint32_t kinds, uint64_t *out) {
    const Column *c = k->columns + column;
    memset(out, 0, 7 * sizeof *out);
    out[0] = c->count - (c->cells[0].rows == 0);
    out[1] = c->over;
    out[2] = (uint64_t)c->capacity * sizeof(Cell) + ((uint64_t)c->mask + 1) * sizeof *c->slots + c->text_size +
             c->codes_size * sizeof *c->codes;
    for (uint32_t i = 0; i < c->count; i++) {
        const Cell *cell = c->cells + i;
        if (cell->kind & kinds) {
            out[3]++;
            out[4] += cell->rows;
        }
        out[5] += cell->terms != 0;
        out[6] += cell->terms;
    }
}

/* Length of the cell that stands in a row, and its bytes where `into` has room for `size` of them: for tests. */
uint32_t kernel_cell(const Kernel *k, uint32_t column, uint64_t row, uint8_t *into, uint32_t size) {
    const Column *c = k->columns + column;
    const uint32_t code = row < c->coded ? c->codes[row] : OVER;
    if (code == OVER)
        return OVER;
    const Cell *cell = c->cells + code;
    memcpy(into, bytes_of(c, cell), cell->length < size ? cell->length : size);
    return cell->length;
}

uint32_t kernel_kind(const Kernel *k, uint32_t column, uint64_t row) {
    const Column *c = k->columns + column;
    return row < c->coded && c->codes[row] != OVER ? c->cells[c->codes[row]].kind : 0;
}
