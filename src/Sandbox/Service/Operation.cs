using Sandbox.Host.Tenancy;

namespace Sandbox.Host.Service;

/// <summary>One use case as the service offers it: the same words as on the command line, at <c>/v1/GROUP/VERB</c>.</summary>
/// <param name="Verb">The command's words, for example <c>export approve</c>.</param>
/// <param name="Reads">Whether it is asked with GET and words in the query; else it is POST with words in a JSON body.</param>
/// <param name="Words">The words that it takes, and no others.</param>
internal sealed record Operation(string Verb, bool Reads, IReadOnlyList<Word> Words)
{
    /// <summary>Whether a person has to be there: what is shown is for a screen, or what is signed is a decision. No token does it.</summary>
    public bool InPerson { get; init; }

    /// <summary>Whether it keeps processors busy for longer than a moment; only so many run at a time.</summary>
    public bool Heavy { get; init; }

    /// <summary>Whether only those see it who supervise: it tells of every organisation.</summary>
    public bool Supervisors { get; init; }

    /// <summary>First word of the verb: what scopes of tokens name.</summary>
    public string Group => Verb.Split(' ')[0];

    /// <summary>The kind of its ledger entries of refusals, for example <c>export.approve</c>.</summary>
    public string Act => Verb.Replace(' ', '.');

    public string Path => "/v1/" + Verb.Replace(' ', '/');
}

/// <summary>A word of an operation.</summary>
/// <param name="Name">As on the command line, without dashes in front.</param>
/// <param name="Names">What it is the name of, where that is told to its own people only.</param>
internal sealed record Word(string Name, Named Names = Named.Unknown)
{
    public static implicit operator Word(string name) => new(name);

    /// <summary>Its name in JSON and in queries.</summary>
    public string Key => Name.Replace('-', '_');
}
