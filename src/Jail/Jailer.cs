using System.Runtime.InteropServices;
using Sandbox.Jail.Filters;
using Sandbox.Jail.Launching;
using Sandbox.Jail.Native;
using Sandbox.Jail.Pipes;
using Sandbox.Jail.Probing;
using Sandbox.Jail.Spawning;

namespace Sandbox.Jail;

/// <summary>Starts children in jails. Thread-safe; one per host process is enough.</summary>
public sealed class Jailer
{
    private const int PipeCapacity = 1 << 20;

    // What an engine opens for itself.
    private const int SpareFiles = 8;

    private readonly EnginePaths _engines;
    private readonly JailOptions _options;
    private readonly HostTools _tools;
    private readonly bool _root = LibC.geteuid() == 0;
    private readonly Staging _staging;
    private readonly Lazy<string?> _addon;
    private readonly Lazy<string?> _starter;
    private readonly Lazy<JailReport> _report;

    /// <summary>A jailer over the given engines; nothing is started or probed yet.</summary>
    public Jailer(EnginePaths engines, JailOptions options)
        : this(engines, options, HostTools.Find())
    {
    }

    internal Jailer(EnginePaths engines, JailOptions options, HostTools tools)
    {
        ArgumentNullException.ThrowIfNull(engines);
        ArgumentNullException.ThrowIfNull(options);
        (_engines, _options, _tools) = (engines, options, tools);
        _staging = new Staging(options.CacheFolder ?? Staging.DefaultFolder(), _root);
        _addon = new Lazy<string?>(() => SecondStage.BuildAddon(_staging));
        _starter = new Lazy<string?>(() => SecondStage.BuildStarter(_staging));
        _report = new Lazy<JailReport>(() => JailProbe.Run(_tools, _root, _addon, TryTrial));
    }

    /// <summary>What jail this machine gives; found out once by building a trial jail, then remembered.</summary>
    public JailReport Probe() => _report.Value;

    /// <summary>Starts a child; it is running, or about to, when this returns.</summary>
    /// <param name="command">What to run, where, with which limits.</param>
    /// <param name="token">Kills the child when cancelled.</param>
    /// <exception cref="JailRefusedException">The demanded jail can't be had. Nothing was started.</exception>
    public JailedProcess Start(JailCommand command, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        token.ThrowIfCancellationRequested();
        var policy = command.Policy;
        if (policy.Engine == JailEngine.None || !File.Exists(command.Program))
        {
            throw JailRefusals.NoProgram();
        }

        PolicyCheck.Demand(policy);
        if (command.WordNumber is < InheritedFile.LowestNumber or > InheritedFile.HighestNumber || command.Inherit.Any(file => file.ChildNumber + SpareFiles > policy.OpenFiles))
        {
            throw new ArgumentOutOfRangeException(nameof(command), "A child's descriptors go from 3 as far as its policy lets it open files.");
        }

        var wanted = Math.Max(policy.MinimumLevel, _options.MinimumLevel);
        if (!_options.UnsafeNoJail && (Probe().Level < Math.Max(1, wanted)))
        {
            throw JailRefusals.Level(wanted, Probe());
        }

        var jailed = !_options.UnsafeNoJail || Probe().Level > 0;
        var layout = policy.Engine == JailEngine.Native
            ? NativeLayout.For(command, policy.Stage2 ? _addon.Value : null, policy.Stage2 ? _starter.Value : null, jailed)
            : JailLayout.For(command, _engines, policy.Stage2 ? _addon.Value : null, inPlace: !jailed);
        return Launch(policy, layout, command.Inherit, command.WordNumber, jailed, command.Ahead, token);
    }

    private JailedProcess Launch(
        JailPolicy policy, JailLayout layout, IReadOnlyList<InheritedFile> inherit, int? wordNumber, bool jailed, bool ahead, CancellationToken token)
    {
        using var owned = new Belongings();
        var input = owned.Add(Pipe.Create(PipeCapacity));
        var output = owned.Add(Pipe.Create(PipeCapacity));
        var error = owned.Add(Pipe.Create());
        var files = new List<ChildFile> { new(input.Read, 0), new(output.Write, 1), new(error.Write, 2) };
        var word = wordNumber is null ? null : owned.Add(Pipe.Create());
        if (word is not null)
        {
            files.Add(new ChildFile(word.Write, wordNumber!.Value));
        }

        files.AddRange(inherit.Select(file => new ChildFile(file.Memory is { } memory ? owned.Add(memory.ForChild(file.ReadOnly)) : file.Handle!, file.ChildNumber)));
        var (launcher, first) = jailed ? StartJailed(policy, layout, files, owned) : StartBare(policy, layout, files);
        return new JailedProcess(
            new JailedParts(policy, _options.Time, launcher, first, Pipe.Duplicate(input.Write), Pipe.Duplicate(output.Read), Pipe.Duplicate(error.Read), word is null ? null : Pipe.Duplicate(word.Read), jailed, ahead), token);
    }

    private (KernelProcess Launcher, KernelProcess? First) StartJailed(
        JailPolicy policy, JailLayout layout, List<ChildFile> files, Belongings owned)
    {
        layout = layout with { Binds = [.. layout.Binds.Select(bind => (_staging.For(bind.Host), bind.Inside))] };
        var user = JailUser.Next(_root);
        var control = JailArguments.ControlNumbers.Above(files.Max(file => file.Number));
        var info = owned.Add(Pipe.Create());
        var block = owned.Add(Pipe.Create());
        files.Add(new ChildFile(InMemory("jail options", JailArguments.Options(policy, layout, control)), control.Arguments));
        files.Add(new ChildFile(InMemory("jail filter", FirstStage.For(policy)), control.Filter));
        files.Add(new ChildFile(info.Write, control.Info));
        files.Add(new ChildFile(block.Read, control.Block));
        var launcher = KernelProcess.Open(Spawner.Start(JailArguments.CommandLine(_tools, policy, layout, control, user), [], files));

        // Ours must be closed, or we would wait for ever for a launcher that failed.
        info.Write.Dispose();
        KernelProcess? first = null;
        try
        {
            first = KernelProcess.Open(JailInfo.ReadFirstProcess(info.Read) ?? throw JailRefusals.NotBuilt());
            if (!user.Alone && !ChildLimits.SetThreads(first.Id, policy.Threads))
            {
                throw JailRefusals.NotBuilt();
            }

            JailInfo.Release(block.Write);
            return (launcher, first);
        }
        catch
        {
            // The first process too: without its launcher it would take the end of the block for our word and go on.
            Abandon(launcher);
            Abandon(first);
            throw;
        }

        SafeHandle InMemory(string name, byte[] content)
        {
            using var memory = SealedMemory.Of(name, target => target.Write(content));
            return owned.Add(memory.ForChild());
        }
    }

    private (KernelProcess Launcher, KernelProcess? First) StartBare(JailPolicy policy, JailLayout layout, List<ChildFile> files)
    {
        var limits = _tools.Prlimit is null ? [] : JailArguments.Limits(_tools, policy, JailUser.Ordinary);
        var environment = layout.Environment.Select(pair => pair.Key + "=" + pair.Value).ToArray();
        return (KernelProcess.Open(Spawner.Start([.. limits, .. layout.CommandLine], environment, files)), null);
    }

    private bool TryTrial()
    {
        var policy = JailPolicies.Model with { Name = "trial", WallLimit = TimeSpan.FromSeconds(10), FileSizeLimit = 0 };
        var program = HostTools.Find("true");
        if (program is null)
        {
            return false;
        }

        var layout = new JailLayout
        {
            Binds = [(program, "/engines/true")],
            Proc = true,
            CommandLine = ["/engines/true"],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
        };
        try
        {
            return TrialAsync(policy, layout).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is JailRefusedException or IOException)
        {
            return false;
        }
    }

    private async Task<bool> TrialAsync(JailPolicy policy, JailLayout layout)
    {
        var process = Launch(policy, layout, [], wordNumber: null, jailed: true, ahead: false, CancellationToken.None);
        await using (process.ConfigureAwait(false))
        {
            return (await process.Exit.ConfigureAwait(false)).Reason == ExitReason.Completed;
        }
    }

    private static void Abandon(KernelProcess? process)
    {
        if (process is not null)
        {
            process.Signal(LibCProcess.SIGKILL);
            _ = LibCProcess.Wait(process.Id, out _, out _);
            process.Dispose();
        }
    }
}
