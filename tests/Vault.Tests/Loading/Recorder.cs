using Sandbox.Vault.Loading;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Keeps the progress of a load, and does something at each step of it.</summary>
internal sealed class Recorder(List<LoadProgress> steps, Action<LoadProgress>? also = null) : IProgress<LoadProgress>
{
    public void Report(LoadProgress value)
    {
        steps.Add(value);
        also?.Invoke(value);
    }
}
