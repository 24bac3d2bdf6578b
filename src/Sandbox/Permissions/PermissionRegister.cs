using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Permissions;

/// <summary>The permissions of the subjects of one data set for one scenario. Who gave them stands only in the sealed book, as keyed commitments.</summary>
/// <param name="Id">Data set and scenario, as <c>set/scenario</c>.</param>
/// <param name="DataSet">The data set.</param>
/// <param name="Scenario">The one scenario that they hold for.</param>
/// <param name="Book">The sealed book, under the data set's key.</param>
/// <param name="State">State of the book; every change is one more.</param>
/// <param name="LastEnd">State in which a permission was ended last; 0 when none was. What was built before that is not read any more.</param>
/// <param name="Changes">Every change, in order.</param>
public sealed record PermissionRegister(string Id, string DataSet, string Scenario, ObjectRef Book, int State, int LastEnd, IReadOnlyList<PermissionChange> Changes) : IAggregate
{
    public static string Kind => "permissions";

    internal static string IdOf(string dataSet, string scenario) => $"{dataSet}/{scenario}";

    /// <summary>The book and the papers.</summary>
    internal IEnumerable<ObjectRef> Objects => [Book, .. Changes.Select(change => change.Evidence).OfType<ObjectRef>()];
}

/// <summary>One change: permissions given, or ended.</summary>
/// <param name="State">State of the book that it made.</param>
/// <param name="Given">True for given, false for ended.</param>
/// <param name="Count">How many, to the order of magnitude.</param>
/// <param name="Evidence">The paper on which it rests, sealed; a subject who ends its own permission needs none.</param>
/// <param name="Digest">Digest of that paper.</param>
public sealed record PermissionChange(int State, bool Given, long Count, ObjectRef? Evidence, string? Digest, string Person, string Organisation, DateTimeOffset At);

/// <summary>Which permissions something was made under.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="State">State of its book; 0 where nobody had given any.</param>
/// <param name="Day">The day on which their terms were looked at.</param>
/// <param name="Until">Last day of the first of them to lapse; null where that is not asked, or there is none.</param>
public sealed record PermissionState(string DataSet, int State, DateOnly Day, DateOnly? Until = null);
