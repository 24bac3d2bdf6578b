/* Logistic scoring of 10,000,000 rows of 8 doubles, made and scored in blocks; prints the sum of the scores. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum { ROWS = 10000000, WIDTH = 8, BLOCK = 4096 };
static double rows[WIDTH][BLOCK], score[BLOCK];

int main(void)
{
    static const double weight[WIDTH] = { 0.3, -0.2, 0.1, 0.05, -0.4, 0.25, -0.15, 0.02 };
    uint32_t state = 1;
    double sum = 0;
    for (int at = 0; at < ROWS; at += BLOCK) {
        int count = ROWS - at < BLOCK ? ROWS - at : BLOCK;
        for (int column = 0; column < WIDTH; column++) {
            for (int i = 0; i < count; i++) {
                state = state * 1664525u + 1013904223u;
                rows[column][i] = (double)(state >> 8) * (1.0 / 16777216.0);
            }
        }
        for (int i = 0; i < count; i++) {
            score[i] = -0.1;
        }
        for (int column = 0; column < WIDTH; column++) {
            for (int i = 0; i < count; i++) {
                score[i] += weight[column] * rows[column][i];
            }
        }
        for (int i = 0; i < count; i++) {
            sum += 1.0 / (1.0 + exp(-score[i]));
        }
    }
    printf("%.9f\n", sum);
    return 0;
}
