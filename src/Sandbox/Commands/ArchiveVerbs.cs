using System.CommandLine;
using Sandbox.Host.DataSets;

namespace Sandbox.Host.Commands;

/// <summary><c>data archive|archived</c>.</summary>
internal static class ArchiveVerbs
{
    public static Command Archive()
    {
        var name = new Argument<string>("name");
        var target = new Option<FileInfo>("--out") { Description = "New file for the package", Required = true };
        return Verb.Create("archive", "As its provider: make a package for the archives authority, index and digests, signed.", ["data archive register --out register.archive --as chen"], [name, target], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return ArchiveData.Pack(domain, actor, context.Get(name), context.Get(target).FullName);
            }
        });
    }

    public static Command Archived()
    {
        var package = new Argument<string>("package");
        var number = new Option<string>("--number") { Description = "The archives authority's number", Required = true };
        var receipt = new Option<FileInfo>("--receipt") { Description = "Its receipt; it is kept sealed", Required = true };
        return Verb.Create("archived", "As its provider: file the receipt of the archives authority; the package counts as handed over.", ["data archived register-1 --number A-2026-17 --receipt receipt.pdf --as chen"], [package, number, receipt], async context =>
        {
            var bytes = InputFile.ReadAll(context.Get(receipt).FullName, ArchiveData.MostReceiptBytes);
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await ArchiveData.ReceiveAsync(domain, actor, context.Get(package), context.Get(number), bytes, context.Cancel).ConfigureAwait(false);
            }
        });
    }
}
