/* Sum and logistic scores of rows of eight doubles, a0 to a7, from an Arrow stream; `passes` says how often each row is scored. The reduce step adds up what the partitions gave. */
#include <stdio.h>
#include "sandbox_arrow.h"

enum { WIDTH = 8 };
static sb_reader in;
static double *values[WIDTH];
static uint8_t *valid;
static int64_t room;

static int make_room(int64_t rows)
{
    if (rows <= room) return 0;
    free(valid);
    valid = malloc((size_t)rows);
    for (int d = 0; d < WIDTH; d++) {
        free(values[d]);
        values[d] = malloc(8 * (size_t)rows);
        if (!values[d]) return 4;
    }
    room = rows;
    return valid ? 0 : 4;
}

int main(int argc, char **argv)
{
    static const double weight[WIDTH] = { 0.3, -0.2, 0.1, 0.05, -0.4, 0.25, -0.15, 0.02 };
    int passes = (int)sb_parameter(argc > 1 ? argv[1] : "{}", "passes", 0), last = argc > 2 && !strcmp(argv[2], "reduce"), more;
    int64_t rows = 0;
    double sum = 0, score = 0;
    while ((more = sb_more(&in, 0)) > 0) {
        int columns[WIDTH], wide = last ? 3 : WIDTH;
        for (int d = 0; d < wide; d++) {
            char name[4] = { last ? "rsp"[d] : 'a', last ? 0 : (char)('0' + d), 0 };
            if ((columns[d] = sb_column(&in, name)) < 0) return 3;
        }
        while ((more = sb_next(&in)) > 0) {
            if (make_room(in.rows)) return 4;
            for (int d = 0; d < wide; d++) sb_doubles(&in, columns[d], values[d], valid);
            if (last) {
                for (int64_t i = 0; i < in.rows; i++) { rows += (int64_t)values[0][i]; sum += values[1][i]; score += values[2][i]; }
                continue;
            }
            rows += in.rows;
            for (int d = 0; d < WIDTH; d++) for (int64_t i = 0; i < in.rows; i++) sum += values[d][i];
            for (int pass = 0; pass < passes; pass++) {
                for (int64_t i = 0; i < in.rows; i++) {
                    double z = -0.1 * pass;
                    for (int d = 0; d < WIDTH; d++) z += weight[d] * values[d][i];
                    score += 1.0 / (1.0 + exp(-z));
                }
            }
        }
        if (more < 0) return 2;
    }
    if (more < 0) return 2;
    sb_output output[3] = { { "r", SB_INT, &rows }, { "s", SB_FLOAT, &sum }, { "p", SB_FLOAT, &score } };
    return sb_write_table(1, output, 3, 1) ? 7 : 0;
}
