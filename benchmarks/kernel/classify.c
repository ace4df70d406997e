/* Stages 3 and 4 over distinct cells: one automaton for all shapes, and one (Aho-Corasick) for all terms of health. */
#include "kernel.h"

/* Bits of a cell's kind; the automaton is made by shapes.py, which has the same names. KEY and DAY are checked here. */
enum { NIR15 = 1, NIR13 = 2, DATE_DMY = 4, DATE_YMD = 8, WORDS = 128, KEY = 1u << 30, DAY = 1u << 31 };

static bool right_key(const uint8_t *p, uint32_t length) {
    uint64_t body = 0, key = 0;
    uint32_t digits = 0;
    for (uint32_t i = 0; i < length && digits < 15; i++) {
        uint64_t digit;
        if (p[i] >= '0' && p[i] <= '9')
            digit = (uint64_t)(p[i] - '0');
        else if ((p[i] | 0x20) == 'a' || (p[i] | 0x20) == 'b') {
            body -= 1; /* 2A -> 19, 2B -> 18: the 2 became a 1 */
            digit = (p[i] | 0x20) == 'a' ? 9 : 8;
        } else
            continue;
        if (digits++ < 13)
            body = 10 * body + digit;
        else
            key = 10 * key + digit;
    }
    return digits == 15 && key == 97 - body % 97;
}

static bool real_day(const uint8_t *p, uint32_t length, bool year_first) {
    static const uint8_t days[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t groups[3] = {0}, sizes[3] = {0}, group = 0, i;
    for (i = 0; i < length && p[i] >= '0' && p[i] <= '9'; i++)
        ;
    if (i == 8) { /* digits alone */
        for (uint32_t d = 0; d < 8; d++) {
            group = year_first ? (d < 4 ? 0 : d / 2 - 1) : (d < 4 ? d / 2 : 2);
            groups[group] = 10 * groups[group] + (p[d] - '0');
            sizes[group]++;
        }
    } else {
        for (i = 0; i < length && group < 3; i++) {
            if (p[i] >= '0' && p[i] <= '9') {
                groups[group] = 10 * groups[group] + (p[i] - '0');
                sizes[group]++;
            } else if (++group == 3 || p[i] == ' ')
                break;
        }
    }
    const uint32_t at = year_first ? 0 : 2, day = groups[2 - at], month = groups[1];
    const uint32_t year = sizes[at] == 2 ? 2000 + groups[at] : groups[at];
    const bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month] && (month != 2 || day < 29 || leap);
}

static void classify_column(Kernel *k, uint32_t column) {
    Column *c = k->columns + column;
    for (uint32_t i = 0; i < c->count; i++) {
        Cell *cell = c->cells + i;
        const uint8_t *p = bytes_of(c, cell);
        uint32_t state = 1; /* state 0 is the dead one */
        for (uint32_t at = 0; at < cell->length && state; at++)
            state = k->shape_next[state * k->shape_classes + k->shape_class[p[at]]];
        uint32_t kind = k->shape_accept[state];
        if (kind & NIR15 && right_key(p, cell->length))
            kind |= KEY;
        if (kind & (DATE_DMY | DATE_YMD) && ((kind & DATE_DMY && real_day(p, cell->length, false)) ||
                                             (kind & DATE_YMD && real_day(p, cell->length, true))))
            kind |= DAY;
        cell->kind = kind;
    }
}

void kernel_classify(Kernel *k) { each_column(k, classify_column); }

/* The tables of the shapes: `next` has a row of `classes` states per state, `accept` the bits of each state. Copied. */
int kernel_shapes(Kernel *k, const uint8_t *class_of, const uint32_t *next, const uint32_t *accept, uint32_t states,
                  uint32_t classes) {
    const size_t size = (size_t)states * classes * sizeof *next;
    k->shape_next = malloc(size);
    k->shape_accept = malloc(states * sizeof *accept);
    if (!k->shape_next || !k->shape_accept)
        return OUT_OF_MEMORY;
    memcpy(k->shape_class, class_of, 256);
    memcpy(k->shape_next, next, size);
    memcpy(k->shape_accept, accept, states * sizeof *accept);
    k->shape_classes = classes;
    return 0;
}

/* Build the automaton of `patterns` (each ends with a line feed). `fold` gives the folded byte of each byte. Gives the
   number of states, or a negative error. */
int kernel_terms(Kernel *k, const uint8_t *fold, const uint8_t *patterns, uint64_t size) {
    memcpy(k->fold, fold, 256);
    k->term_classes = 1; /* class 0: bytes in no pattern */
    for (uint64_t i = 0; i < size; i++)
        if (patterns[i] != '\n' && !k->term_class[patterns[i]])
            k->term_class[patterns[i]] = (uint8_t)k->term_classes++;
    const uint32_t classes = k->term_classes;
    uint32_t *next = calloc((size + 1) * classes, sizeof *next), *fails = calloc(size + 1, sizeof *fails);
    uint32_t *queue = malloc((size + 1) * sizeof *queue);
    uint16_t *ends = calloc(size + 1, sizeof *ends);
    if (!next || !fails || !queue || !ends)
        return OUT_OF_MEMORY;
    uint32_t states = 1, state = 0, head = 0, tail = 0;
    for (uint64_t i = 0; i < size; i++) {
        if (patterns[i] == '\n') {
            ends[state]++;
            state = 0;
            continue;
        }
        uint32_t *to = next + (size_t)state * classes + k->term_class[patterns[i]];
        if (!*to)
            *to = states++;
        state = *to;
    }
    for (uint32_t class = 0; class < classes; class++)
        if (next[class])
            queue[tail++] = next[class];
    while (head < tail) {
        state = queue[head++];
        ends[state] = (uint16_t)(ends[state] + ends[fails[state]]);
        for (uint32_t class = 0; class < classes; class++) {
            uint32_t *to = next + (size_t)state * classes + class;
            const uint32_t other = next[(size_t)fails[state] * classes + class];
            if (*to) {
                fails[*to] = other;
                queue[tail++] = *to;
            } else
                *to = other;
        }
    }
    free(fails);
    free(queue);
    k->term_next = next;
    k->term_ends = ends;
    k->term_states = states;
    return (int)states;
}

static void seek_column(Kernel *k, uint32_t column) {
    Column *c = k->columns + column;
    const uint32_t classes = k->term_classes, blank = k->term_class[' '];
    const uint32_t begun = k->term_next[blank];
    for (uint32_t i = 0; i < c->count; i++) {
        Cell *cell = c->cells + i;
        cell->terms = 0;
        if (!(cell->kind & WORDS))
            continue;
        const uint8_t *p = bytes_of(c, cell);
        uint32_t state = begun, terms = 0;
        bool spaced = true;
        for (uint32_t at = 0; at < cell->length; at++) {
            const uint8_t byte = k->fold[p[at]];
            if (byte == ' ' && spaced)
                continue;
            spaced = byte == ' ';
            state = k->term_next[(size_t)state * classes + k->term_class[byte]];
            terms += k->term_ends[state];
        }
        if (!spaced)
            terms += k->term_ends[k->term_next[(size_t)state * classes + blank]];
        cell->terms = terms;
    }
}

static void seek_if_asked(Kernel *k, uint32_t column) {
    if (k->asked[column])
        seek_column(k, column);
}

/* Look for terms in the distinct cells with words of the asked columns (a byte per column). */
void kernel_seek(Kernel *k, const uint8_t *asked) {
    k->asked = asked;
    each_column(k, seek_if_asked);
}
