using System.CommandLine;
using System.Text;
using Sandbox.Host.Commands;
using Sandbox.Host.Demo;
using Sandbox.Trust;

namespace Sandbox.Host;

/// <summary>The command line. Exit codes: 0 done, 1 refused, 2 usage, 3 failed.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        CoreDumps.Forbid();
        Console.OutputEncoding = new UTF8Encoding(false);
        var root = Root();
        HelpWithExamples.Install(root);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }

            Console.Error.WriteLine("Try --help.");
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15), EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Actions answer for their own errors; what comes up to here is an answer that could not be written (a full disk behind a pipe).
            return 3;
        }
    }

    /// <summary>The whole tree of verbs.</summary>
    internal static RootCommand Root()
    {
        var root = new RootCommand(
            "Sandbox: the runtime of an authorised operation domain (授权运营域). Public data are used without being seen.\n\n"
            + "Examples:\n  sandbox demo\n  sandbox doctor\n  sandbox init --dir ./city --profile futian --overlay changchun:training\n\n"
            + "Exit codes: 0 done, 1 refused, 2 usage, 3 failed")
        {
            DomainVerbs.Init(),
            ProfileVerbs.Group(),
            PersonVerbs.Group(),
            DataVerbs.Group(),
            SourceVerbs.Group(),
            ScenarioVerbs.Group(),
            PermissionVerbs.Group(),
            SubjectVerbs.Group(),
            ZoneVerbs.Group(),
            ZoneVerbs.Query(),
            ResultVerbs.Group(),
            ModelVerbs.Group(),
            ModelVerbs.Run(),
            JailVerbs.Group(),
            RoundVerbs.Group(),
            ExportVerbs.Group(),
            VerifyVerbs.Verify(),
            LedgerVerbs.Group(),
            LineageVerbs.Group(),
            BackupVerbs.Group(),
            AlertVerbs.Group(),
            AuditVerbs.Group(),
            AssessmentVerbs.Group(),
            PartyVerbs.Group(),
            AgreementVerbs.Group(),
            OrderVerbs.Group(),
            EvaluationVerbs.Group(),
            NoticeVerbs.Group(),
            CalendarVerbs.Group(),
            DueVerbs.Due(),
            DisclosureVerbs.Disclosure(),
            ProcedureVerbs.Group(),
            CatalogueVerbs.Group(),
            DemandVerbs.Group(),
            ClassificationVerbs.Classification(),
            ClassificationVerbs.NegativeList(),
            CaseVerbs.Group(),
            DemoVerbs.Demo(),
            DoctorVerbs.Doctor(),
            AccountVerbs.Account(),
            AccountVerbs.Token(),
            ServeVerbs.Serve(Root),
        };
        foreach (var option in new Option[] { CommonOptions.Json, CommonOptions.Dir, CommonOptions.As, CommonOptions.PersonKey, CommonOptions.Token, CommonOptions.For, CommonOptions.KeyFile, CommonOptions.PassphraseFile, CommonOptions.UnsafeNoJail })
        {
            root.Add(option);
        }

        return root;
    }
}
