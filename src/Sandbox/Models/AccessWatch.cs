using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Models;

/// <summary>
/// Looks every few seconds, through a connection of its own, whether the right behind a long job still stands: its scenario is granted and within its term, nothing stands against the people and
/// organisations behind it. When it is lost the job is stopped (CC 31: access ends promptly).
/// </summary>
internal sealed class AccessWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _looking;

    private AccessWatch(OpenDomain domain, Actor actor, string scenario, DomainAction action, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var (path, profile, time) = (domain.Folder.Registry, domain.Profile, domain.Time);
        var (name, organisation) = (actor.Name, actor.Organisation);
        _looking = Task.Run(async () =>
        {
            using var registry = RegistryDatabase.Open(path, create: false);
            while (!_end.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var today = DateOnly.FromDateTime(time.GetLocalNow().Date);
                if (_end.IsCancellationRequested || Against(new RegisterView(registry, profile, today, time.LocalTimeZone), name, organisation, scenario, action) is not { Count: > 0 } against)
                {
                    continue;
                }

                Lost = against;
                await _stop.CancelAsync().ConfigureAwait(false);
                return;
            }
        }, CancellationToken.None);
    }

    /// <summary>Ends when the right is lost, or the caller gives up.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Why the right is lost; null while it stands.</summary>
    public IReadOnlyList<Refusal>? Lost { get; private set; }

    public static AccessWatch Start(OpenDomain domain, Actor actor, string scenario, DomainAction action, CancellationToken cancel) => new(domain, actor, scenario, action, cancel);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _stop.Dispose();
    }

    private static IReadOnlyList<Refusal> Against(RegisterView view, string actor, string organisation, string id, DomainAction action)
    {
        if (view.Registry.Find<Scenario>(id) is not { } scenario)
        {
            return [];
        }

        var closed = AccessRefusals.Closed(view.Profile, scenario.State, scenario.From, scenario.Until, view.Today);
        return [.. closed, .. Standing.Of(view, actor, organisation, scenario, action).Refusals];
    }
}
