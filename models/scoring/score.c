/* The reviewed scoring module: scores every row with parameters that an operating unit brought (descriptor 3) and gives, per group and band of the score, how many rows there
 * are and their mean score. A score of one row is never written by itself. Rows without a group's value or without a score are left out; how many goes to the held messages.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "form.h"

#define MOST_CELLS 32768 /* groups times bands */
#define SLOTS (2 * MOST_CELLS)
#define KEY 256

typedef struct { char *key[MOST_GROUPS]; int64_t band, rows; double *sum; } cell;

static form f;
static cell *cells[SLOTS];
static int used;

static int same(const cell *c, char key[MOST_GROUPS][KEY], int64_t band) {
    if (c->band != band) return 0;
    for (int g = 0; g < f.h.groups; g++) if (strcmp(c->key[g], key[g]) != 0) return 0;
    return 1;
}

static cell *find(char key[MOST_GROUPS][KEY], int64_t band) {
    uint32_t hash = 2166136261u ^ (uint32_t)band;
    for (int g = 0; g < f.h.groups; g++)
        for (const char *p = key[g];; p++) { hash = (hash ^ (uint8_t)*p) * 16777619u; if (!*p) break; }
    for (uint32_t at = hash;; at++) {
        cell **slot = &cells[at & (SLOTS - 1)];
        if (*slot && same(*slot, key, band)) return *slot;
        if (*slot) continue;
        cell *c = used == MOST_CELLS ? NULL : (cell *)calloc(1, sizeof *c);
        if (!c || !(c->sum = (double *)calloc((size_t)f.h.outputs, sizeof(double)))) return NULL;
        for (int g = 0; g < f.h.groups; g++) if (!(c->key[g] = strdup(key[g]))) return NULL;
        c->band = band;
        used++;
        return *slot = c;
    }
}

static int by_key(const void *a, const void *b) {
    const cell *x = *(cell *const *)a, *y = *(cell *const *)b;
    for (int g = 0; g < f.h.groups; g++) {
        int order = strcmp(x->key[g], y->key[g]);
        if (order) return order;
    }
    return (x->band > y->band) - (x->band < y->band);
}

/* The value of a group as text: 1 it is there, 0 it is missing, -1 it is too long. */
static int group_text(const sb_reader *in, int column, const double *values, const uint8_t *valid, int64_t row, char *key) {
    int type = in->column[column].type;
    if (type != SB_UTF8 && type != SB_LARGE_UTF8) {
        if (valid[row]) snprintf(key, KEY, "%lld", (long long)values[row]);
        return valid[row];
    }
    size_t length;
    const char *text = sb_text(in, column, row, &length);
    if (!text) return 0;
    if (length >= KEY || memchr(text, 0, length)) return -1;
    memcpy(key, text, length);
    key[length] = 0;
    return 1;
}

static int write_cells(void) {
    int count = 0, columns = 0;
    for (int i = 0; i < SLOTS; i++) if (cells[i]) cells[count++] = cells[i];
    qsort(cells, (size_t)count, sizeof cells[0], by_key);
    static char names[MOST_OUTPUTS][32];
    static sb_output output[MOST_GROUPS + 2 + MOST_OUTPUTS];
    for (int g = 0; g < f.h.groups; g++) {
        const char **texts = (const char **)malloc(sizeof(char *) * (size_t)(count + 1));
        if (!texts) return 4;
        for (int i = 0; i < count; i++) texts[i] = cells[i]->key[g];
        output[columns++] = (sb_output){ f.name[f.h.features + g], SB_UTF8, texts };
    }
    int64_t *bands = (int64_t *)malloc(8 * (size_t)(count + 1)), *rows = (int64_t *)malloc(8 * (size_t)(count + 1));
    if (!bands || !rows) return 4;
    for (int i = 0; i < count; i++) { bands[i] = cells[i]->band; rows[i] = cells[i]->rows; }
    if (f.h.bands) output[columns++] = (sb_output){ "band", SB_INT, bands };
    output[columns++] = (sb_output){ "rows", SB_INT, rows };
    int scores = f.h.outputs - f.h.first_score;
    for (int k = 0; k < scores; k++) {
        double *means = (double *)malloc(8 * (size_t)(count + 1));
        if (!means) return 4;
        for (int i = 0; i < count; i++) means[i] = cells[i]->sum[f.h.first_score + k] / (double)cells[i]->rows;
        if (scores == 1) strcpy(names[k], "score_mean"); else snprintf(names[k], sizeof names[k], "score_mean_%d", k);
        output[columns++] = (sb_output){ names[k], SB_FLOAT, means };
    }
    return sb_write_table(1, output, columns, count) ? 7 : 0;
}

int main(void) {
    static sb_reader in;
    if (form_open(&f)) { fputs("the parameters are missing or damaged\n", stderr); return 8; }
    if (sb_open(&in, 0)) { fputs("input is not an Arrow stream\n", stderr); return 2; }
    int columns = f.h.features + f.h.groups, column[MOST_FEATURES + MOST_GROUPS];
    for (int i = 0; i < columns; i++) {
        column[i] = sb_column(&in, f.name[i]);
        if (column[i] < 0) { fputs("input lacks a column\n", stderr); return 3; }
        int type = in.column[column[i]].type;
        if (i >= f.h.features && type != SB_UTF8 && type != SB_LARGE_UTF8 && type != SB_INT && type != SB_UINT && type != SB_BOOL) { fputs("a group is neither text nor whole number\n", stderr); return 3; }
    }

    double *values[MOST_FEATURES + MOST_GROUPS] = { 0 };
    uint8_t *valid[MOST_FEATURES + MOST_GROUPS] = { 0 };
    int64_t capacity = 0, left_out = 0;
    int more;
    while ((more = sb_next(&in)) > 0) {
        for (int i = 0; i < columns; i++) {
            if (in.rows > capacity) {
                free(values[i]);
                free(valid[i]);
                values[i] = (double *)malloc(8 * (size_t)in.rows);
                valid[i] = (uint8_t *)malloc((size_t)in.rows);
                if (!values[i] || !valid[i]) return 4;
            }
            sb_doubles(&in, column[i], values[i], valid[i]);
        }
        if (in.rows > capacity) capacity = in.rows;
        for (int64_t row = 0; row < in.rows; row++) {
            static char key[MOST_GROUPS][KEY];
            double x[MOST_FEATURES], out[MOST_OUTPUTS];
            int whole = 1;
            for (int g = 0; g < f.h.groups && whole > 0; g++) whole = group_text(&in, column[f.h.features + g], values[f.h.features + g], valid[f.h.features + g], row, key[g]);
            if (whole < 0) { fputs("a value of a group is too long\n", stderr); return 5; }
            for (int i = 0; i < f.h.features; i++) x[i] = valid[i][row] ? values[i][row] : NAN;
            form_score(&f, x, out);
            for (int k = f.h.first_score; k < f.h.outputs; k++) whole = whole && isfinite(out[k]);
            if (!whole) { left_out++; continue; }
            int64_t band = 0;
            while (band < f.h.bands && out[f.h.first_score] >= f.band[band]) band++;
            cell *c = find(key, band);
            if (!c) { fputs("too many groups\n", stderr); return 5; }
            c->rows++;
            for (int k = 0; k < f.h.outputs; k++) c->sum[k] += out[k];
        }
    }
    if (more < 0) { fputs("input is damaged\n", stderr); return 2; }
    if (used == 0) { fputs("no row has a score\n", stderr); return 5; }
    fprintf(stderr, "%lld rows were left out\n", (long long)left_out);
    return write_cells();
}
