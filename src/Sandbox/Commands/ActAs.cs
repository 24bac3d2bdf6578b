using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;

namespace Sandbox.Host.Commands;

/// <summary>Opens the domain for the person who acts, and closes both.</summary>
internal static class ActAs
{
    public static Answer Run(VerbContext context, Func<OpenDomain, Actor, Answer> act)
    {
        var (domain, actor) = context.OpenAs();
        using (domain)
        using (actor)
        {
            return act(domain, actor);
        }
    }
}
