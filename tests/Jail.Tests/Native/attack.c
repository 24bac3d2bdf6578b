/* A hostile addon for the model jail's tests: lets a script make any system call. The few declarations stand for node_api.h, which the engine's package lacks. */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct opaque_env *env_t;
typedef struct opaque_value *value_t;
typedef struct opaque_info *info_t;
typedef value_t (*callback_t)(env_t, info_t);

extern int napi_get_cb_info(env_t, info_t, size_t *, value_t *, value_t *, void **);
extern int napi_get_value_int64(env_t, value_t, int64_t *);
extern int napi_create_int64(env_t, int64_t, value_t *);
extern int napi_create_function(env_t, const char *, size_t, callback_t, void *, value_t *);
extern int napi_set_named_property(env_t, value_t, const char *, value_t);

static value_t call(env_t env, info_t info)
{
    value_t arguments[7], result;
    size_t count = 7;
    int64_t n[7] = { 0 };
    napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
    for (size_t i = 0; i < count && i < 7; i++) {
        napi_get_value_int64(env, arguments[i], &n[i]);
    }
    long value = syscall(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
    napi_create_int64(env, value < 0 ? -errno : value, &result);
    return result;
}

/* The 32-bit entry of the kernel, where the same numbers mean other calls: 20 is getpid there. */
static value_t call32(env_t env, info_t info)
{
    value_t result;
    long value;
    (void)info;
    __asm__ volatile("int $0x80" : "=a"(value) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
    napi_create_int64(env, value, &result);
    return result;
}

__attribute__((visibility("default"))) value_t napi_register_module_v1(env_t env, value_t exports)
{
    value_t function;
    napi_create_function(env, "call", 4, call, NULL, &function);
    napi_set_named_property(env, exports, "call", function);
    napi_create_function(env, "call32", 6, call32, NULL, &function);
    napi_set_named_property(env, exports, "call32", function);
    return exports;
}
