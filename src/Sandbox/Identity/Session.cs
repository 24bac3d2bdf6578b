using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Trust;

namespace Sandbox.Host.Identity;

/// <summary>Somebody who signed in: the opened private key lives here, in memory alone, and dies with the session or the process.</summary>
/// <param name="account">The sealed key that was opened: with another password, or a closed account, the session is over.</param>
internal sealed class Session(string person, string account, SigningKey key, string? token, string? principal, DateTimeOffset now) : IDisposable
{
    private readonly Lock _gate = new();
    private int _uses;
    private bool _over;
    private Answer? _last;

    public string Person { get; } = person;

    public string Account { get; } = account;

    /// <summary>Token of the unified authentication service that the person signed in with.</summary>
    public string? Token { get; } = token;

    /// <summary>For whom the person acts.</summary>
    public string? Principal { get; } = principal;

    public DateTimeOffset Since { get; } = now;

    public DateTimeOffset LastSeen { get; set; } = now;

    /// <summary>What forms of the session's own pages carry, and nobody else's.</summary>
    public string FormToken { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public SigningKey Key { get; } = key;

    /// <summary>Keeps how an act ended for the next page.</summary>
    public void Tell(Answer answer) => Volatile.Write(ref _last, answer);

    /// <summary>How the last act ended; told once.</summary>
    public Answer? Told() => Interlocked.Exchange(ref _last, null);

    /// <summary>Begins one use of the key; false once the session is over. A key is zeroed only when nobody is signing with it.</summary>
    public bool TryUse()
    {
        lock (_gate)
        {
            if (_over)
            {
                return false;
            }

            _uses++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_uses == 0 && _over)
            {
                Key.Dispose();
            }
        }
    }

    /// <summary>Ends the session; the key goes when the last act that uses it has ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_over && _uses == 0)
            {
                Key.Dispose();
            }

            _over = true;
        }
    }
}

/// <summary>The sessions of a service: found by the digest of their id, over after a time without use, after a day's work in any case, and when there are too many of a person.</summary>
internal sealed class Sessions(TimeProvider time) : IDisposable
{
    public static TimeSpan Idle { get; } = TimeSpan.FromMinutes(15);

    public static TimeSpan Longest { get; } = TimeSpan.FromHours(8);

    /// <summary>Sessions of one person at a time; the oldest makes room.</summary>
    public const int MostOfPerson = 8;

    private const int MostSessions = 10_000;
    private readonly ConcurrentDictionary<string, Session> _all = new(StringComparer.Ordinal);

    /// <returns>The id that the browser keeps; null when there are too many sessions altogether.</returns>
    public string? Add(Session session)
    {
        Sweep();
        var own = _all.Where(item => item.Value.Person == session.Person).OrderBy(item => item.Value.LastSeen).ToArray();
        foreach (var (digest, _) in own.Take(Math.Max(0, own.Length - MostOfPerson + 1)))
        {
            Remove(digest);
        }

        if (_all.Count >= MostSessions)
        {
            return null;
        }

        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _all[Digest(id)] = session;
        return id;
    }

    public Session? Find(string? id)
    {
        if (id is not { Length: 43 } || Digest(id) is not { } digest || !_all.TryGetValue(digest, out var session))
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (Over(session, now))
        {
            Remove(digest);
            return null;
        }

        session.LastSeen = now;
        return session;
    }

    public void End(string? id)
    {
        if (id is { Length: 43 })
        {
            Remove(Digest(id));
        }
    }

    public void Dispose()
    {
        foreach (var (digest, _) in _all)
        {
            Remove(digest);
        }
    }

    /// <summary>Lets go of the keys of sessions that are over.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (digest, _) in _all.Where(item => Over(item.Value, now)))
        {
            Remove(digest);
        }
    }

    private static bool Over(Session session, DateTimeOffset now) => now - session.LastSeen > Idle || now - session.Since > Longest;

    private void Remove(string digest)
    {
        if (_all.TryRemove(digest, out var session))
        {
            session.Dispose();
        }
    }

    private static string Digest(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)));
}
