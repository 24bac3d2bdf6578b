/* sandbox_arrow.h - reads and writes Arrow IPC streams in plain C99, for models that run in the Sandbox domain.
 *
 * A model is a program: it reads one Arrow stream from standard input, gets its parameters as JSON in argv[1],
 * trained parameters (if it declared that it needs them) on file descriptor 3, and writes one Arrow stream to
 * standard output. Nothing else exists: no files, no network, a fixed clock.
 *
 *   static sb_reader in;
 *   if (sb_open(&in, 0)) return 1;
 *   int delay = sb_column(&in, "delay");
 *   while (sb_next(&in) > 0) { sb_doubles(&in, delay, values, valid); ... }
 *
 * Column types read: bool, int8..64, uint8..64, float, double, utf8, large utf8, date32/64, timestamp, decimal128,
 * and utf8 behind a dictionary. Every offset of the stream is checked against its bounds.
 * Written: utf8, int64, float64. SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ARROW_H
#define SANDBOX_ARROW_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SB_MAX_COLUMNS 256
#define SB_MAX_BODY (1u << 30)

/* ---------------------------------------------------------------- bytes in and out */

static int sb_read_all(int fd, void *target, size_t count) { /* 1 all read, 0 clean end before the first byte, -1 error */
    size_t done = 0;
    while (done < count) {
        ssize_t got = read(fd, (char *)target + done, count - done);
        if (got < 0) return -1;
        if (got == 0) return done == 0 ? 0 : -1;
        done += (size_t)got;
    }
    return 1;
}

static int sb_write_all(int fd, const void *source, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t put = write(fd, (const char *)source + done, count - done);
        if (put <= 0) return -1;
        done += (size_t)put;
    }
    return 0;
}

/* ---------------------------------------------------------------- flatbuffers, reading */

typedef struct { const uint8_t *data; size_t size; } sb_bytes;

static int sb_get(sb_bytes b, size_t at, size_t width, void *value) {
    if (at > b.size || width > b.size - at) { memset(value, 0, width); return -1; }
    memcpy(value, b.data + at, width);
    return 0;
}
static uint16_t sb_u16(sb_bytes b, size_t at) { uint16_t v; sb_get(b, at, 2, &v); return v; }
static uint32_t sb_u32(sb_bytes b, size_t at) { uint32_t v; sb_get(b, at, 4, &v); return v; }
static int64_t sb_i64(sb_bytes b, size_t at) { int64_t v; sb_get(b, at, 8, &v); return v; }

/* Position of a table's field, 0 when absent. */
static size_t sb_field_at(sb_bytes b, size_t table, int index) {
    int32_t back = (int32_t)sb_u32(b, table);
    int64_t vtable = (int64_t)table - back;
    if (table == 0 || vtable < 0 || (uint64_t)vtable + 4 > b.size) return 0;
    size_t slot = 4 + 2 * (size_t)index;
    if (slot + 2 > sb_u16(b, (size_t)vtable)) return 0;
    uint16_t offset = sb_u16(b, (size_t)vtable + slot);
    return offset == 0 ? 0 : table + offset;
}
static size_t sb_follow(sb_bytes b, size_t at) { /* a table, vector or string behind an offset; 0 when absent or outside */
    if (at == 0) return 0;
    size_t target = at + sb_u32(b, at);
    return target > at && target + 4 <= b.size ? target : 0;
}
static size_t sb_child(sb_bytes b, size_t table, int index) { return sb_follow(b, sb_field_at(b, table, index)); }
static int64_t sb_scalar(sb_bytes b, size_t table, int index, int width, int64_t otherwise) {
    size_t at = sb_field_at(b, table, index);
    if (at == 0) return otherwise;
    switch (width) {
    case 1: { uint8_t v; sb_get(b, at, 1, &v); return v; }
    case 2: return (int16_t)sb_u16(b, at);
    case 4: return (int32_t)sb_u32(b, at);
    default: return sb_i64(b, at);
    }
}

/* ---------------------------------------------------------------- reader */

enum { SB_NONE, SB_BOOL, SB_INT, SB_UINT, SB_FLOAT, SB_UTF8, SB_LARGE_UTF8, SB_DATE, SB_TIMESTAMP, SB_DECIMAL };

typedef struct {
    char name[128];
    int type;             /* one of SB_... */
    int width;            /* bytes of a value; 0 for bool and text */
    double scale;         /* a stored value times this is the number: decimals; for dates and timestamps, seconds since 1970 */
    int64_t dictionary;   /* id, or -1 */
    int index_width, index_signed;
    int dictionary_slot;
    /* the current batch */
    const uint8_t *validity, *values, *text;
    size_t values_size, text_size;
} sb_column_info;

typedef struct { int64_t id; uint8_t *body; const uint8_t *offsets, *text; size_t text_size; int wide; int64_t count; } sb_dictionary;

typedef struct {
    int fd, columns, dictionaries;
    int64_t rows;         /* rows of the current batch */
    sb_column_info column[SB_MAX_COLUMNS];
    sb_dictionary dictionary[SB_MAX_COLUMNS];
    uint8_t *meta, *body;
    size_t meta_capacity, body_capacity;
} sb_reader;

static int sb_grow(uint8_t **buffer, size_t *capacity, size_t size) {
    if (size <= *capacity) return 0;
    free(*buffer);
    *buffer = (uint8_t *)malloc(size);
    *capacity = *buffer ? size : 0;
    return *buffer ? 0 : -1;
}

/* Frees what a reader holds. */
static void sb_close(sb_reader *r) {
    for (int i = 0; i < r->dictionaries; i++) free(r->dictionary[i].body);
    free(r->meta);
    free(r->body);
    memset(r, 0, sizeof *r);
}

/* Reads one message whose first word was read. 1 and its header table, kind and body; 0 at the end of the stream; -1 on error. */
static int sb_message_at(sb_reader *r, uint32_t word, sb_bytes *meta, size_t *header, int *kind, size_t *body_size) {
    uint32_t size;
    if (word == 0xFFFFFFFFu) { if (sb_read_all(r->fd, &size, 4) != 1) return -1; } else size = word;
    if (size == 0) return 0;
    if (size > (1u << 24) || sb_grow(&r->meta, &r->meta_capacity, size)) return -1;
    if (sb_read_all(r->fd, r->meta, size) != 1) return -1;
    meta->data = r->meta;
    meta->size = size;
    size_t message = sb_u32(*meta, 0);
    if (message == 0 || message + 4 > size) return -1;
    *kind = (int)sb_scalar(*meta, message, 1, 1, 0);
    *header = sb_child(*meta, message, 2);
    int64_t length = sb_scalar(*meta, message, 3, 8, 0);
    if (*header == 0 || length < 0 || length > SB_MAX_BODY) return -1;
    *body_size = (size_t)length;
    if (sb_grow(&r->body, &r->body_capacity, *body_size ? *body_size : 1)) return -1;
    return *body_size == 0 || sb_read_all(r->fd, r->body, *body_size) == 1 ? 1 : -1;
}

static int sb_message(sb_reader *r, sb_bytes *meta, size_t *header, int *kind, size_t *body_size) {
    uint32_t word;
    if (sb_read_all(r->fd, &word, 4) != 1) return -1; /* a stream without its end mark was cut off */
    return sb_message_at(r, word, meta, header, kind, body_size);
}

static const double sb_units[4] = { 1.0, 1e-3, 1e-6, 1e-9 };

static int sb_schema_field(sb_bytes m, size_t field, sb_column_info *c) {
    memset(c, 0, sizeof *c);
    c->scale = 1;
    c->dictionary = -1;
    size_t name = sb_child(m, field, 0), type = sb_child(m, field, 3), encoding = sb_child(m, field, 4);
    if (name) {
        uint32_t length = sb_u32(m, name);
        if (length >= sizeof c->name || name + 4 + length > m.size) return -1;
        memcpy(c->name, m.data + name + 4, length);
    }
    int64_t unit;
    switch (sb_scalar(m, field, 2, 1, 0)) {
    case 2:
        c->width = (int)sb_scalar(m, type, 0, 4, 0) / 8;
        c->type = sb_scalar(m, type, 1, 1, 0) ? SB_INT : SB_UINT;
        break;
    case 3:
        c->type = SB_FLOAT;
        switch (sb_scalar(m, type, 0, 2, 0)) { case 1: c->width = 4; break; case 2: c->width = 8; break; default: return -1; }
        break;
    case 5: c->type = SB_UTF8; break;
    case 20: c->type = SB_LARGE_UTF8; break;
    case 6: c->type = SB_BOOL; break;
    case 7:
        c->type = SB_DECIMAL;
        c->width = (int)sb_scalar(m, type, 2, 4, 128) / 8;
        c->scale = pow(10, -(double)sb_scalar(m, type, 1, 4, 0));
        if (c->width != 16) return -1;
        break;
    case 8:
        unit = sb_scalar(m, type, 0, 2, 1);
        c->type = SB_DATE;
        c->width = unit == 0 ? 4 : 8;
        c->scale = unit == 0 ? 86400.0 : 1e-3;
        break;
    case 10:
        unit = sb_scalar(m, type, 0, 2, 0);
        if (unit < 0 || unit > 3) return -1;
        c->type = SB_TIMESTAMP;
        c->width = 8;
        c->scale = sb_units[unit];
        break;
    default: return -1;
    }
    if ((c->type == SB_INT || c->type == SB_UINT) && c->width != 1 && c->width != 2 && c->width != 4 && c->width != 8) return -1;
    if (encoding) {
        if (c->type != SB_UTF8 && c->type != SB_LARGE_UTF8) return -1;
        size_t index = sb_child(m, encoding, 1);
        c->dictionary = sb_scalar(m, encoding, 0, 8, 0);
        c->index_width = index ? (int)sb_scalar(m, index, 0, 4, 32) / 8 : 4;
        c->index_signed = index ? (int)sb_scalar(m, index, 1, 1, 0) : 1;
        if (c->index_width != 1 && c->index_width != 2 && c->index_width != 4 && c->index_width != 8) return -1;
    }
    return 0;
}

/* Reads the schema; `first` is the first word of the stream, which was read already. */
static int sb_open_at(sb_reader *r, int fd, uint32_t first) {
    memset(r, 0, sizeof *r);
    r->fd = fd;
    sb_bytes m;
    size_t schema, body;
    int kind;
    if (sb_message_at(r, first, &m, &schema, &kind, &body) != 1 || kind != 1) return -1;
    if (sb_scalar(m, schema, 0, 2, 0) != 0) return -1; /* big-endian */
    size_t fields = sb_child(m, schema, 1);
    uint32_t count = fields ? sb_u32(m, fields) : 0;
    if (count > SB_MAX_COLUMNS) return -1;
    for (uint32_t i = 0; i < count; i++) {
        size_t field = sb_follow(m, fields + 4 + 4 * (size_t)i);
        sb_column_info *c = &r->column[i];
        if (field == 0 || sb_schema_field(m, field, c)) return -1;
        if (c->dictionary >= 0) {
            int slot = 0;
            while (slot < r->dictionaries && r->dictionary[slot].id != c->dictionary) slot++;
            if (slot == r->dictionaries) {
                r->dictionary[slot].id = c->dictionary;
                r->dictionary[slot].wide = c->type == SB_LARGE_UTF8;
                r->dictionaries++;
            }
            c->dictionary_slot = slot;
        }
    }
    r->columns = (int)count;
    return 0;
}

/* Opens a stream and reads its schema. 0, or -1 when it is not an Arrow stream of the supported types. */
static int sb_open(sb_reader *r, int fd) {
    uint32_t first;
    return sb_read_all(fd, &first, 4) == 1 ? sb_open_at(r, fd, first) : -1;
}

/* For a reduce step, whose input are the streams of all partitions one after the other: opens the next one.
 * 1 it is open, 0 there is none, -1 it is not an Arrow stream. Start with a zeroed reader; read each stream to its end. */
static int sb_more(sb_reader *r, int fd) {
    uint32_t first;
    int got = sb_read_all(fd, &first, 4);
    if (got <= 0) return got;
    sb_close(r);
    return sb_open_at(r, fd, first) ? -1 : 1;
}

/* Index of a column by name, -1 when the stream has none. */
static int sb_column(const sb_reader *r, const char *name) {
    for (int i = 0; i < r->columns; i++)
        if (strcmp(r->column[i].name, name) == 0) return i;
    return -1;
}

typedef struct { sb_bytes meta; size_t nodes, buffers; uint32_t node_count, buffer_count, node, buffer; const uint8_t *body; size_t body_size; } sb_batch;

static int sb_batch_open(sb_reader *r, sb_batch *b, sb_bytes m, size_t header, size_t body_size, int64_t *rows) {
    if (sb_child(m, header, 3)) return -1; /* compressed */
    *rows = sb_scalar(m, header, 0, 8, 0);
    b->meta = m;
    b->nodes = sb_child(m, header, 1);
    b->buffers = sb_child(m, header, 2);
    b->node_count = b->nodes ? sb_u32(m, b->nodes) : 0;
    b->buffer_count = b->buffers ? sb_u32(m, b->buffers) : 0;
    b->node = b->buffer = 0;
    b->body = r->body;
    b->body_size = body_size;
    return *rows < 0 || *rows > 0x7FFFFFFF || b->node_count > m.size / 16 || b->buffer_count > m.size / 16 ? -1 : 0;
}
static int sb_batch_node(sb_batch *b, int64_t rows, int64_t *nulls) {
    if (b->node >= b->node_count) return -1;
    size_t at = b->nodes + 4 + 16 * (size_t)b->node++;
    *nulls = sb_i64(b->meta, at + 8);
    return sb_i64(b->meta, at) == rows ? 0 : -1;
}
static int sb_batch_buffer(sb_batch *b, const uint8_t **data, size_t *size) {
    if (b->buffer >= b->buffer_count) return -1;
    size_t at = b->buffers + 4 + 16 * (size_t)b->buffer++;
    int64_t offset = sb_i64(b->meta, at), length = sb_i64(b->meta, at + 8);
    if (offset < 0 || length < 0 || (uint64_t)offset > b->body_size || (uint64_t)length > b->body_size - (size_t)offset) return -1;
    *data = b->body + offset;
    *size = (size_t)length;
    return 0;
}

static int64_t sb_offset(const uint8_t *offsets, int wide, int64_t index) {
    if (wide) { int64_t v; memcpy(&v, offsets + 8 * index, 8); return v; }
    int32_t v;
    memcpy(&v, offsets + 4 * index, 4);
    return v;
}
static int sb_offsets_hold(const uint8_t *offsets, size_t size, int wide, int64_t rows, size_t text_size) {
    if (rows == 0) return 1;
    if (size < (size_t)(rows + 1) * (wide ? 8 : 4)) return 0;
    int64_t last = 0;
    for (int64_t i = 0; i <= rows; i++) {
        int64_t next = sb_offset(offsets, wide, i);
        if (next < last || (uint64_t)next > text_size) return 0;
        last = next;
    }
    return 1;
}

static int sb_take_dictionary(sb_reader *r, sb_bytes m, size_t header, size_t body_size) {
    int64_t id = sb_scalar(m, header, 0, 8, 0), rows, nulls;
    size_t batch = sb_child(m, header, 1), validity_size, offsets_size;
    const uint8_t *validity;
    sb_batch b;
    if (batch == 0 || sb_scalar(m, header, 2, 1, 0)) return -1; /* delta dictionaries are not written by the domain */
    for (int i = 0; i < r->dictionaries; i++) {
        sb_dictionary *d = &r->dictionary[i];
        if (d->id != id) continue;
        if (sb_batch_open(r, &b, m, batch, body_size, &rows) || sb_batch_node(&b, rows, &nulls) || sb_batch_buffer(&b, &validity, &validity_size)
            || sb_batch_buffer(&b, &d->offsets, &offsets_size) || sb_batch_buffer(&b, &d->text, &d->text_size)
            || !sb_offsets_hold(d->offsets, offsets_size, d->wide, rows, d->text_size)) return -1;
        d->count = rows;
        free(d->body);
        d->body = r->body; /* the dictionary keeps this body; the next message gets a fresh one */
        r->body = NULL;
        r->body_capacity = 0;
        return 0;
    }
    return -1;
}

/* Moves to the next batch: 1 there is one, 0 the stream ended, -1 it is damaged. */
static int sb_next(sb_reader *r) {
    for (;;) {
        sb_bytes m;
        size_t header, body_size;
        int kind, got = sb_message(r, &m, &header, &kind, &body_size);
        if (got <= 0) return got;
        if (kind == 2) { if (sb_take_dictionary(r, m, header, body_size)) return -1; continue; }
        if (kind != 3) return -1;
        sb_batch b;
        if (sb_batch_open(r, &b, m, header, body_size, &r->rows)) return -1;
        for (int i = 0; i < r->columns; i++) {
            sb_column_info *c = &r->column[i];
            size_t validity_size, need;
            int64_t nulls, rows = r->rows;
            if (sb_batch_node(&b, rows, &nulls) || sb_batch_buffer(&b, &c->validity, &validity_size) || sb_batch_buffer(&b, &c->values, &c->values_size)) return -1;
            if (nulls == 0 || validity_size == 0) c->validity = NULL;
            else if (validity_size < (size_t)(rows + 7) / 8) return -1;
            if (c->dictionary >= 0) {
                if (c->values_size < (size_t)rows * (size_t)c->index_width) return -1;
                continue;
            }
            if (c->type == SB_UTF8 || c->type == SB_LARGE_UTF8) {
                if (sb_batch_buffer(&b, &c->text, &c->text_size) || !sb_offsets_hold(c->values, c->values_size, c->type == SB_LARGE_UTF8, rows, c->text_size)) return -1;
                continue;
            }
            need = c->type == SB_BOOL ? (size_t)(rows + 7) / 8 : (size_t)rows * (size_t)c->width;
            if (c->values_size < need) return -1;
        }
        return 1;
    }
}

static int sb_is_null(const sb_reader *r, int column, int64_t row) {
    const uint8_t *validity = r->column[column].validity;
    return validity && !(validity[row >> 3] >> (row & 7) & 1);
}

/* Text of a row; NULL when it is missing or the column is not text. Not terminated; lives until the next sb_next. */
static const char *sb_text(const sb_reader *r, int column, int64_t row, size_t *length) {
    const sb_column_info *c = &r->column[column];
    *length = 0;
    if (sb_is_null(r, column, row) || (c->type != SB_UTF8 && c->type != SB_LARGE_UTF8)) return NULL;
    const uint8_t *offsets = c->values, *text = c->text;
    int wide = c->type == SB_LARGE_UTF8;
    if (c->dictionary >= 0) {
        const sb_dictionary *d = &r->dictionary[c->dictionary_slot];
        uint64_t index = 0;
        memcpy(&index, c->values + row * c->index_width, (size_t)c->index_width);
        if (!d->body || index >= (uint64_t)d->count) return NULL;
        offsets = d->offsets;
        text = d->text;
        wide = d->wide;
        row = (int64_t)index;
    }
    int64_t start = sb_offset(offsets, wide, row), end = sb_offset(offsets, wide, row + 1);
    *length = (size_t)(end - start);
    return (const char *)text + start;
}

/* A number at the start of a text ("500-750" gives 500); 0 when there is none. */
static int sb_text_number(const char *text, size_t length, double *value) {
    size_t i = 0;
    double number = 0, unit = 1;
    int digits = 0, negative = 0;
    if (i < length && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
    for (; i < length && text[i] >= '0' && text[i] <= '9'; i++, digits++) number = number * 10 + (text[i] - '0');
    if (i < length && text[i] == '.')
        for (i++; i < length && text[i] >= '0' && text[i] <= '9'; i++, digits++) number += (text[i] - '0') * (unit /= 10);
    *value = negative ? -number : number;
    return digits > 0;
}

#define SB_COPY(kind) do { const kind *v = (const kind *)c->values; for (int64_t i = 0; i < n; i++) out[i] = (double)v[i]; } while (0)

/* All values of a column in the current batch as doubles: numbers as they are, decimals scaled, dates and timestamps in
 * seconds since 1970, bools as 0 or 1, text by the number it starts with. valid[i] is 0 where there is none (out[i] is then 0). */
static void sb_doubles(const sb_reader *r, int column, double *out, uint8_t *valid) {
    const sb_column_info *c = &r->column[column];
    int64_t n = r->rows;
    if (c->type == SB_UTF8 || c->type == SB_LARGE_UTF8) {
        for (int64_t i = 0; i < n; i++) {
            size_t length;
            const char *text = sb_text(r, column, i, &length);
            out[i] = 0;
            valid[i] = text && sb_text_number(text, length, &out[i]);
        }
        return;
    }
    if (c->validity) for (int64_t i = 0; i < n; i++) valid[i] = c->validity[i >> 3] >> (i & 7) & 1;
    else memset(valid, 1, (size_t)n);
    switch (c->type) {
    case SB_BOOL: for (int64_t i = 0; i < n; i++) out[i] = c->values[i >> 3] >> (i & 7) & 1; break;
    case SB_FLOAT: if (c->width == 4) SB_COPY(float); else SB_COPY(double); break;
    case SB_UINT:
        switch (c->width) { case 1: SB_COPY(uint8_t); break; case 2: SB_COPY(uint16_t); break; case 4: SB_COPY(uint32_t); break; default: SB_COPY(uint64_t); break; }
        break;
    case SB_DECIMAL:
        for (int64_t i = 0; i < n; i++) {
            uint64_t low; int64_t high;
            memcpy(&low, c->values + 16 * i, 8);
            memcpy(&high, c->values + 16 * i + 8, 8);
            out[i] = (double)high * 18446744073709551616.0 + (double)low;
        }
        break;
    default:
        switch (c->width) { case 1: SB_COPY(int8_t); break; case 2: SB_COPY(int16_t); break; case 4: SB_COPY(int32_t); break; default: SB_COPY(int64_t); break; }
        break;
    }
    if (c->scale != 1) for (int64_t i = 0; i < n; i++) out[i] *= c->scale;
    if (c->validity) for (int64_t i = 0; i < n; i++) if (!valid[i]) out[i] = 0;
}

/* ---------------------------------------------------------------- parameters */

/* A number of a flat JSON object such as argv[1]; `otherwise` when it is absent. The domain has checked the object already. */
static double sb_parameter(const char *json, const char *name, double otherwise) {
    size_t length = strlen(name);
    for (const char *at = json; at && (at = strchr(at, '"')); at++) {
        if (strncmp(at + 1, name, length) == 0 && at[length + 1] == '"' && at[length + 2] == ':') return strtod(at + length + 3, NULL);
        at = strchr(at + 1, '"');
        if (!at) break;
    }
    return otherwise;
}

/* ---------------------------------------------------------------- writer */

typedef struct { const char *name; int type; /* SB_UTF8, SB_INT (int64) or SB_FLOAT (double) */ const void *values; /* const char* const*, const int64_t*, const double* */ } sb_output;

/* A flatbuffer is built from its end towards its start. Positions count from the end. */
typedef struct { uint8_t *data; size_t capacity, size; int failed; } sb_builder;

static void sb_prepend(sb_builder *b, const void *bytes, size_t count) {
    if (b->failed) return;
    if (b->size + count > b->capacity) {
        size_t capacity = (b->size + count) * 2 + 1024;
        uint8_t *data = (uint8_t *)malloc(capacity);
        if (!data) { b->failed = 1; return; }
        memcpy(data + capacity - b->size, b->data + b->capacity - b->size, b->size);
        free(b->data);
        b->data = data;
        b->capacity = capacity;
    }
    b->size += count;
    if (bytes) memcpy(b->data + b->capacity - b->size, bytes, count);
    else memset(b->data + b->capacity - b->size, 0, count);
}
static void sb_align(sb_builder *b, size_t width, size_t upcoming) { while ((b->size + upcoming) % width) sb_prepend(b, NULL, 1); }
static void sb_put_offset(sb_builder *b, size_t target) {
    sb_align(b, 4, 0);
    uint32_t relative = (uint32_t)(b->size + 4 - target);
    sb_prepend(b, &relative, 4);
}
static size_t sb_put_string(sb_builder *b, const char *text) {
    uint32_t length = (uint32_t)strlen(text);
    sb_align(b, 4, length + 1);
    sb_prepend(b, NULL, 1);
    sb_prepend(b, text, length);
    sb_prepend(b, &length, 4);
    return b->size;
}
typedef struct { size_t at[8]; size_t start; } sb_table;
static void sb_table_begin(sb_builder *b, sb_table *t) { memset(t, 0, sizeof *t); t->start = b->size; }
static void sb_slot_offset(sb_builder *b, sb_table *t, int slot, size_t target) { if (target) { sb_put_offset(b, target); t->at[slot] = b->size; } }
static void sb_slot(sb_builder *b, sb_table *t, int slot, const void *value, size_t width) {
    sb_align(b, width, 0);
    sb_prepend(b, value, width);
    t->at[slot] = b->size;
}
static size_t sb_table_end(sb_builder *b, sb_table *t, int slots) {
    sb_align(b, 4, 0);
    sb_prepend(b, NULL, 4); /* distance to the vtable, written below */
    size_t table = b->size;
    uint16_t entries[10];
    entries[0] = (uint16_t)(4 + 2 * slots);
    entries[1] = (uint16_t)(table - t->start);
    for (int i = 0; i < slots; i++) entries[2 + i] = (uint16_t)(t->at[i] ? table - t->at[i] : 0);
    sb_prepend(b, entries, (size_t)entries[0]);
    int32_t distance = (int32_t)(b->size - table);
    if (!b->failed) memcpy(b->data + b->capacity - table, &distance, 4);
    return table;
}
static int sb_flush(sb_builder *b, int fd, uint8_t kind, size_t header, int64_t body) {
    sb_table t;
    int16_t version = 4; /* V5 */
    sb_table_begin(b, &t);
    sb_slot(b, &t, 3, &body, 8);
    sb_slot_offset(b, &t, 2, header);
    sb_slot(b, &t, 0, &version, 2);
    sb_slot(b, &t, 1, &kind, 1);
    size_t message = sb_table_end(b, &t, 4);
    sb_align(b, 8, 4);
    sb_put_offset(b, message);
    uint32_t prefix[2] = { 0xFFFFFFFFu, (uint32_t)b->size };
    int result = b->failed || sb_write_all(fd, prefix, 8) || sb_write_all(fd, b->data + b->capacity - b->size, b->size) ? -1 : 0;
    free(b->data);
    return result;
}

static int sb_write_schema(int fd, const sb_output *columns, int count) {
    sb_builder b = { 0 };
    size_t fields[SB_MAX_COLUMNS];
    sb_table t;
    for (int i = count - 1; i >= 0; i--) {
        uint8_t kind = columns[i].type == SB_UTF8 ? 5 : columns[i].type == SB_INT ? 2 : 3, yes = 1;
        int32_t bits = 64;
        int16_t precision = 2;
        sb_table_begin(&b, &t);
        if (kind == 2) { sb_slot(&b, &t, 0, &bits, 4); sb_slot(&b, &t, 1, &yes, 1); }
        if (kind == 3) sb_slot(&b, &t, 0, &precision, 2);
        size_t type = sb_table_end(&b, &t, kind == 2 ? 2 : kind == 3 ? 1 : 0);
        size_t name = sb_put_string(&b, columns[i].name);
        uint32_t none = 0;
        sb_align(&b, 4, 0);
        sb_prepend(&b, &none, 4);
        size_t children = b.size;
        sb_table_begin(&b, &t);
        sb_slot_offset(&b, &t, 0, name);
        sb_slot_offset(&b, &t, 3, type);
        sb_slot_offset(&b, &t, 5, children);
        sb_slot(&b, &t, 1, &yes, 1);
        sb_slot(&b, &t, 2, &kind, 1);
        fields[i] = sb_table_end(&b, &t, 6);
    }
    sb_align(&b, 4, 0);
    for (int i = count - 1; i >= 0; i--) sb_put_offset(&b, fields[i]);
    uint32_t number = (uint32_t)count;
    sb_prepend(&b, &number, 4);
    size_t vector = b.size;
    sb_table_begin(&b, &t);
    sb_slot_offset(&b, &t, 1, vector);
    size_t schema = sb_table_end(&b, &t, 2);
    return sb_flush(&b, fd, 1, schema, 0);
}

static size_t sb_padded(size_t size) { return (size + 7) & ~(size_t)7; }

static int sb_write_batch(int fd, const sb_output *columns, int count, int64_t rows) {
    int64_t nodes[SB_MAX_COLUMNS][2], buffers[3 * SB_MAX_COLUMNS][2];
    size_t size = 0;
    int used = 0;
    for (int i = 0; i < count; i++) {
        nodes[i][0] = rows;
        nodes[i][1] = 0;
        buffers[used][0] = (int64_t)size;
        buffers[used++][1] = 0;
        size_t length = columns[i].type == SB_UTF8 ? 4 * (size_t)(rows + 1) : 8 * (size_t)rows;
        buffers[used][0] = (int64_t)size;
        buffers[used++][1] = (int64_t)length;
        size += sb_padded(length);
        if (columns[i].type == SB_UTF8) {
            size_t text = 0;
            for (int64_t row = 0; row < rows; row++) text += strlen(((const char *const *)columns[i].values)[row]);
            if (text > 0x7FFFFFFF) return -1;
            buffers[used][0] = (int64_t)size;
            buffers[used++][1] = (int64_t)text;
            size += sb_padded(text);
        }
    }
    uint8_t *body = (uint8_t *)calloc(1, size ? size : 1);
    if (!body) return -1;
    used = 0;
    for (int i = 0; i < count; i++) {
        uint8_t *values = body + buffers[++used][0];
        used++;
        if (columns[i].type != SB_UTF8) { memcpy(values, columns[i].values, 8 * (size_t)rows); continue; }
        uint8_t *text = body + buffers[used++][0];
        int32_t offset = 0;
        for (int64_t row = 0; row < rows; row++) {
            const char *value = ((const char *const *)columns[i].values)[row];
            size_t length = strlen(value);
            memcpy(values + 4 * row, &offset, 4);
            memcpy(text + offset, value, length);
            offset += (int32_t)length;
        }
        memcpy(values + 4 * rows, &offset, 4);
    }
    sb_builder b = { 0 };
    uint32_t number = (uint32_t)used;
    sb_align(&b, 8, 0);
    sb_prepend(&b, buffers, 16 * (size_t)used);
    sb_prepend(&b, &number, 4);
    size_t buffer_vector = b.size;
    number = (uint32_t)count;
    sb_align(&b, 8, 0);
    sb_prepend(&b, nodes, 16 * (size_t)count);
    sb_prepend(&b, &number, 4);
    size_t node_vector = b.size;
    sb_table t;
    sb_table_begin(&b, &t);
    sb_slot(&b, &t, 0, &rows, 8);
    sb_slot_offset(&b, &t, 1, node_vector);
    sb_slot_offset(&b, &t, 2, buffer_vector);
    size_t header = sb_table_end(&b, &t, 3);
    int result = sb_flush(&b, fd, 3, header, (int64_t)size);
    if (result == 0) result = sb_write_all(fd, body, size);
    free(body);
    return result;
}

/* Writes a whole stream of one batch. 0, or -1. */
static int sb_write_table(int fd, const sb_output *columns, int count, int64_t rows) {
    static const uint32_t end[2] = { 0xFFFFFFFFu, 0 };
    return count < 1 || count > SB_MAX_COLUMNS || sb_write_schema(fd, columns, count) || sb_write_batch(fd, columns, count, rows) || sb_write_all(fd, end, 8) ? -1 : 0;
}

/* Silences warnings about helpers that a model does not use. */
__attribute__((unused)) static const void *const sb_all[] = {
    (const void *)sb_open, (const void *)sb_more, (const void *)sb_column, (const void *)sb_next, (const void *)sb_text, (const void *)sb_doubles,
    (const void *)sb_parameter, (const void *)sb_write_table, (const void *)sb_text_number };

#endif
