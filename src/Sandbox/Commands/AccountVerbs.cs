using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Host.Identity;
using Sandbox.Host.Service;

namespace Sandbox.Host.Commands;

/// <summary><c>account open|close|unlock</c> and <c>token create|list|end</c>: how people and programs come in through the service.</summary>
internal static class AccountVerbs
{
    public static Command Account() => Verb.Group("account", "Local accounts of the service: a person's key, sealed under a password and the domain.", Open(), Close(), Unlock());

    public static Command Token() => Verb.Group("token", "Tokens by which a program acts for you over HTTP, within scopes and for a term.", Create(), End(), List());

    private static Command Open()
    {
        var password = new Option<FileInfo>("--password-file") { Description = "File whose first line is the new password, at least 12 characters", Required = true };
        var factor = new Option<bool>("--second-factor") { Description = "Also ask for codes of an authenticator program (always so for the bureau, its third party and auditors)" };
        return Verb.Create(
            "open",
            "Open your account, or set a new password and a new second factor. From then on you sign in at the service without your key file.",
            ["account open --as li --person-key li.key --password-file new-password.txt", "account open --as wu --password-file new-password.txt --second-factor"],
            [password, factor],
            context =>
            {
                var bytes = InputFile.ReadAll(context.Get(password).FullName, 1 << 12);
                var characters = new char[bytes.Length];
                try
                {
                    var end = bytes.AsSpan().IndexOfAny((byte)'\r', (byte)'\n');
                    var length = Encoding.UTF8.GetChars(end < 0 ? bytes : bytes.AsSpan(0, end), characters);
                    return ActAs.Run(context, (domain, actor) => OpenAccount.Run(domain, actor, characters.AsSpan(0, length), context.Get(factor)));
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(bytes);
                    characters.AsSpan().Clear();
                }
            });
    }

    private static Command Close()
    {
        var name = new Option<string?>("--person") { Description = "As the bureau: whose account (default: your own)", HelpName = "name" };
        return Verb.Create("close", "Close your account, or as the bureau anybody's; its tokens end with it.", ["account close --as li", "account close --person li --as zhao"], [name], context =>
            ActAs.Run(context, (domain, actor) => OpenAccount.Close(domain, actor, context.Get(name))));
    }

    private static Command Unlock()
    {
        var name = new Argument<string>("person");
        return Verb.Create("unlock", "As the bureau: let somebody try again whose account failed sign-ins have locked.", ["account unlock li --as zhao"], [name], context =>
            ActAs.Run(context, (domain, actor) => OpenAccount.Unlock(domain, actor, context.Get(name))));
    }

    private static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Its name" };
        var scopes = new Option<string[]>("--scope") { Description = $"What it may do: a group of operations, or GROUP:read; may be repeated. Groups: {string.Join(", ", Operations.Groups)}", Required = true };
        var days = new Option<int>("--days") { Description = "For how many days", DefaultValueFactory = _ => 30 };
        return Verb.Create("create", "Make a token; its text is shown once.", ["token create nightly --scope export:read --scope due:read --days 90 --as li"], [name, scopes, days], context =>
            ActAs.Run(context, (domain, actor) => MakeToken.Run(domain, actor, context.Get(name), context.Get(scopes) ?? [], context.Get(days), Operations.Groups)));
    }

    private static Command End()
    {
        var name = new Argument<string>("name");
        return Verb.Create("end", "End a token of yours, or as the bureau anybody's.", ["token end nightly --as li"], [name], context => ActAs.Run(context, (domain, actor) => MakeToken.End(domain, actor, context.Get(name))));
    }

    private static Command List() => Verb.Create("list", "Show your tokens; as the bureau everybody's. Never their text.", ["token list --as li"], [], context => ActAs.Run(context, MakeToken.List));
}
