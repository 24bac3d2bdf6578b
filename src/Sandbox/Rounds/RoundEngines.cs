using Sandbox.Enclave.Homomorphic;
using Sandbox.Jail;

namespace Sandbox.Host.Rounds;

/// <summary>The encryption that does a round's work.</summary>
internal static class RoundEngines
{
    /// <param name="jailer">For an engine that runs in a child; null where there is no domain, as at a contributor's home.</param>
    /// <param name="parameters">Of the round.</param>
    public static HomomorphicBackend For(Jailer? jailer, ParameterSet parameters)
    {
        var engines = EnginePaths.Locate();
        return new SealBackend(jailer ?? new Jailer(engines, new JailOptions()), engines, parameters);
    }
}
