/* Reads standard input to its end in pieces of 1 MiB and prints how much it was. */
#include <stdio.h>
#include <unistd.h>

static char piece[1 << 20];

int main(void)
{
    long long total = 0;
    for (ssize_t got; (got = read(0, piece, sizeof piece)) > 0;) {
        total += got;
    }
    printf("%lld\n", total);
    return 0;
}
