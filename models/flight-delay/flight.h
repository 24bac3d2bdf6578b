/* What training and applying share: the features of a flight. SPDX-License-Identifier: Apache-2.0 */
#ifndef FLIGHT_H
#define FLIGHT_H

#include "../../sdk/c/sandbox_arrow.h"

#define FEATURES 4 /* intercept, distance in 1000 miles, hour of departure on the circle (two) */

static const char *const feature_names[FEATURES] = { "intercept", "distance_1000", "hour_sin", "hour_cos" };

/* Hour of departure 0..23, or 24 when the zone's mask left none. Timestamps give it; so do a column of hours and text "2001-01-31 17:...". */
static void read_hours(const sb_reader *in, int column, double *scratch, uint8_t *valid, uint8_t *hours) {
    const sb_column_info *c = &in->column[column];
    if (c->type == SB_UTF8 || c->type == SB_LARGE_UTF8) {
        for (int64_t i = 0; i < in->rows; i++) {
            size_t length;
            const char *text = sb_text(in, column, i, &length);
            double hour = 24;
            if (text && length >= 13) sb_text_number(text + 11, 2, &hour);
            else if (text && length <= 2) sb_text_number(text, length, &hour);
            hours[i] = hour >= 0 && hour < 24 ? (uint8_t)hour : 24;
        }
        return;
    }
    sb_doubles(in, column, scratch, valid);
    for (int64_t i = 0; i < in->rows; i++) {
        double hour = 24;
        if (valid[i] && c->type == SB_TIMESTAMP) hour = floor((scratch[i] - 86400 * floor(scratch[i] / 86400)) / 3600);
        else if (valid[i] && (c->type == SB_INT || c->type == SB_UINT)) hour = scratch[i];
        hours[i] = hour >= 0 && hour < 24 ? (uint8_t)hour : 24;
    }
}

typedef struct { double sin[25], cos[25]; } hour_table;

static void fill_hours(hour_table *table) {
    for (int hour = 0; hour < 24; hour++) {
        table->sin[hour] = sin(hour * (3.14159265358979323846 / 12));
        table->cos[hour] = cos(hour * (3.14159265358979323846 / 12));
    }
    table->sin[24] = table->cos[24] = 0;
}

/* Arrays for one batch, grown when a larger one comes. */
typedef struct { int64_t capacity; double *distance, *number; uint8_t *distance_valid, *number_valid, *hours; } batch_arrays;

static int fit_arrays(batch_arrays *a, int64_t rows) {
    if (rows <= a->capacity) return 0;
    free(a->distance); free(a->number); free(a->distance_valid); free(a->number_valid); free(a->hours);
    size_t n = (size_t)rows;
    a->distance = (double *)malloc(8 * n);
    a->number = (double *)malloc(8 * n);
    a->distance_valid = (uint8_t *)malloc(n);
    a->number_valid = (uint8_t *)malloc(n);
    a->hours = (uint8_t *)malloc(n);
    a->capacity = rows;
    return a->distance && a->number && a->distance_valid && a->number_valid && a->hours ? 0 : -1;
}

#endif
