namespace Sandbox.Policy.Scenarios;

/// <summary>Who lets an approved export leave.</summary>
public static class Releasers
{
    /// <summary>The authority where it approves exports, else whoever does; nobody where the profile names no approver.</summary>
    public static IReadOnlyList<Role> Of(IReadOnlyList<Role> approvers) => approvers.Contains(Role.Authority) ? [Role.Authority] : approvers;
}
