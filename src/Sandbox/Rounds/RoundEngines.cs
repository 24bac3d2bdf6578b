using Sandbox.Enclave.Homomorphic;
using Sandbox.Jail;

namespace Sandbox.Host.Rounds;

/// <summary>
/// The encryption that does a round's work: the project's own, which needs .NET alone and so runs at a contributor's home as it stands; or Microsoft SEAL in a jailed child,
/// for whoever must use SEAL itself and has the engines. What one makes the other reads; flooding and its check are the project's own in both cases.
/// </summary>
/// <param name="UseSeal">Whether SEAL does the work.</param>
/// <param name="UnsafeNoJail">Development only.</param>
internal sealed record RoundEngines(bool UseSeal = false, bool UnsafeNoJail = false)
{
    public static RoundEngines Managed { get; } = new();

    /// <exception cref="JailRefusedException">SEAL is wanted and the engines were not restored.</exception>
    public HomomorphicBackend For(ParameterSet parameters)
    {
        if (!UseSeal)
        {
            return new ManagedBackend(parameters);
        }

        var engines = EnginePaths.Locate();
        return new SealBackend(new Jailer(engines, new JailOptions { UnsafeNoJail = UnsafeNoJail }), engines, parameters);
    }
}
