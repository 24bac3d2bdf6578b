/* Group-by: 20,000,000 rows into 4,096 groups with count, sum, minimum and maximum; prints a check sum. */
#include <stdint.h>
#include <stdio.h>

enum { ROWS = 20000000, GROUPS = 4096 };
static struct group { int64_t count, sum, least, most; } groups[GROUPS];

int main(void)
{
    uint32_t state = 7;
    for (int i = 0; i < GROUPS; i++) {
        groups[i].least = INT64_MAX;
        groups[i].most = INT64_MIN;
    }
    for (int i = 0; i < ROWS; i++) {
        state = state * 1664525u + 1013904223u;
        struct group *group = &groups[state >> 20];
        int64_t value = (int64_t)(state & 0xFFFFF);
        group->count++;
        group->sum += value;
        group->least = value < group->least ? value : group->least;
        group->most = value > group->most ? value : group->most;
    }
    int64_t check = 0;
    for (int i = 0; i < GROUPS; i++) {
        check = check * 31 + groups[i].count + groups[i].sum + groups[i].least + groups[i].most;
    }
    printf("%lld\n", (long long)check);
    return 0;
}
