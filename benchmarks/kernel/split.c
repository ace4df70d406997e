/* Stage 1: where records and fields begin. Quotes and CR LF as leakscan.readers.splitting takes them, but for records
   that only a tolerant parser understands, which count as damaged here. */
#include "kernel.h"
#ifdef __AVX2__
#include <immintrin.h>
#endif

#define MAX_LINES 1000
#define MAX_SPAN (1u << 20)
#define SURE_RECORDS 3
#define TRIES 64

/* One bit per byte of 64 that is the delimiter, a line feed or a quote. */
static inline uint64_t marks(const uint8_t *p, uint8_t delimiter) {
#ifdef __AVX2__
    uint64_t found = 0;
    const __m256i mark = _mm256_set1_epi8((char)delimiter), lf = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"');
    for (int half = 0; half < 2; half++) {
        const __m256i text = _mm256_loadu_si256((const __m256i *)(p + 32 * half));
        const __m256i any = _mm256_or_si256(_mm256_cmpeq_epi8(text, mark),
                                            _mm256_or_si256(_mm256_cmpeq_epi8(text, lf), _mm256_cmpeq_epi8(text, quote)));
        found |= (uint64_t)(uint32_t)_mm256_movemask_epi8(any) << (32 * half);
    }
    return found;
#else
    uint64_t found = 0;
    for (int i = 0; i < 64; i++)
        found |= (uint64_t)(p[i] == delimiter || p[i] == '\n' || p[i] == '"') << i;
    return found;
#endif
}

static bool room(const Kernel *k, Part *part) {
    const size_t need = part->used + k->width + 2;
    if (need <= part->size)
        return true;
    const size_t size = need * 2 + 4096;
    uint32_t *more = realloc(part->starts, size * sizeof *more);
    if (!more)
        return false;
    part->starts = more;
    part->size = size;
    return true;
}

static bool blank(const uint8_t *t, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; i++)
        if (!(t[i] == ' ' || t[i] == 0 || t[i] == '\r' || t[i] == '\v' || t[i] == '\f'))
            return false;
    return true;
}

/* A record with `fields` fields ends before `stop` (its line feed, or the end); its starts stand in the part already. */
static void close_record(const Kernel *k, Part *part, uint32_t begin, uint32_t stop, uint32_t fields, bool damaged) {
    if (fields == 1 && blank(k->tile, begin, stop))
        return;
    if (damaged || fields != k->width) {
        part->damaged++;
        return;
    }
    const uint32_t end = stop > begin && k->tile[stop - 1] == '\r' ? stop - 1 : stop;
    part->starts[part->used + k->width] = end + 1;
    part->used += k->width + 1;
    part->records++;
    part->fields += fields;
}

/* Split a line at every delimiter, quotes meaning nothing; damaged where one quote opens a cell that never closes. */
static void by_character(const Kernel *k, Part *part, uint32_t begin, uint32_t stop, bool damaged) {
    const uint8_t *t = k->tile;
    uint32_t *starts = part->starts + part->used, fields = 1, quotes = 0, cell_quotes = 0;
    bool stray = false, opened = false;
    starts[0] = begin;
    for (uint32_t i = begin; i <= stop; i++) {
        if (i == stop || t[i] == k->delimiter) {
            stray |= opened && cell_quotes == 1;
            quotes += cell_quotes;
            cell_quotes = 0;
            opened = false;
            if (i < stop && fields++ < k->width)
                starts[fields - 1] = i + 1;
        } else if (t[i] == '"') {
            opened |= i == begin || t[i - 1] == k->delimiter;
            cell_quotes++;
        }
    }
    close_record(k, part, begin, stop, fields, damaged || (stray && (quotes & 1)));
}

/* A record in which a quote opens a field. Gives where the next begins, or UINT32_MAX where the tile ends too soon. */
static uint32_t quoted(const Kernel *k, Part *part, uint32_t begin, uint32_t end, bool final) {
    const uint8_t *t = k->tile;
    const uint8_t *feed = memchr(t + begin, '\n', end - begin);
    if (!feed && !final)
        return UINT32_MAX;
    const uint32_t line = feed ? (uint32_t)(feed - t) : end;
    uint32_t *starts = part->starts + part->used, fields = 1, at = begin, lines = 0;
    bool unclosed = false, placed = true;
    starts[0] = begin;
    for (;;) {
        if (at < end && t[at] == '"') {
            for (at++;; at++) {
                if (at >= end || lines >= MAX_LINES || at - begin > MAX_SPAN) {
                    if (at >= end && !final && lines < MAX_LINES && at - begin <= MAX_SPAN)
                        return UINT32_MAX;
                    unclosed = true;
                    break;
                }
                if (t[at] == '\n')
                    lines++;
                if (t[at] != '"')
                    continue;
                if (at + 1 < end && t[at + 1] == '"') {
                    at++;
                    continue;
                }
                at++;
                break;
            }
            if (unclosed)
                break;
            if (!final && (at >= end || (at + 1 >= end && t[at] == '\r')))
                return UINT32_MAX; /* what follows the quote is not known yet */
            const bool over = at >= end || t[at] == k->delimiter || t[at] == '\n' ||
                              (t[at] == '\r' && (at + 1 >= end || t[at + 1] == '\n'));
            if (!over) {
                placed = false;
                break;
            }
            if (at < end && t[at] == '\r')
                at++;
        } else {
            while (at < end && t[at] != k->delimiter && t[at] != '\n')
                at++;
        }
        if (at >= end || t[at] == '\n')
            break;
        at++;
        if (fields++ < k->width)
            starts[fields - 1] = at;
    }
    if (!unclosed && placed) {
        if (at >= end && !final)
            return UINT32_MAX;
        uint32_t marks_of_line = 1;
        for (uint32_t i = begin; lines && i < line; i++)
            marks_of_line += t[i] == k->delimiter;
        if (!(lines && marks_of_line == k->width && fields != k->width)) {
            close_record(k, part, begin, at < end ? at : end, fields, false);
            return at + 1;
        }
        unclosed = true;
    }
    by_character(k, part, begin, line, unclosed);
    return line + 1;
}

void split(const Kernel *k, Part *part, uint32_t begin, uint32_t end, bool final) {
    const uint8_t *t = k->tile;
    uint32_t record = begin, fields = 1, at = begin;
    part->used = 0;
    part->records = part->damaged = part->fields = 0;
    part->end = begin;
    if (!room(k, part)) {
        part->failed = true;
        return;
    }
    uint32_t *starts = part->starts;
    starts[0] = begin;
    while (at < end) {
        uint64_t bits = marks(t + at, k->delimiter);
        if (end - at < 64)
            bits &= ~(uint64_t)0 >> (64 - (end - at));
        uint32_t next = at + 64;
        while (bits) {
            const uint32_t place = at + (uint32_t)__builtin_ctzll(bits);
            const uint8_t mark = t[place];
            bits &= bits - 1;
            if (mark == k->delimiter) {
                if (fields < k->width)
                    starts[fields] = place + 1;
                fields++;
                continue;
            }
            if (mark == '"') {
                if (fields > k->width || place != starts[fields - 1])
                    continue;
                const uint32_t after = quoted(k, part, record, end, final);
                if (after == UINT32_MAX)
                    return;
                next = after;
                bits = 0;
            } else {
                close_record(k, part, record, place, fields, false);
            }
            record = mark == '"' ? next : place + 1;
            part->end = record < end ? record : end;
            fields = 1;
            if (!room(k, part)) {
                part->failed = true;
                return;
            }
            starts = part->starts + part->used;
            starts[0] = record;
        }
        at = next;
    }
    if (final && record < end) {
        close_record(k, part, record, end, fields, false);
        part->end = end;
    }
}

/* The first place from `from` on where SURE_RECORDS lines in a row have all fields and no quote; `end` if there is none. */
uint32_t find_cut(const Kernel *k, uint32_t from, uint32_t end) {
    uint32_t sure = 0, cut = end;
    const uint8_t *feed = memchr(k->tile + from, '\n', end - from);
    for (int tries = 0; feed && tries < TRIES; tries++) {
        const uint32_t begin = (uint32_t)(feed - k->tile) + 1;
        feed = begin < end ? memchr(k->tile + begin, '\n', end - begin) : NULL;
        if (!feed)
            break;
        uint32_t fields = 1;
        for (const uint8_t *p = k->tile + begin; p < feed; p++)
            fields = *p == '"' ? UINT32_MAX / 2 : fields + (*p == k->delimiter);
        if (fields != k->width) {
            sure = 0;
            continue;
        }
        if (!sure)
            cut = begin;
        if (++sure == SURE_RECORDS)
            return cut;
    }
    return end;
}
