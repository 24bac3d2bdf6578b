/* Starts a native program under the second call filter of the model jail: stage2_start PROGRAM [ARGS]. The filter comes in as stage2_filter.h, like that of
 * stage2.c, and lets through one execve by the address of its path, so the path is put there; and the few calls a C library makes before main. */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sock_filter filter[] = {
#include "stage2_filter.h"
};

int main(int argc, char **argv, char **environment)
{
    struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };
    char *path = mmap((void *)0x5A5A5A5A0000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (argc < 2 || path == MAP_FAILED || strlen(argv[1]) >= 4096) {
        return 77;
    }
    strcpy(path, argv[1]);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
        return 77;
    }
    execve(path, argv + 1, environment);
    return 77;
}
