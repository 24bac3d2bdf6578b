/* Grouped statistic of a resident register: people, sum and mean of the monthly income by the first digits of the division code.
 * Partitionable: each partition of the rows gives such a table, and the reduce step adds up the tables, which it reads one after the other. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "../../sdk/c/sandbox_arrow.h"

#define GROUPS 16384

typedef struct { char name[16]; int64_t people; double income; } group;

static group table[GROUPS];
static int used;

static group *find(const char *name, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (uint8_t)name[i]) * 16777619u;
    for (uint32_t at = hash;; at++) {
        group *g = &table[at & (GROUPS - 1)];
        if (g->people == 0) {
            if (used == GROUPS / 2) return NULL;
            used++;
            memcpy(g->name, name, length);
            return g;
        }
        if (memcmp(g->name, name, length) == 0 && g->name[length] == 0) return g;
    }
}

static int by_name(const void *a, const void *b) { return strcmp(((const group *)a)->name, ((const group *)b)->name); }

static sb_reader in;

/* Adds up the rows of one stream. 0, or the exit code. */
static int gather(size_t digits) {
    int division = sb_column(&in, "division"), income = sb_column(&in, "monthly_income");
    if (division < 0 || income < 0) { fputs("input lacks a column\n", stderr); return 3; }
    double *values = NULL;
    uint8_t *valid = NULL;
    int64_t capacity = 0;
    int more;
    while ((more = sb_next(&in)) > 0) {
        if (in.rows > capacity) {
            free(values);
            free(valid);
            values = (double *)malloc(8 * (size_t)in.rows);
            valid = (uint8_t *)malloc((size_t)in.rows);
            capacity = in.rows;
            if (!values || !valid) return 4;
        }
        sb_doubles(&in, income, values, valid);
        int is_text = in.column[division].type == SB_UTF8 || in.column[division].type == SB_LARGE_UTF8;
        double *codes = is_text ? NULL : (double *)malloc(8 * (size_t)in.rows + 8);
        uint8_t *codes_valid = is_text ? NULL : (uint8_t *)malloc((size_t)in.rows + 1);
        if (!is_text) {
            if (!codes || !codes_valid) return 4;
            sb_doubles(&in, division, codes, codes_valid);
        }
        for (int64_t i = 0; i < in.rows; i++) {
            char number[16];
            size_t length = 0;
            const char *code;
            if (is_text) code = sb_text(&in, division, i, &length);
            else if (codes_valid[i] && codes[i] >= 10 && codes[i] < 1e12) { length = (size_t)snprintf(number, sizeof number, "%.0f", codes[i]); code = number; }
            else code = NULL;
            if (!code || length < digits || !valid[i]) continue;
            group *g = find(code, digits);
            if (!g) { fputs("too many divisions\n", stderr); return 5; }
            g->people++;
            g->income += values[i];
        }
        free(codes);
        free(codes_valid);
    }
    if (more < 0) { fputs("input is damaged\n", stderr); return 2; }
    return 0;
}

/* Adds up one table that a partition gave. 0, or the exit code. */
static int reduce(size_t digits) {
    int division = sb_column(&in, "division"), people = sb_column(&in, "people"), income = sb_column(&in, "income_sum"), more;
    if (division < 0 || people < 0 || income < 0) { fputs("a partition lacks a column\n", stderr); return 3; }
    static double counts[GROUPS], sums[GROUPS];
    static uint8_t valid[GROUPS];
    while ((more = sb_next(&in)) > 0) {
        if (in.rows > GROUPS) return 5;
        sb_doubles(&in, people, counts, valid);
        sb_doubles(&in, income, sums, valid);
        for (int64_t i = 0; i < in.rows; i++) {
            size_t length = 0;
            const char *code = sb_text(&in, division, i, &length);
            group *g = code && length == digits ? find(code, digits) : NULL;
            if (!g) { fputs("too many divisions\n", stderr); return 5; }
            g->people += (int64_t)counts[i];
            g->income += sums[i];
        }
    }
    if (more < 0) { fputs("a partition is damaged\n", stderr); return 2; }
    return 0;
}

int main(int argc, char **argv) {
    size_t digits = (size_t)sb_parameter(argc > 1 ? argv[1] : "{}", "digits", 2);
    int last = argc > 2 && strcmp(argv[2], "reduce") == 0, more, failed = 0;
    if (digits < 2 || digits > 6) return 3;
    if (!last) {
        if (sb_open(&in, 0)) { fputs("input is not an Arrow stream\n", stderr); return 2; }
        failed = gather(digits);
    } else {
        while ((more = sb_more(&in, 0)) > 0 && !failed) failed = reduce(digits);
        if (more < 0) { fputs("a partition is not an Arrow stream\n", stderr); return 2; }
    }
    if (failed) return failed;

    int count = 0;
    for (int i = 0; i < GROUPS; i++) if (table[i].people) table[count++] = table[i];
    qsort(table, (size_t)count, sizeof table[0], by_name);
    static const char *names[GROUPS];
    static int64_t people[GROUPS];
    static double sum[GROUPS], mean[GROUPS];
    for (int i = 0; i < count; i++) { names[i] = table[i].name; people[i] = table[i].people; sum[i] = table[i].income; mean[i] = sum[i] / (double)people[i]; }
    sb_output output[4] = { { "division", SB_UTF8, names }, { "people", SB_INT, people }, { "income_sum", SB_FLOAT, sum }, { "income_mean", SB_FLOAT, mean } };
    return sb_write_table(1, output, 4, count) ? 7 : 0;
}
