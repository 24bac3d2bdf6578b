/* k-means: groups of flights alike in distance and delay, each measured in its own standard deviations. Starts by k-means++ with the run's seed, so that a replay takes the same way.
 * Output, groups in order of their distance: mean distance, mean delay and share of each, the sum of squares within groups, rows, iterations. SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* getentropy */
#include <stdio.h>
#include "../../sdk/c/sandbox_arrow.h"

#define WIDTH 2
#define MOST 16

static double *points; /* rows times WIDTH */
static int64_t rows, capacity;

static int keep(double distance, double delay) {
    if (rows == capacity) {
        capacity = capacity ? 2 * capacity : 65536;
        double *more = (double *)realloc(points, (size_t)capacity * WIDTH * sizeof(double));
        if (!more) return -1;
        points = more;
    }
    points[WIDTH * rows] = distance;
    points[WIDTH * rows++ + 1] = delay;
    return 0;
}

static double apart(const double *a, const double *b) {
    double sum = 0;
    for (int d = 0; d < WIDTH; d++) sum += (a[d] - b[d]) * (a[d] - b[d]);
    return sum;
}

static double chance(void) { /* 0 to below 1, of the run's seed */
    uint64_t bits;
    if (getentropy(&bits, sizeof bits)) return 0;
    return (double)(bits >> 11) / 9007199254740992.0;
}

static int nearest(const double *point, double centre[MOST][WIDTH], int groups, double *least) {
    int best = 0;
    *least = INFINITY;
    for (int g = 0; g < groups; g++) {
        double d = apart(point, centre[g]);
        if (d < *least) { *least = d; best = g; }
    }
    return best;
}

/* The next centre is a row drawn with odds of its squared distance from the centres so far; 0, or -1 when all rows lie on them. */
static int choose(double centre[MOST][WIDTH], int groups) {
    double total = 0, least, *chosen = points;
    for (int64_t i = 0; groups && i < rows; i++) { nearest(&points[WIDTH * i], centre, groups, &least); total += least; }
    if (groups && total <= 0) return -1;
    double at = chance() * (groups ? total : (double)rows);
    for (int64_t i = 0; i < rows; i++) {
        if (groups) nearest(&points[WIDTH * i], centre, groups, &least);
        else least = 1;
        if (least > 0) chosen = &points[WIDTH * i];
        if ((at -= least) < 0) break;
    }
    memcpy(centre[groups], chosen, sizeof centre[0]);
    return 0;
}

static int read_rows(void) {
    static sb_reader in;
    if (sb_open(&in, 0)) { fputs("input is not an Arrow stream\n", stderr); return 2; }
    int column[WIDTH] = { sb_column(&in, "distance"), sb_column(&in, "delay") };
    if (column[0] < 0 || column[1] < 0) { fputs("input lacks a column\n", stderr); return 3; }
    double *values[WIDTH] = { 0 };
    uint8_t *valid[WIDTH] = { 0 };
    int64_t room = 0;
    int more;
    while ((more = sb_next(&in)) > 0) {
        for (int d = 0; d < WIDTH; d++) {
            if (in.rows > room) {
                free(values[d]);
                free(valid[d]);
                values[d] = (double *)malloc(8 * (size_t)in.rows);
                valid[d] = (uint8_t *)malloc((size_t)in.rows);
                if (!values[d] || !valid[d]) return 4;
            }
            sb_doubles(&in, column[d], values[d], valid[d]);
        }
        if (in.rows > room) room = in.rows;
        for (int64_t i = 0; i < in.rows; i++) if (valid[0][i] && valid[1][i] && keep(values[0][i], values[1][i])) return 4;
    }
    if (more < 0) { fputs("input is damaged\n", stderr); return 2; }
    return 0;
}

static int by_distance(const void *a, const void *b) { double x = *(const double *)a, y = *(const double *)b; return (x > y) - (x < y); }

int main(int argc, char **argv) {
    const char *json = argc > 1 ? argv[1] : "{}";
    int groups = (int)sb_parameter(json, "groups", 4), rounds = (int)sb_parameter(json, "iterations", 50);
    if (groups < 1 || groups > MOST) return 6;
    int failed = read_rows();
    if (failed) return failed;
    if (rows < groups) { fputs("fewer rows than groups\n", stderr); return 5; }

    double mean[WIDTH] = { 0 }, deviation[WIDTH] = { 0 };
    for (int d = 0; d < WIDTH; d++) {
        for (int64_t i = 0; i < rows; i++) mean[d] += points[WIDTH * i + d];
        mean[d] /= (double)rows;
        for (int64_t i = 0; i < rows; i++) deviation[d] += (points[WIDTH * i + d] - mean[d]) * (points[WIDTH * i + d] - mean[d]);
        deviation[d] = sqrt(deviation[d] / (double)rows);
        for (int64_t i = 0; i < rows; i++) points[WIDTH * i + d] = deviation[d] > 0 ? (points[WIDTH * i + d] - mean[d]) / deviation[d] : 0;
    }

    static double centre[MOST][WIDTH];
    for (int g = 0; g < groups; g++) if (choose(centre, g)) { fputs("fewer different rows than groups\n", stderr); return 6; }
    int64_t count[MOST];
    double within = INFINITY;
    int done = 0;
    while (done < rounds) {
        double sum[MOST][WIDTH] = { { 0 } }, now = 0, least;
        memset(count, 0, sizeof count);
        for (int64_t i = 0; i < rows; i++) {
            int g = nearest(&points[WIDTH * i], centre, groups, &least);
            now += least;
            count[g]++;
            for (int d = 0; d < WIDTH; d++) sum[g][d] += points[WIDTH * i + d];
        }
        done++;
        for (int g = 0; g < groups; g++) for (int d = 0; count[g] && d < WIDTH; d++) centre[g][d] = sum[g][d] / (double)count[g];
        if (now >= within) break;
        within = now;
    }

    struct { double distance, delay; int64_t count; } out[MOST];
    for (int g = 0; g < groups; g++) {
        out[g].distance = centre[g][0] * deviation[0] + mean[0];
        out[g].delay = centre[g][1] * deviation[1] + mean[1];
        out[g].count = count[g];
    }
    qsort(out, (size_t)groups, sizeof out[0], by_distance);
    static char names[3 * MOST + 3][32];
    const char *name[3 * MOST + 3];
    double value[3 * MOST + 3];
    int used = 0;
    for (int i = 0; i < 3 * MOST + 3; i++) name[i] = names[i];
    for (int g = 0; g < groups; g++) {
        snprintf(names[used], 32, "distance_%d", g); value[used++] = out[g].distance;
        snprintf(names[used], 32, "delay_%d", g); value[used++] = out[g].delay;
        snprintf(names[used], 32, "share_%d", g); value[used++] = (double)out[g].count / (double)rows;
    }
    strcpy(names[used], "within"); value[used++] = within;
    strcpy(names[used], "rows"); value[used++] = (double)rows;
    strcpy(names[used], "iterations"); value[used++] = done;
    sb_output output[2] = { { "name", SB_UTF8, name }, { "value", SB_FLOAT, value } };
    return sb_write_table(1, output, 2, used) ? 7 : 0;
}
