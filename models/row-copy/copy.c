/* A hostile model for demonstrations and tests: it hands rows back instead of a statistic. The gate has to stop it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "../../sdk/c/sandbox_arrow.h"

#define COPIED 2000

int main(void) {
    static sb_reader in;
    static double delay[COPIED], distance[COPIED];
    if (sb_open(&in, 0)) return 2;
    int first = sb_column(&in, "delay"), second = sb_column(&in, "distance");
    if (first < 0 || second < 0) return 3;
    int64_t kept = 0;
    int more;
    while ((more = sb_next(&in)) > 0) {
        double *values = (double *)malloc(16 * (size_t)in.rows);
        uint8_t *valid = (uint8_t *)malloc((size_t)in.rows);
        if (!values || !valid) return 4;
        sb_doubles(&in, first, values, valid);
        sb_doubles(&in, second, values + in.rows, valid);
        for (int64_t i = 0; i < in.rows && kept < COPIED; i++, kept++) {
            delay[kept] = values[i];
            distance[kept] = values[in.rows + i];
        }
        free(values);
        free(valid);
    }
    if (more < 0) return 2;
    sb_output output[2] = { { "delay", SB_FLOAT, delay }, { "distance", SB_FLOAT, distance } };
    return sb_write_table(1, output, 2, kept) ? 7 : 0;
}
