/* Logistic regression: will a flight be late by more than late_minutes? Newton's method over all rows, kept as 6 bytes each.
 * Output: the parameters, the rows used and the share of late flights. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "flight.h"

#define BLOCK 65536

typedef struct block { struct block *next; int64_t rows; float distance[BLOCK]; uint8_t hour[BLOCK], late[BLOCK]; } block;

static block *first, *last;

static int keep(float distance, uint8_t hour, uint8_t late) {
    if (!last || last->rows == BLOCK) {
        block *b = (block *)malloc(sizeof *b);
        if (!b) return -1;
        b->next = NULL;
        b->rows = 0;
        if (last) last->next = b; else first = b;
        last = b;
    }
    last->distance[last->rows] = distance;
    last->hour[last->rows] = hour;
    last->late[last->rows++] = late;
    return 0;
}

/* Solves h x = g for a symmetric positive definite h, in place; -1 when it is not. */
static int solve(double h[FEATURES][FEATURES], double g[FEATURES]) {
    for (int i = 0; i < FEATURES; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = h[i][j];
            for (int k = 0; k < j; k++) sum -= h[i][k] * h[j][k];
            if (i == j) { if (sum <= 0) return -1; h[i][i] = sqrt(sum); }
            else h[i][j] = sum / h[j][j];
        }
    }
    for (int i = 0; i < FEATURES; i++) { for (int k = 0; k < i; k++) g[i] -= h[i][k] * g[k]; g[i] /= h[i][i]; }
    for (int i = FEATURES - 1; i >= 0; i--) { for (int k = i + 1; k < FEATURES; k++) g[i] -= h[k][i] * g[k]; g[i] /= h[i][i]; }
    return 0;
}

int main(int argc, char **argv) {
    const char *json = argc > 1 ? argv[1] : "{}";
    double late_minutes = sb_parameter(json, "late_minutes", 15), ridge = sb_parameter(json, "ridge", 1e-6);
    int rounds = (int)sb_parameter(json, "iterations", 12);
    static sb_reader in;
    if (sb_open(&in, 0)) { fputs("input is not an Arrow stream\n", stderr); return 2; }
    int date = sb_column(&in, "date"), delay = sb_column(&in, "delay"), distance = sb_column(&in, "distance");
    if (date < 0 || delay < 0 || distance < 0) { fputs("input lacks a column\n", stderr); return 3; }

    batch_arrays a = { 0 };
    int64_t rows = 0, late = 0;
    int more;
    while ((more = sb_next(&in)) > 0) {
        if (fit_arrays(&a, in.rows)) return 4;
        read_hours(&in, date, a.number, a.number_valid, a.hours);
        sb_doubles(&in, distance, a.distance, a.distance_valid);
        sb_doubles(&in, delay, a.number, a.number_valid);
        for (int64_t i = 0; i < in.rows; i++) {
            if (!a.distance_valid[i] || !a.number_valid[i]) continue;
            uint8_t is_late = a.number[i] > late_minutes;
            if (keep((float)(a.distance[i] / 1000), a.hours[i], is_late)) return 4;
            rows++;
            late += is_late;
        }
    }
    if (more < 0) { fputs("input is damaged\n", stderr); return 2; }
    if (rows == 0) { fputs("no usable rows\n", stderr); return 5; }

    static hour_table hours;
    fill_hours(&hours);
    double w[FEATURES] = { 0 };
    w[0] = log((late + 0.5) / (rows - late + 0.5));
    int done = 0;
    for (; done < rounds; done++) {
        double g[FEATURES] = { 0 }, h[FEATURES][FEATURES] = { { 0 } };
        for (const block *b = first; b; b = b->next) {
            for (int64_t i = 0; i < b->rows; i++) {
                double x1 = b->distance[i], x2 = hours.sin[b->hour[i]], x3 = hours.cos[b->hour[i]];
                double p = 1 / (1 + exp(-(w[0] + w[1] * x1 + w[2] * x2 + w[3] * x3)));
                double e = b->late[i] - p, v = p * (1 - p), v1 = v * x1, v2 = v * x2, v3 = v * x3;
                g[0] += e; g[1] += e * x1; g[2] += e * x2; g[3] += e * x3;
                h[0][0] += v; h[1][0] += v1; h[2][0] += v2; h[3][0] += v3;
                h[1][1] += v1 * x1; h[2][1] += v1 * x2; h[3][1] += v1 * x3;
                h[2][2] += v2 * x2; h[3][2] += v2 * x3; h[3][3] += v3 * x3;
            }
        }
        double step = 0;
        for (int i = 0; i < FEATURES; i++) { g[i] -= ridge * w[i]; h[i][i] += ridge; }
        if (solve(h, g)) { fputs("the columns do not determine the parameters\n", stderr); return 6; }
        for (int i = 0; i < FEATURES; i++) { w[i] += g[i]; step = fmax(step, fabs(g[i])); }
        if (step < 1e-10) { done++; break; }
    }

    const char *names[FEATURES + 3];
    double values[FEATURES + 3];
    for (int i = 0; i < FEATURES; i++) { names[i] = feature_names[i]; values[i] = w[i]; }
    names[FEATURES] = "rows"; values[FEATURES] = (double)rows;
    names[FEATURES + 1] = "late_share"; values[FEATURES + 1] = (double)late / (double)rows;
    names[FEATURES + 2] = "iterations"; values[FEATURES + 2] = done;
    sb_output output[2] = { { "name", SB_UTF8, names }, { "value", SB_FLOAT, values } };
    return sb_write_table(1, output, 2, FEATURES + 3) ? 7 : 0;
}
