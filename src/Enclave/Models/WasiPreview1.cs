using System.Collections.Frozen;

namespace Sandbox.Enclave.Models;

/// <summary>
/// The calls of WASI preview 1. Those that need a folder or a socket are there so that standard libraries link, and always answer that nothing of the kind is
/// open. The worker script answers exactly this list.
/// </summary>
public static class WasiPreview1
{
    /// <summary>Name of the import module.</summary>
    public const string Module = "wasi_snapshot_preview1";

    /// <summary>The functions that a model may import.</summary>
    public static FrozenSet<string> Functions { get; } = FrozenSet.ToFrozenSet(
        [
            "args_get", "args_sizes_get", "environ_get", "environ_sizes_get",
            "clock_res_get", "clock_time_get", "random_get", "sched_yield", "proc_exit", "proc_raise", "poll_oneoff",
            "fd_read", "fd_write", "fd_pread", "fd_pwrite", "fd_close", "fd_seek", "fd_tell", "fd_advise", "fd_allocate", "fd_datasync", "fd_sync", "fd_renumber",
            "fd_fdstat_get", "fd_fdstat_set_flags", "fd_fdstat_set_rights", "fd_filestat_get", "fd_filestat_set_size", "fd_filestat_set_times",
            "fd_prestat_get", "fd_prestat_dir_name", "fd_readdir",
            "path_open", "path_filestat_get", "path_filestat_set_times", "path_create_directory", "path_remove_directory", "path_rename", "path_unlink_file",
            "path_readlink", "path_link", "path_symlink",
            "sock_accept", "sock_recv", "sock_send", "sock_shutdown",
        ],
        StringComparer.Ordinal);
}
