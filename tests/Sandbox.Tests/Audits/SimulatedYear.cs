using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Audits;

/// <summary>A domain whose clock a test turns.</summary>
internal sealed class SimulatedYear : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock;
    private OpenDomain _domain;

    public SimulatedYear(DateTimeOffset start, string profile = "futian", params string[] overlays)
    {
        _clock = new Clock { Now = start };
        Root = _folder.File("city");
        Done(InitDomain.Run(Root, new NewDomain("town", profile, overlays, "nist", 1, "zhao", "data-bureau", new ProfileAcknowledgement(true, true)), new Unlocking(), _clock));
        _domain = Open();
    }

    public string Root { get; }

    public OpenDomain Domain => _domain;

    public DateTimeOffset Now
    {
        get => _clock.Now;
        set => _clock.Now = value;
    }

    public DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    public string File(string name) => _folder.File(name);

    public Actor As(string name) => Actor.Authenticate(_domain, name, null);

    public void Register(string name, Role role)
    {
        using var zhao = As("zhao");
        Done(AddPerson.Run(_domain, zhao, name, "office-of-" + name, role, null));
    }

    public void Reopen()
    {
        _domain.Dispose();
        _domain = Open();
    }

    /// <summary>Lets go of the domain, so that the program can be called on its folder, or somebody can change a file.</summary>
    public void Closed(Action act)
    {
        _domain.Dispose();
        act();
        _domain = Open();
    }

    public static void Done(Answer answer) => Assert.True(answer is Answer.Done, answer is Answer.Refused refused ? string.Join(' ', refused.Refusals.Select(item => item.Rule + item.Why)) : answer.ToString());

    public static string Rule(Answer answer) => Assert.Single(Assert.IsType<Answer.Refused>(answer).Refusals).Rule;

    public void Dispose()
    {
        _domain.Dispose();
        _folder.Dispose();
    }

    private OpenDomain Open() => OpenDomain.Open(Root, new Unlocking(), _clock, new DomainSettings());

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
