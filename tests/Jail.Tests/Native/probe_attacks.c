/* Attacks on the model jail by raw system calls, one a run: probe_attacks NAME. Prints "got through" when the call did what it should not, else "failed" and the
 * error number; a call that kills prints nothing more than "trying". "list" prints all names, "control" does nothing but live. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static char room[4096];
static char *const nothing[] = { NULL };
#define S(...) syscall(__VA_ARGS__)

static long int80(void)
{
    long value;
    /* 45 is brk there: harmless, and it answers. */
    __asm__ volatile("int $0x80" : "=a"(value) : "a"(45), "b"(0) : "memory", "r8", "r9", "r10", "r11");
    return value;
}

/* A successful fork answers in the parent; the child ends at once. */
static long parent(long pid)
{
    if (pid == 0) {
        _exit(0);
    }
    return pid;
}

static long mapped(void)
{
    int fd = (int)S(SYS_open, "/app/probe_attacks", O_RDONLY, 0);
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    /* Reading our own program is no success. */
    errno = at == MAP_FAILED ? errno : 0;
    return -1;
}

struct attack { const char *name; long (*run)(void); };
#define ATTACK(id, call) static long id(void) { return (call); }
#define ATTACKS \
    X(socket_inet, S(SYS_socket, 2, 1, 0)) X(socket_unix, S(SYS_socket, 1, 1, 0)) X(socket_netlink, S(SYS_socket, 16, 3, 0)) \
    X(socketpair, S(SYS_socketpair, 1, 1, 0, room)) X(connect, S(SYS_connect, 0, room, 16)) X(accept, S(SYS_accept, 0, 0, 0)) \
    X(fork_process, parent(S(SYS_fork))) X(clone_process, parent(S(SYS_clone, SIGCHLD, 0, 0, 0, 0))) \
    X(clone_user_namespace, parent(S(SYS_clone, SIGCHLD | CLONE_NEWUSER, 0, 0, 0, 0))) X(clone3, S(SYS_clone3, room, 88)) \
    X(execve_shell, S(SYS_execve, "/bin/sh", nothing, nothing)) X(execve_proc, S(SYS_execve, "/proc/self/exe", nothing, nothing)) \
    X(execveat, S(SYS_execveat, AT_FDCWD, "/bin/sh", nothing, nothing, 0)) \
    X(ptrace_me, S(SYS_ptrace, 0, 0, 0, 0)) X(ptrace_first, S(SYS_ptrace, 16, 1, 0, 0)) X(process_vm_readv, S(SYS_process_vm_readv, 1, room, 1, room, 1, 0)) \
    X(kill_first, S(SYS_kill, 1, 9)) X(kill_all, S(SYS_kill, -1, 0)) X(tgkill_first, S(SYS_tgkill, 1, 1, 0)) X(pidfd_open, S(SYS_pidfd_open, 1, 0)) \
    X(pidfd_getfd, S(SYS_pidfd_getfd, 3, 0, 0)) X(mount, S(SYS_mount, "none", "/app", "tmpfs", 0, 0)) X(umount, S(SYS_umount2, "/app", 2)) \
    X(pivot_root, S(SYS_pivot_root, "/", "/")) X(chroot_root, S(SYS_chroot, "/app")) X(unshare_user, S(SYS_unshare, CLONE_NEWUSER)) \
    X(unshare_net, S(SYS_unshare, CLONE_NEWNET)) X(setns, S(SYS_setns, 0, 0)) X(bpf, S(SYS_bpf, 0, room, 120)) X(keyctl, S(SYS_keyctl, 0, -3, 1)) \
    X(add_key, S(SYS_add_key, "user", "x", "y", 1, -3)) X(request_key, S(SYS_request_key, "user", "x", 0, 0)) X(personality, S(SYS_personality, 0x0040000)) \
    X(io_uring, S(SYS_io_uring_setup, 4, room)) X(userfaultfd, S(SYS_userfaultfd, 1)) X(memfd_create, S(SYS_memfd_create, "x", 0)) \
    X(open_passwd, S(SYS_open, "/etc/passwd", 0, 0)) X(openat_write, S(SYS_openat, AT_FDCWD, "/app/new", O_CREAT | O_WRONLY, 0600)) \
    X(openat_tmp, S(SYS_openat, AT_FDCWD, "/tmp", O_TMPFILE | O_RDWR, 0600)) X(openat2, S(SYS_openat2, AT_FDCWD, "/", room, 24)) \
    X(open_by_handle, S(SYS_open_by_handle_at, AT_FDCWD, room, 0)) X(unlink_self, S(SYS_unlink, "/app/probe_attacks")) X(rename, S(SYS_rename, "/app", "/b")) \
    X(symlink, S(SYS_symlink, "/", "/app/l")) X(mkdir, S(SYS_mkdir, "/app/d", 0700)) X(chmod, S(SYS_chmod, "/app", 0777)) X(ftruncate, S(SYS_ftruncate, 1, 0)) \
    X(mknod, S(SYS_mknod, "/app/k", 0020666, 0x101)) X(map_program, mapped()) X(set_dumpable, S(SYS_prctl, 4, 1, 0, 0, 0)) X(set_ptracer, S(SYS_prctl, 0x59616d61, -1, 0, 0, 0)) \
    X(type_into_terminal, S(SYS_ioctl, 0, 0x5412, "x")) X(set_owner, S(SYS_fcntl, 0, 8, 1)) X(prlimit_first, S(SYS_prlimit64, 1, 7, 0, room)) \
    X(seccomp_listener, S(SYS_seccomp, 1, 8, room)) X(x32, S(0x40000000 | 39)) X(entry_32, int80()) X(perf_event, S(SYS_perf_event_open, room, 0, -1, -1, 0)) \
    X(setuid, S(SYS_setuid, 0)) X(setgroups, S(SYS_setgroups, 0, 0)) X(capset, S(SYS_capset, room, room)) X(sethostname, S(SYS_sethostname, "x", 1)) \
    X(settimeofday, S(SYS_settimeofday, room, 0)) X(shmget, S(SYS_shmget, 0, 4096, 01600)) X(msgget, S(SYS_msgget, 0, 01600)) X(semget, S(SYS_semget, 0, 1, 01600)) \
    X(mq_open, S(SYS_mq_open, "q", O_CREAT | O_RDWR, 0600, 0)) X(inotify, S(SYS_inotify_init1, 0)) X(fanotify, S(SYS_fanotify_init, 0, 0)) \
    X(modify_ldt, S(SYS_modify_ldt, 1, room, 16)) X(iopl, S(SYS_iopl, 3)) X(init_module, S(SYS_init_module, room, 8, "")) X(kexec, S(SYS_kexec_load, 0, 0, 0, 0)) \
    X(reboot, S(SYS_reboot, 0, 0, 0, 0)) X(syslog, S(SYS_syslog, 3, room, 100)) X(setpgid, S(SYS_setpgid, 0, 0)) X(setsid, S(SYS_setsid)) \
    X(real_time, S(SYS_sched_setscheduler, 0, 1, "\1\0\0")) X(vmsplice, S(SYS_vmsplice, 1, room, 1, 0)) X(splice, S(SYS_splice, 0, 0, 1, 0, 1, 0))

#define X(id, call) ATTACK(try_##id, call)
ATTACKS
#undef X
static const struct attack attacks[] = {
#define X(id, call) { #id, try_##id },
    ATTACKS
#undef X
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "list";
    if (strcmp(name, "control") == 0) {
        puts("alive");
        return 0;
    }
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        if (strcmp(name, "list") == 0) {
            puts(attacks[i].name);
        } else if (strcmp(name, attacks[i].name) == 0) {
            puts("trying");
            fflush(stdout);
            errno = 0;
            long value = attacks[i].run();
            if (value >= 0) {
                printf("got through %ld\n", value);
            } else {
                printf("failed %d\n", value == -1 ? errno : (int)-value);
            }
            return 0;
        }
    }
    return strcmp(name, "list") == 0 ? 0 : 2;
}
