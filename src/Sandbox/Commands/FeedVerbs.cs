using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Feeds;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary><c>ledger feed open|push|status|close</c> for the domain, <c>receive|check</c> for the other side.</summary>
internal static class FeedVerbs
{
    public static Command Group() => Verb.Group(
        "feed", "Hand the log to the city's platform or to suppliers as it grows, through a folder: complete, in order, each entry once.", Open(), Push(), Receive(), Check(), Status(), Close());

    private static Command Open()
    {
        var name = new Argument<string>("receiver");
        var folder = new Option<string>("--folder") { Description = "Folder that the receiver can reach, outside the domain", Required = true };
        var key = new Option<string>("--key") { Description = "The receiver's public key: a file or the line itself", Required = true };
        var supplier = new Option<string?>("--supplier") { Description = "Organisation that gets its own part only: every entry on its data and none on others'" };
        return Verb.Create(
            "open",
            "As the bureau: name a receiver of the log.",
            ["ledger feed open city-platform --folder /mnt/platform --key platform.pub --as zhao", "ledger feed open civil-affairs --supplier civil-affairs --folder /mnt/civil --key civil.pub --as zhao"],
            [name, folder, key, supplier],
            context =>
            {
                var receiverKey = LedgerReader.ReadKey(context.Get(key));
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return OpenFeed.Run(domain, actor, context.Get(name), context.Get(folder), receiverKey, context.Get(supplier));
                }
            });
    }

    private static Command Push()
    {
        var name = new Argument<string>("receiver");
        return Verb.Create("push", "As the bureau or operating unit: read the acknowledgement and put down what the receiver does not have yet. After an outage it goes on where it stood.", ["ledger feed push city-platform --as li"], [name], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return PushFeed.Run(domain, actor, context.Get(name));
            }
        });
    }

    private static Command Close()
    {
        var name = new Argument<string>("receiver");
        return Verb.Create("close", "As the bureau: hand nothing more to a receiver.", ["ledger feed close city-platform --as zhao"], [name], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return OpenFeed.Close(domain, actor, context.Get(name));
            }
        });
    }

    private static Command Status() => Verb.Create("status", "Show how far each receiver has everything.", ["ledger feed status"], [], context =>
    {
        using var domain = context.Open();
        return OpenFeed.Status(domain);
    });

    private static Command Receive()
    {
        var name = new Argument<string>("receiver");
        var folder = new Option<string>("--folder") { Description = "Folder in which the domain puts batches down", Required = true };
        var key = new Option<string>("--key") { Description = "The domain's public key: a file or the line itself", Required = true };
        var own = new Option<string>("--receiver-key") { Description = "The receiver's own key file, to sign acknowledgements", Required = true };
        var into = new Option<string>("--into") { Description = "Folder of the stored log", Required = true };
        return Verb.Create(
            "receive",
            "As the receiver, with no domain: verify new batches, store their entries once and in order, and acknowledge.",
            ["ledger feed receive city-platform --folder /mnt/platform --key domain.pub --receiver-key me.key --into ./log"],
            [name, folder, key, own, into],
            context =>
            {
                if (!Names.Valid(context.Get(name)) || !Directory.Exists(context.Get(folder)))
                {
                    return Names.Valid(context.Get(name)) ? new Answer.Failed("A file or folder that was named does not exist.") : Answer.No(Refusals.BadName(context.Get(name)));
                }

                var domainKey = LedgerReader.ReadKey(context.Get(key));
                using var receiver = SigningKeyFile.Read(context.Get(own));
                return ReceiveFeed.Run(context.Get(folder), context.Get(name), domainKey, receiver, Path.GetFullPath(context.Get(into)));
            });
    }

    private static Command Check()
    {
        var file = new Argument<FileInfo>("batch");
        var key = new Option<string>("--key") { Description = "The domain's public key: a file or the line itself", Required = true };
        return Verb.Create("check", "Offline, with no domain: verify one batch and say what it covers.", ["ledger feed check city-platform-000000000000-000000000071.batch --key domain.pub"], [file, key], context =>
        {
            var batch = LedgerBatches.Verify(InputFile.ReadAll(context.Get(file).FullName, LedgerBatches.MostBytes), LedgerReader.ReadKey(context.Get(key)));
            return Answer.Of(
                new JsonObject
                {
                    ["genuine"] = true, ["origin"] = batch.Origin, ["receiver"] = batch.Receiver, ["part"] = batch.Part.Length == 0 ? null : batch.Part,
                    ["from"] = batch.From, ["end"] = batch.End, ["entries"] = batch.Entries.Count, ["head"] = batch.Head.Size,
                },
                $"Genuine: {batch.Entries.Count} entries of {batch.Origin} from {batch.From} up to {batch.End}{(batch.Part.Length == 0 ? "" : $", the part of {batch.Part}")}.");
        });
    }
}
