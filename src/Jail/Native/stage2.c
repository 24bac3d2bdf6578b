/* The second call filter of the model jail: loaded by the worker script after it has read the model's bytes and before V8 parses them.
 * It registers no module on purpose; the loader's complaint means success. The filter itself is generated from the same lists as the first
 * one and comes in as stage2_filter.h, an initialiser list of struct sock_filter. If it can't be installed the process ends: never run without. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sock_filter filter[] = {
#include "stage2_filter.h"
};

__attribute__((constructor)) static void enter_second_stage(void)
{
    struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) {
        _exit(77);
    }
}
