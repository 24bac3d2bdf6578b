/* The product of two 512 x 512 matrices of doubles, four times; prints the trace. */
#include <stdio.h>

enum { N = 512, TIMES = 4 };
static double a[N][N], b[N][N], c[N][N];

int main(void)
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            a[i][j] = (double)((i * 7 + j) % 13) * 0.5;
            b[i][j] = (double)((i + j * 5) % 11) * 0.25;
        }
    }
    for (int time = 0; time < TIMES; time++) {
        for (int i = 0; i < N; i++) {
            for (int k = 0; k < N; k++) {
                double left = a[i][k];
                for (int j = 0; j < N; j++) {
                    c[i][j] += left * b[k][j];
                }
            }
        }
    }
    double trace = 0;
    for (int i = 0; i < N; i++) {
        trace += c[i][i];
    }
    printf("%.6f\n", trace);
    return 0;
}
