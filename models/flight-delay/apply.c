/* Applies trained parameters to every flight and gives, per airport of departure, the number of flights and the share that is
 * expected to be late. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "flight.h"

#define GROUPS 16384 /* a power of two; at most half of it is used */

typedef struct { char name[32]; int64_t flights; double late; } group;

static group table[GROUPS];
static int used;

static group *find(const char *name, size_t length) {
    uint32_t hash = 2166136261u;
    if (length >= sizeof table[0].name) return NULL;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (uint8_t)name[i]) * 16777619u;
    for (uint32_t at = hash;; at++) {
        group *g = &table[at & (GROUPS - 1)];
        if (g->flights == 0) {
            if (used == GROUPS / 2) return NULL;
            used++;
            memcpy(g->name, name, length);
            return g;
        }
        if (memcmp(g->name, name, length) == 0 && g->name[length] == 0) return g;
    }
}

static int by_name(const void *a, const void *b) { return strcmp(((const group *)a)->name, ((const group *)b)->name); }

static int read_trained(double w[FEATURES]) {
    static sb_reader trained;
    int found = 0;
    if (sb_open(&trained, 3)) return -1;
    int name = sb_column(&trained, "name"), value = sb_column(&trained, "value");
    if (name < 0 || value < 0) return -1;
    while (sb_next(&trained) > 0) {
        double *values = (double *)malloc(8 * (size_t)trained.rows + 8);
        uint8_t *valid = (uint8_t *)malloc((size_t)trained.rows + 1);
        if (!values || !valid) return -1;
        sb_doubles(&trained, value, values, valid);
        for (int64_t i = 0; i < trained.rows; i++) {
            size_t length;
            const char *text = sb_text(&trained, name, i, &length);
            for (int f = 0; text && f < FEATURES; f++)
                if (strlen(feature_names[f]) == length && memcmp(feature_names[f], text, length) == 0 && valid[i] && isfinite(values[i])) { w[f] = values[i]; found |= 1 << f; }
        }
        free(values);
        free(valid);
    }
    return found == (1 << FEATURES) - 1 ? 0 : -1;
}

int main(void) {
    double w[FEATURES];
    if (read_trained(w)) { fputs("the trained parameters are missing or damaged\n", stderr); return 8; }
    static sb_reader in;
    if (sb_open(&in, 0)) { fputs("input is not an Arrow stream\n", stderr); return 2; }
    int date = sb_column(&in, "date"), origin = sb_column(&in, "origin"), distance = sb_column(&in, "distance");
    if (date < 0 || origin < 0 || distance < 0) { fputs("input lacks a column\n", stderr); return 3; }

    static hour_table hours;
    fill_hours(&hours);
    batch_arrays a = { 0 };
    int more;
    while ((more = sb_next(&in)) > 0) {
        if (fit_arrays(&a, in.rows)) return 4;
        read_hours(&in, date, a.number, a.number_valid, a.hours);
        sb_doubles(&in, distance, a.distance, a.distance_valid);
        for (int64_t i = 0; i < in.rows; i++) {
            size_t length;
            const char *name = sb_text(&in, origin, i, &length);
            if (!name || !a.distance_valid[i]) continue;
            group *g = find(name, length);
            if (!g) { fputs("too many airports\n", stderr); return 5; }
            g->flights++;
            g->late += 1 / (1 + exp(-(w[0] + w[1] * a.distance[i] / 1000 + w[2] * hours.sin[a.hours[i]] + w[3] * hours.cos[a.hours[i]])));
        }
    }
    if (more < 0) { fputs("input is damaged\n", stderr); return 2; }

    int count = 0;
    for (int i = 0; i < GROUPS; i++) if (table[i].flights) table[count++] = table[i];
    qsort(table, (size_t)count, sizeof table[0], by_name);
    static const char *names[GROUPS];
    static int64_t flights[GROUPS];
    static double share[GROUPS];
    for (int i = 0; i < count; i++) { names[i] = table[i].name; flights[i] = table[i].flights; share[i] = table[i].late / (double)table[i].flights; }
    sb_output output[3] = { { "origin", SB_UTF8, names }, { "flights", SB_INT, flights }, { "predicted_share", SB_FLOAT, share } };
    return sb_write_table(1, output, 3, count) ? 7 : 0;
}
