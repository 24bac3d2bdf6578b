/* The one form of parameters that the domain writes (src/Enclave/Scoring/ScoringForm.cs): read from descriptor 3, checked, scored row by row.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef FORM_H
#define FORM_H

#include "../../sdk/c/sandbox_arrow.h"

#define MOST_FEATURES 256
#define MOST_OUTPUTS 200
#define MOST_GROUPS 4
#define MOST_BANDS 64

enum { IDENTITY, LOGISTIC, SOFTMAX };
enum { IMPUTE = 1, SCALE, NORMALISE };
enum { LEAF, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL, NOT_EQUAL };

typedef struct { double threshold; uint32_t feature, on_true, on_false; uint8_t mode, missing_is_true; uint16_t weights; } node;
typedef struct { double value; uint64_t output; } leaf_weight;
typedef struct {
    int32_t features, groups, bands, outputs, transform, normalise, first_score, single, steps, coefficients, trees, nodes, weights, reserved;
} form_header;

typedef struct {
    form_header h;
    double divisor;
    const double *band, *base, *step, *coefficient;
    const node *nodes;
    const leaf_weight *weights;
    const uint32_t *roots;
    const char *name[MOST_FEATURES + MOST_GROUPS];
} form;

/* All of descriptor 3; NULL when there is none or no memory. */
static uint8_t *read_everything(size_t *size) {
    size_t capacity = 1 << 16;
    uint8_t *data = (uint8_t *)malloc(capacity);
    for (*size = 0; data;) {
        ssize_t got = read(3, data + *size, capacity - *size);
        if (got < 0) return NULL;
        if (got == 0) return data;
        *size += (size_t)got;
        if (*size == capacity) data = (uint8_t *)realloc(data, capacity *= 2);
    }
    return NULL;
}

/* 0, or -1 when the form is damaged: sizes that do not fit, an index outside, a node that does not stand before its children. */
static int form_open(form *f) {
    size_t size, at = 8 + sizeof f->h + 8;
    uint8_t *data = read_everything(&size);
    if (!data || size < at || memcmp(data, "SBSCORE1", 8) != 0) return -1;
    memcpy(&f->h, data + 8, sizeof f->h);
    memcpy(&f->divisor, data + 8 + sizeof f->h, 8);
    const form_header *h = &f->h;
    if (h->features < 1 || h->features > MOST_FEATURES || h->groups < 0 || h->groups > MOST_GROUPS || h->bands < 0 || h->bands > MOST_BANDS
        || h->outputs < 1 || h->outputs > MOST_OUTPUTS || h->first_score < 0 || h->first_score >= h->outputs || h->steps < 0 || h->steps > 32
        || (h->trees == 0) != (h->coefficients == h->outputs * h->features) || (h->trees != 0 && h->coefficients != 0)
        || h->trees < 0 || h->nodes < 0 || h->weights < 0 || h->nodes > 1 << 20 || h->trees > h->nodes || h->weights > 1 << 21) return -1;
#define PART(field, type, bytes) do { size_t length = (bytes); if (length > size - at) return -1; f->field = (const type *)(data + at); at += length; } while (0)
    PART(band, double, 8 * (size_t)h->bands);
    PART(base, double, 8 * (size_t)h->outputs);
    PART(step, double, (size_t)h->steps * (8 + 16 * (size_t)h->features));
    PART(coefficient, double, 8 * (size_t)h->coefficients);
    PART(nodes, node, sizeof(node) * (size_t)h->nodes);
    PART(weights, leaf_weight, sizeof(leaf_weight) * (size_t)h->weights);
    PART(roots, uint32_t, 4 * (size_t)h->trees);
    for (int i = 0; i < h->features + h->groups; i++) {
        const uint8_t *end = (const uint8_t *)memchr(data + at, 0, size - at);
        if (!end) return -1;
        f->name[i] = (const char *)data + at;
        at = (size_t)(end + 1 - data);
    }
    if (at != size) return -1;
    for (uint32_t i = 0; i < (uint32_t)h->nodes; i++) {
        const node *n = &f->nodes[i];
        if (n->mode == LEAF ? (size_t)n->feature + n->weights > (size_t)h->weights
                : n->mode > NOT_EQUAL || n->feature >= (uint32_t)h->features || n->on_true <= i || n->on_false <= i || n->on_true >= (uint32_t)h->nodes || n->on_false >= (uint32_t)h->nodes) return -1;
    }
    for (int i = 0; i < h->weights; i++) if (f->weights[i].output >= (uint64_t)h->outputs) return -1;
    for (int i = 0; i < h->trees; i++) if (f->roots[i] >= (uint32_t)h->nodes) return -1;
    return 0;
}

/* A tool that computes with 32-bit numbers rounds every sum and product. */
static inline double rounded(const form *f, double x) { return f->h.single ? (double)(float)x : x; }

static void apply_steps(const form *f, double *x) {
    int n = f->h.features;
    const double *step = f->step;
    for (int s = 0; s < f->h.steps; s++, step += 1 + 2 * n) {
        int32_t kind[2];
        memcpy(kind, step, 8);
        const double *first = step + 1, *second = first + n;
        double length = 0;
        for (int i = 0; i < n; i++) {
            if (kind[0] == IMPUTE && isnan(x[i])) x[i] = first[i];
            if (kind[0] == SCALE) x[i] = rounded(f, rounded(f, x[i] - first[i]) * second[i]);
            if (kind[0] == NORMALISE) length += kind[1] == 1 ? fabs(x[i]) : x[i] * x[i];
        }
        if (kind[0] != NORMALISE || length == 0) continue;
        if (kind[1] == 2) length = sqrt(length);
        for (int i = 0; i < n; i++) x[i] = rounded(f, x[i] / length);
    }
}

static inline int goes_true(const node *n, double x) {
    if (isnan(x)) return n->missing_is_true;
    switch (n->mode) {
    case LESS: return x < n->threshold;
    case LESS_OR_EQUAL: return x <= n->threshold;
    case GREATER: return x > n->threshold;
    case GREATER_OR_EQUAL: return x >= n->threshold;
    case EQUAL: return x == n->threshold;
    default: return x != n->threshold;
    }
}

static double logistic(double x) { return 1 / (1 + exp(-x)); }

/* Scores of one row; x is changed. Missing values are NaN; a linear model makes a NaN of them. */
static void form_score(const form *f, double *x, double *out) {
    const form_header *h = &f->h;
    for (int i = 0; i < h->features; i++) x[i] = rounded(f, x[i]);
    apply_steps(f, x);
    for (int k = 0; k < h->outputs; k++) out[k] = f->base[k];
    for (int k = 0; h->trees == 0 && k < h->outputs; k++)
        for (int i = 0; i < h->features; i++) out[k] += f->coefficient[k * h->features + i] * x[i];
    for (int t = 0; t < h->trees; t++) {
        const node *n = &f->nodes[f->roots[t]];
        while (n->mode != LEAF) n = &f->nodes[goes_true(n, x[n->feature]) ? n->on_true : n->on_false];
        for (int w = 0; w < n->weights; w++) {
            const leaf_weight *leaf = &f->weights[n->feature + (uint32_t)w];
            out[leaf->output] = rounded(f, out[leaf->output] + leaf->value);
        }
    }
    double most = -INFINITY, sum = 0;
    for (int k = 0; k < h->outputs; k++) {
        out[k] /= f->divisor;
        if (h->transform == LOGISTIC) out[k] = logistic(out[k]);
        most = out[k] > most ? out[k] : most;
    }
    if (h->transform == SOFTMAX) for (int k = 0; k < h->outputs; k++) out[k] = exp(out[k] - most);
    for (int k = 0; k < h->outputs; k++) sum += out[k];
    if ((h->transform == SOFTMAX || h->normalise) && sum != 0) for (int k = 0; k < h->outputs; k++) out[k] /= sum;
}

#endif
