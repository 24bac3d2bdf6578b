using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>
/// A jail with the engine in it that waits for its one job: three empty memory files, which the child can only read, and a pipe whose first byte says that they are filled.
/// Before that byte it has been given nothing. Disposing kills the child and lets go of the files.
/// </summary>
internal sealed class WaitingJail : IAsyncDisposable
{
    private const int ModuleDescriptor = 3, SettingsDescriptor = 4, TrainedDescriptor = 5, WordDescriptor = 6;

    private readonly SealedMemory[] _files;
    private readonly bool _ahead;

    private WaitingJail(SealedMemory[] files, JailedProcess process, bool ahead) => (_files, Process, _ahead) = (files, process, ahead);

    public JailedProcess Process { get; }

    /// <param name="jailer">Starts the child.</param>
    /// <param name="policy">The jail, narrowed to the job.</param>
    /// <param name="ahead">Whether its time runs from <see cref="Give"/> only.</param>
    /// <param name="cancellation">Kills the child.</param>
    /// <exception cref="JailRefusedException">No jail can be built; nothing was started.</exception>
    public static WaitingJail Start(Jailer jailer, JailPolicy policy, bool ahead, CancellationToken cancellation)
    {
        var files = new List<SealedMemory>();
        try
        {
            foreach (var name in (ReadOnlySpan<string>)["module", "settings", "trained"])
            {
                files.Add(SealedMemory.Create(name));
            }

            var process = jailer.Start(
                new JailCommand
                {
                    Policy = policy,
                    Program = WorkerScripts.Model,
                    Inherit = [InheritedFile.ToRead(files[0], ModuleDescriptor), InheritedFile.ToRead(files[1], SettingsDescriptor), InheritedFile.ToRead(files[2], TrainedDescriptor)],
                    WordNumber = WordDescriptor,
                    Ahead = ahead,
                },
                cancellation);
            return new([.. files], process, ahead);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Fills and seals the files; the child begins with the first byte of its input.</summary>
    public void Give(ReadOnlyMemory<byte> module, ReadOnlyMemory<byte> settings, ReadOnlyMemory<byte> trained, CancellationToken cancellation)
    {
        _files[0].Fill(target => target.Write(module.Span));
        _files[1].Fill(target => target.Write(settings.Span));
        _files[2].Fill(target => target.Write(trained.Span));
        if (_ahead)
        {
            Process.Begin(cancellation);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync().ConfigureAwait(false);
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }
}
