/* Reading a file tile by tile with all threads, and stage 2: the distinct cells of each column by open addressing. */
#include "kernel.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH 64
#define QUOTED (1u << 31)
#define FIRST_SLOTS 1024

static const uint64_t KEEP[9] = {0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF,
                                 0xFFFFFFFFFFFFFF, ~(uint64_t)0};

static inline uint64_t mixed(uint64_t a, uint64_t b) {
    const __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* A keyed hash: the secret is drawn anew for each file, so that nobody can write cells that all meet in one slot. */
static inline uint32_t hash_of(const Kernel *k, const uint8_t *p, uint32_t length, uint64_t lo, uint64_t hi) {
    uint64_t h = mixed(lo ^ k->secret[0], hi ^ k->secret[1]);
    if (length > 16) {
        h = k->secret[3];
        for (uint32_t at = 0; at + 16 < length; at += 16)
            h = mixed(load8(p + at) ^ k->secret[0] ^ h, load8(p + at + 8) ^ k->secret[1]);
        h = mixed(load8(p + length - 16) ^ k->secret[0] ^ h, load8(p + length - 8) ^ k->secret[1]);
    }
    return (uint32_t)(mixed(h ^ length, k->secret[2]) >> 32);
}

static bool grow(void **array, size_t size) {
    void *more = realloc(*array, size);
    if (more)
        *array = more;
    return more != NULL;
}

void new_column(Column *c) {
    c->mask = FIRST_SLOTS - 1;
    c->capacity = FIRST_SLOTS;
    c->slots = calloc(FIRST_SLOTS, sizeof *c->slots);
    c->cells = calloc(FIRST_SLOTS, sizeof *c->cells);
    c->count = 1; /* cell 0 is the empty one */
    c->failed = !c->slots || !c->cells;
}

static void rehash(Column *c) {
    const uint32_t mask = 2 * c->mask + 1;
    uint64_t *slots = calloc((size_t)mask + 1, sizeof *slots);
    if (!slots) {
        c->failed = true;
        return;
    }
    for (uint32_t i = 0; i <= c->mask; i++) {
        if (!c->slots[i])
            continue;
        uint32_t at = (uint32_t)(c->slots[i] >> 32) & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = c->slots[i];
    }
    free(c->slots);
    c->slots = slots;
    c->mask = mask;
}

static uint32_t add(const Kernel *k, Column *c, const uint8_t *p, Cell cell, uint32_t hash, uint32_t slot) {
    if (c->count > k->limit || (cell.length > 16 && c->text_used + cell.length > k->text_limit)) {
        c->over++;
        return OVER;
    }
    if (c->count == c->capacity) {
        if (!grow((void **)&c->cells, 2 * (size_t)c->capacity * sizeof(Cell))) {
            c->failed = true;
            return OVER;
        }
        c->capacity *= 2;
    }
    if (cell.length > 16) {
        const uint64_t need = c->text_used + cell.length + 16;
        if (need > c->text_size) {
            if (!grow((void **)&c->text, 2 * need)) {
                c->failed = true;
                return OVER;
            }
            c->text_size = 2 * need;
        }
        memcpy(c->text + c->text_used, p, cell.length);
        cell.hi = c->text_used;
        c->text_used += cell.length;
    }
    c->cells[c->count] = cell;
    c->slots[slot] = (uint64_t)hash << 32 | (c->count + 1);
    if (2 * ++c->count > c->mask)
        rehash(c);
    return c->count - 1;
}

static inline uint32_t code_of(const Kernel *k, Column *c, const uint8_t *p, uint32_t length, uint64_t lo, uint64_t hi,
                               uint32_t hash) {
    for (uint32_t at = hash & c->mask;; at = (at + 1) & c->mask) {
        const uint64_t slot = c->slots[at];
        if (!slot)
            return add(k, c, p, (Cell){.lo = lo, .hi = hi, .length = length, .rows = 1}, hash, at);
        if ((uint32_t)(slot >> 32) != hash)
            continue;
        Cell *cell = c->cells + ((uint32_t)slot - 1);
        if (cell->length == length && cell->lo == lo &&
            (length <= 16 ? cell->hi == hi : memcmp(c->text + cell->hi, p, length) == 0)) {
            cell->rows++;
            return (uint32_t)slot - 1;
        }
    }
}

static inline void begin_of(const uint8_t *p, uint32_t length, uint64_t *lo, uint64_t *hi) {
    *lo = load8(p) & KEEP[length < 8 ? length : 8];
    *hi = length <= 8 ? 0 : load8(p + 8) & KEEP[length < 16 ? length - 8 : 8];
}

/* A cell that begins with a quote: without the quotes around it, doubled ones as one, CR LF as LF. */
static uint32_t unquoted(const Kernel *k, Column *c, const uint8_t *p, uint32_t length) {
    const bool whole = length > 1 && p[length - 1] == '"';
    uint8_t *plain = calloc(length + 2 * PADDING, 1);
    if (!plain) {
        c->failed = true;
        return OVER;
    }
    uint32_t used = 0;
    for (uint32_t i = 1; i < length - whole; i++) {
        if (whole && p[i] == '"' && i + 1 < length - 1 && p[i + 1] == '"')
            i++;
        if (p[i] == '\r' && i + 1 < length && p[i + 1] == '\n')
            continue;
        plain[used++] = p[i];
    }
    uint32_t code = 0;
    if (used) {
        uint64_t lo, hi;
        begin_of(plain, used, &lo, &hi);
        code = code_of(k, c, plain, used, lo, hi, hash_of(k, plain, used, lo, hi));
    } else {
        c->cells[0].rows++;
    }
    free(plain);
    return code;
}

static void code_part(const Kernel *k, Column *c, const Part *part, uint32_t column) {
    const uint32_t stride = k->width + 1;
    uint64_t lo[BATCH], hi[BATCH];
    uint32_t hash[BATCH], at[BATCH];
    for (uint64_t first = 0; first < part->records; first += BATCH) {
        const uint32_t size = (uint32_t)(part->records - first < BATCH ? part->records - first : BATCH);
        const uint32_t *starts = part->starts + first * stride + column;
        uint32_t *codes = c->codes + c->coded;
        uint32_t waiting = 0;
        for (uint32_t i = 0; i < size; i++) {
            const uint8_t *p = k->tile + starts[i * stride];
            const uint32_t length = starts[i * stride + 1] - 1 - starts[i * stride];
            codes[i] = 0;
            if (!length) {
                c->cells[0].rows++;
            } else if (*p == '"') {
                at[waiting++] = i | QUOTED; /* in its turn, so that the bound falls on the same cells for any tile */
            } else {
                begin_of(p, length, &lo[waiting], &hi[waiting]);
                hash[waiting] = hash_of(k, p, length, lo[waiting], hi[waiting]);
                __builtin_prefetch(c->slots + (hash[waiting] & c->mask));
                at[waiting++] = i;
            }
        }
        for (uint32_t w = 0; w < waiting; w++) {
            const uint64_t slot = at[w] & QUOTED ? 0 : c->slots[hash[w] & c->mask];
            if (slot)
                __builtin_prefetch(c->cells + ((uint32_t)slot - 1));
        }
        for (uint32_t w = 0; w < waiting; w++) {
            const uint32_t row = at[w] & ~QUOTED, *s = starts + row * stride, length = s[1] - 1 - s[0];
            codes[row] = at[w] & QUOTED ? unquoted(k, c, k->tile + s[0], length)
                                        : code_of(k, c, k->tile + s[0], length, lo[w], hi[w], hash[w]);
        }
        c->coded += size;
    }
}

void code_column(Kernel *k, uint32_t column) {
    Column *c = k->columns + column;
    uint64_t more = 0;
    for (uint32_t i = 0; i < k->threads; i++)
        more += k->parts[i].records;
    if (c->coded + more > c->codes_size) {
        if (!grow((void **)&c->codes, 2 * (c->coded + more) * sizeof *c->codes)) {
            c->failed = true;
            return;
        }
        c->codes_size = 2 * (c->coded + more);
    }
    for (uint32_t i = 0; i < k->threads && !c->failed; i++)
        code_part(k, c, k->parts + i, column);
}

static void read_share(Kernel *k, uint32_t thread) {
    const uint64_t share = k->fresh / k->threads, begin = share * thread;
    uint64_t at = begin, end = thread + 1 == k->threads ? k->fresh : begin + share;
    while (at < end) {
        const ssize_t got = pread(k->file, k->tile + k->carry + at, end - at, (off_t)(k->file_at + at));
        if (got <= 0) {
            k->error = NO_FILE;
            return;
        }
        at += (uint64_t)got;
    }
}

/* Thread 0 alone: make room for the next tile behind what the last one left over. */
static void next_tile(Kernel *k) {
    const uint32_t need = k->carry + k->tile_bytes + 2 * PADDING;
    if (k->carry > MAX_CARRY) {
        k->refused = RECORD_TOO_LONG;
        return;
    }
    if (need > k->buffer_size && !grow((void **)&k->buffer, need)) {
        k->refused = OUT_OF_MEMORY;
        return;
    }
    if (need > k->buffer_size)
        k->buffer_size = need;
    k->tile = k->buffer + PADDING;
    const uint64_t left = k->file_size - k->file_at;
    k->fresh = (uint32_t)(left < k->tile_bytes ? left : k->tile_bytes);
    k->filled = k->carry + k->fresh;
    k->final = k->fresh == left;
    memset(k->tile + k->filled, 0, PADDING);
}

/* Thread 0 alone: where the threads guessed a record's begin wrongly, one splits all; then the sums. */
static void settle_tile(Kernel *k) {
    const bool wrong = k->cut < k->filled && k->parts[0].end != k->cut;
    if (wrong) {
        split(k, k->parts, 0, k->filled, k->final);
        for (uint32_t i = 1; i < k->threads; i++)
            k->parts[i].records = k->parts[i].damaged = k->parts[i].fields = k->parts[i].used = 0;
    }
    for (uint32_t i = 0; i < k->threads; i++) {
        k->records += k->parts[i].records;
        k->damaged += k->parts[i].damaged;
        k->fields += k->parts[i].fields;
        if (k->parts[i].failed)
            k->error = OUT_OF_MEMORY;
    }
    const uint32_t end = !wrong && k->cut < k->filled ? k->parts[1].end : k->parts[0].end;
    k->carry = k->final ? 0 : k->filled - end;
    k->file_at += k->fresh;
    k->next = 0;
}

typedef struct {
    Kernel *k;
    uint32_t thread;
    Work work;
} Task;

static void *read_all(void *given) {
    Kernel *k = ((Task *)given)->k;
    const uint32_t thread = ((Task *)given)->thread;
    for (;;) {
        if (thread == 0)
            next_tile(k);
        pthread_barrier_wait(&k->barrier);
        if (k->refused)
            return NULL;
        read_share(k, thread);
        pthread_barrier_wait(&k->barrier);
        if (thread == 0)
            k->cut = k->threads > 1 && k->filled ? find_cut(k, k->filled / 2, k->filled) : k->filled;
        pthread_barrier_wait(&k->barrier);
        if (thread < 2)
            split(k, k->parts + thread, thread ? k->cut : 0, thread ? k->filled : k->cut,
                  k->final && (thread || k->cut == k->filled));
        pthread_barrier_wait(&k->barrier);
        if (thread == 0)
            settle_tile(k);
        pthread_barrier_wait(&k->barrier);
        const bool done = k->final || k->error; /* read before the barrier: behind it the next tile may have begun */
        if (k->coding && !k->error)
            for (uint32_t column; (column = atomic_fetch_add(&k->next, 1)) < k->width;)
                code_column(k, column);
        pthread_barrier_wait(&k->barrier);
        if (done)
            return NULL;
        if (thread == 0)
            memmove(k->tile, k->tile + k->filled - k->carry, k->carry);
    }
}

static void *work_on_columns(void *given) {
    const Task *task = given;
    for (uint32_t column; (column = atomic_fetch_add(&task->k->next, 1)) < task->k->width;)
        task->work(task->k, column);
    return NULL;
}

static void with_threads(Kernel *k, void *(*run)(void *), Work work) {
    pthread_t threads[MAX_THREADS];
    Task tasks[MAX_THREADS];
    for (uint32_t i = 0; i < k->threads; i++)
        tasks[i] = (Task){k, i, work};
    for (uint32_t i = 1; i < k->threads; i++)
        if (pthread_create(&threads[i], NULL, run, &tasks[i]))
            abort(); /* a barrier would wait for ever */
    run(&tasks[0]);
    for (uint32_t i = 1; i < k->threads; i++)
        pthread_join(threads[i], NULL);
}

void each_column(Kernel *k, Work work) {
    k->next = 0;
    with_threads(k, work_on_columns, work);
}

/* Read a file from byte `begin` on. Stage 1 alone, or with `coding` stages 1 and 2. 0, or a negative error. */
int kernel_read(Kernel *k, const char *path, uint64_t begin, bool coding) {
    struct stat status;
    k->file = open(path, O_RDONLY | O_CLOEXEC);
    if (k->file < 0 || fstat(k->file, &status) || (uint64_t)status.st_size < begin)
        return NO_FILE;
    k->file_size = (uint64_t)status.st_size;
    k->file_at = begin;
    k->coding = coding;
    k->records = k->damaged = k->fields = 0;
    k->carry = 0;
    k->error = k->refused = 0;
    pthread_barrier_init(&k->barrier, NULL, k->threads);
    with_threads(k, read_all, NULL);
    pthread_barrier_destroy(&k->barrier);
    close(k->file);
    if (k->refused)
        k->error = k->refused;
    for (uint32_t i = 0; i < k->width; i++)
        if (k->columns[i].failed)
            k->error = OUT_OF_MEMORY;
    return k->error;
}
