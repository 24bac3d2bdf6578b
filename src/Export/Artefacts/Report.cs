namespace Sandbox.Export.Artefacts;

/// <summary>
/// A report: the author's words around tables of the same request, and figures that we draw from them. The author gives data and template; every byte is set by us.
/// </summary>
/// <param name="Name">File-safe name, distinct from the tables'.</param>
/// <param name="Title">One line.</param>
/// <param name="Parts">In their order.</param>
public sealed record Report(string Name, string Title, IReadOnlyList<ReportPart> Parts)
{
    /// <summary>Most parts.</summary>
    public const int MostParts = 50;

    /// <summary>Longest title.</summary>
    public const int LongestTitle = 120;

    /// <summary>Longest paragraph.</summary>
    public const int LongestText = 2000;
}

/// <summary>A part of a report: a closed set.</summary>
public abstract record ReportPart
{
    private ReportPart()
    {
    }

    /// <summary>A paragraph of plain words.</summary>
    public sealed record Words(string Text) : ReportPart;

    /// <summary>A whole table of the request.</summary>
    public sealed record Table(string Name) : ReportPart;

    /// <summary>Bars of one measure of a table with one dimension; margins are left out.</summary>
    public sealed record Bars(string Of, string Measure) : ReportPart;
}
