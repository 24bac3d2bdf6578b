using Sandbox.Enclave.Homomorphic;

namespace Sandbox.Host.Rounds;

/// <summary>The encryption that does a round's work: the project's own, which needs .NET alone and so runs at a contributor's home as it stands.</summary>
internal static class RoundEngines
{
    public static HomomorphicBackend For(ParameterSet parameters) => new ManagedBackend(parameters);
}
