using System.Text.RegularExpressions;
using Sandbox.Fixtures;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>
/// Every way in which .NET, SQLite or DuckDB can write to a file, a console, a process or a network, sought in the rooms' source. Only the files named here may hold one,
/// each with its reason; a name without such a way is struck off. The jailed workers' own attempts to get out are tests of the Jail and Vault rooms.
/// </summary>
public sealed class ExitScanTests
{
    private static readonly (string Kind, Regex Form)[] Ways =
    [
        ("file", new(@"\bFile\s*\.\s*(Write|Append|Create|Copy|Move|Replace|Open\s*\(|OpenWrite|OpenHandle|Encrypt)|\bRandomAccess\b|\bFileInfo\([^)]*\)\s*\.\s*(Open|Create|Append|Copy|Move|Replace)|\bFile(Mode\s*\.\s*(Create|CreateNew|OpenOrCreate|Append|Truncate)|Access\s*\.\s*(Write|ReadWrite))\b")),
        ("writer", new(@"\bnew\s+(StreamWriter|XmlTextWriter|BinaryWriter|ZipArchive)\b|\bXmlWriter\s*\.\s*Create|\bZipFile\b|\bTarFile\b")),
        ("folder", new(@"\bDirectory\s*\.\s*(Create|Move)|\bCreateSubdirectory\b")),
        ("network", new(@"\bSystem\.Net\b|\b(HttpClient|HttpWebRequest|WebRequest|WebClient|TcpClient|TcpListener|UdpClient|HttpListener|SmtpClient|ClientWebSocket|QuicConnection|Ping)\b|\bnew\s+Socket\b|\bDns\s*\.")),
        ("answer", new(@"\bResponse\s*\.\s*(Body|BodyWriter|Write\w*|Send\w*)|\bTypedResults\b|\bResults\s*\.\s*(Text|Bytes|File|Stream|Json|Content|Ok)\b")),
        ("process", new(@"\bProcess\s*\.\s*Start|\bnew\s+Process(StartInfo)?\b|\bposix_spawn|\bexecve?\b")),
        ("console", new(@"\bConsole\s*\.\s*(Write|Out|Error|OpenStandard|SetOut|SetError|Title)|\b(Debug|Trace)\s*\.\s*(Write|Print|Fail|TraceE|TraceW|TraceI)|\bEventLog\b|\bEventSource\b|\bActivitySource\b|\bEnvironment\s*\.\s*(FailFast|SetEnvironmentVariable)")),
        ("shared memory", new(@"\b(MemoryMappedFile|NamedPipe\w*|AnonymousPipe\w*)\b")),
        ("native", new(@"\[\s*(LibraryImport|DllImport)\b|\bNativeLibrary\s*\.|\bdelegate\*\s*unmanaged|\bGetDelegateForFunctionPointer\b|\bsyscall\b")),
        ("log", new(@"\bWriteTo\s*\.|\bAuditTo\s*\.")),
        ("sqlite", new(@"\bnew\s+SqliteConnection\b|\bBackupDatabase\b|\bVACUUM\s+INTO\b|\bATTACH\s+DATABASE\b")),
        ("duckdb", new(@"""[^""]*\b(COPY\s+(\(|\{|[a-z_]+\s+TO)|EXPORT\s+DATABASE|ATTACH\s|INSTALL\s|LOAD\s+'|PRAGMA\s+enable_profil|CREATE\s+(PERSISTENT\s+)?SECRET)", RegexOptions.IgnoreCase)),
    ];

    /// <summary>File, the ways it has, and why it may.</summary>
    private static readonly (string File, string Ways, string Reason)[] Allowed =
    [
        ("src/Enclave/Models/ModelPackage.cs", "writer", "reads a submitted package's ZIP in memory; the archive is opened for reading"),
        ("src/Export/Outlet/ReleaseOutlet.cs", "file folder", "the only place that writes releases, after votes and ledger entry"),
        ("src/Export/Suppression/Native/GlpkCalls.cs", "native", "linear programs in the system's libglpk: numbers in, numbers out"),
        ("src/Jail/Filters/FirstStage.cs", "process", "names the calls that the filter judges; calls nothing"),
        ("src/Jail/Filters/SecondStage.cs", "file folder process", "compiles the second stage into the user's cache: program text, no data; names the calls that the filter judges"),
        ("src/Jail/Filters/SystemCalls.cs", "process", "a table of names of system calls; calls nothing"),
        ("src/Jail/Launching/Staging.cs", "file folder", "copies program files to where an unprivileged child can read them"),
        ("src/Jail/Memory/SealedMemory.cs", "file", "memory files without a name on any disk"),
        ("src/Jail/Native/LibC.cs", "native", "the room's own calls of the C library: memory files, seals, signals"),
        ("src/Jail/Native/LibCProcess.cs", "process native", "starting and waiting for jailed children, the only place that starts any"),
        ("src/Jail/Spawning/Spawner.cs", "process", "starts bubblewrap with exactly the named descriptors"),
        ("src/Policy/Identifiers/TextIdentifiers.cs", "network", "recognises addresses by their form; opens no connection"),
        ("src/Sandbox/Answers/Consoles.cs", "console", "the terminal on which answers are printed"),
        ("src/Sandbox/Backups/CreateBackup.cs", "file folder sqlite", "a backup: the registry's snapshot and sealed objects under one more seal; the epoch key's copy, wrapped by the master key"),
        ("src/Sandbox/Backups/RestoreBackup.cs", "folder", "gives a restored domain its place, and removes half restored ones"),
        ("src/Sandbox/Backups/RestoredDomain.cs", "file folder sqlite", "unpacks what a backup holds: metadata and sealed objects, no plain value"),
        ("src/Sandbox/Commands/JailVerbs.cs", "console", "the input and output of a module that runs without a domain, and the report of its run"),
        ("src/Sandbox/Commands/LedgerVerbs.cs", "folder", "the folder of a ledger export, which holds no data values"),
        ("src/Sandbox/Commands/OutputFile.cs", "file", "proofs, checkpoints and batches of the log that a user asks for: hashes, signatures, ledger entries; papers on assessments; a data subject's copy of its own records, after the providers' signed approvals and the ledger entry"),
        ("src/Sandbox/Commands/Verb.cs", "console", "prints the answer as one JSON object"),
        ("src/Sandbox/Commands/ZoneVerbs.cs", "console", "prints masked answers within the display limit, reads statements"),
        ("src/Sandbox/Demo/ProofStation.cs", "file folder sqlite", "tampered copies of a release and of the ledger, made to be refused and removed"),
        ("src/Sandbox/Demo/ResidentRegister.cs", "writer", "writes the made-up register into the stream it is given, in memory"),
        ("src/Sandbox/Domains/DomainLock.cs", "file", "an empty file that tells whether others work in the domain"),
        ("src/Sandbox/Domains/HostMemory.cs", "file folder", "empty files whose locks count the memory of running sessions"),
        ("src/Sandbox/Domains/InitDomain.cs", "file folder", "makes the domain's folders and writes its public key"),
        ("src/Sandbox/Exports/ReleaseFolder.cs", "file", "the receipt beside a release: hashes only"),
        ("src/Sandbox/Feeds/FeedStore.cs", "file folder", "the log as a receiver stores it, on the receiver's machine: ledger entries, no data values"),
        ("src/Sandbox/Lineage/LineageFile.cs", "file", "the picture of a lineage, a signed audit paper or an archive index: ids, offices, totals of entries, coarse counts and commitments, in a new file"),
        ("src/Sandbox/Logs/DomainLog.cs", "log", "the log file, every line through the redaction rule"),
        ("src/Sandbox/People/AddPerson.cs", "file", "gives a new person's key file its name"),
        ("src/Sandbox/Program.cs", "console", "usage errors, in the words of the parser"),
        ("src/Sandbox/Demo/DemoHomes.cs", "folder", "places of the demo's counties, audit institute and bureau, outside the domain's folder"),
        ("src/Sandbox/Registry/RegistryDatabase.cs", "sqlite", "the registry: metadata and signatures, no data values"),
        ("src/Sandbox/Registry/RegistrySeal.cs", "writer", "lays out in memory what the registry's seal is computed over"),
        ("src/Sandbox/Service/HttpAnswers.cs", "answer", "answers of use cases and problems, as the command line prints them with --json"),
        ("src/Sandbox/Service/OperationDoor.cs", "answer", "progress of work as events: a share and the name of a stage"),
        ("src/Sandbox/Service/PageDoor.cs", "answer", "the console's pages, style sheet and icon: what its operations answered, drawn"),
        ("src/Sandbox/Service/ServiceHost.cs", "network answer", "listens where it was told to; says that it lives, and the service's description"),
        ("src/Trust/Algorithms/OpenSsl/LibCrypto.cs", "native", "signing and verifying in the system's libcrypto: numbers in, numbers out"),
        ("src/Trust/Keys/CoreDumps.cs", "native", "forbids core dumps and debuggers for this process"),
        ("src/Trust/Keys/EpochFile.cs", "file", "the wrapped key of an epoch, and zeros over those that are over"),
        ("src/Trust/Keys/KeyRing.cs", "file", "gives the epoch key's file its name"),
        ("src/Sandbox/Rounds/HolderRecord.cs", "file", "the key holder's own record of openings: digests, names and weights"),
        ("src/Sandbox/Rounds/RoundFiles.cs", "file", "files between a round's parties: ciphertexts, signed statements and envelopes only"),
        ("src/Trust/Backups/SealedFile.cs", "file", "a file under an operator's key: nothing but ciphertext reaches it"),
        ("src/Trust/Keys/KeyLine.cs", "file", "writes a new key file of a domain or a person, for its owner only"),
        ("src/Trust/Ledger/LedgerExport.cs", "file folder", "the ledger for an offline verifier; it holds no data values"),
        ("src/Trust/Objects/FolderSync.cs", "native", "makes names in a folder durable"),
        ("src/Trust/Objects/ObjectStore.cs", "file folder", "sealed objects: nothing but ciphertext reaches the file"),
        ("src/Trust/Objects/ParallelOpening.cs", "file", "opens a sealed object into the file that its caller holds open, in the rooms always memory without a name"),
        ("src/Trust/Objects/PrivateFile.cs", "file", "guarded secret keys and shares, for their owner only"),
        ("src/Trust/Objects/StagedObject.cs", "file", "gives a sealed object its name"),
        ("src/Vault/Atoms/Worker/AtomIndexFile.cs", "writer", "forms the index as bytes for whoever gives the stream: in a jailed worker, the frames"),
        ("src/Vault/Subjects/Worker/SubjectNumbers.cs", "writer", "forms the numbers of subjects as bytes for whoever gives the stream: in a jailed worker, the frames"),
        ("src/Vault/Queries/Worker/KeptFile.cs", "duckdb", "in a jailed worker: a named result in its own sized memory, which the host seals under the zone's key"),
        ("src/Vault/DuckDb/Native/AppenderCalls.cs", "native", "the binding of the engine; loaded by jailed workers only"),
        ("src/Vault/DuckDb/Native/DatabaseCalls.cs", "native", "the binding of the engine; loaded by jailed workers only"),
        ("src/Vault/DuckDb/Native/DuckDbNative.cs", "native", "finds the pinned library; used by jailed workers only"),
        ("src/Vault/DuckDb/Native/FunctionCalls.cs", "native", "the binding of the engine; loaded by jailed workers only"),
        ("src/Vault/DuckDb/Native/StatementCalls.cs", "native", "the binding of the engine; loaded by jailed workers only"),
        ("src/Vault/DuckDb/Native/TypeCalls.cs", "native", "the binding of the engine; loaded by jailed workers only"),
        ("src/Vault/DuckDb/Native/VectorCalls.cs", "native", "the binding of the engine; loaded by jailed workers only"),
        ("src/Vault/Fetching/Dial.cs", "network", "opens the one connection to an interface that the bureau approved and hands it to a jailed child; writes and reads nothing itself"),
        ("src/Vault/Fetching/FetchRole.cs", "file network", "in the fetch jail, which can open no connection: asks over the one that it was given; the address is fixed, so that asking tells nothing"),
        ("src/Vault/Loading/LoadReportCheck.cs", "file", "reads the first bytes of the child's memory files"),
        ("src/Vault/Loading/SegmentWriting.cs", "file duckdb", "in the load jail: Parquet into a memory file that the parent seals, or nothing after all"),
        ("src/Vault/Loading/SourceWindows.cs", "file", "opens the provider's file for reading"),
        ("src/Vault/Loading/TextSource.cs", "file", "in the load jail: text in another encoding becomes UTF-8 in the jail's own memory"),
        ("src/Vault/Revising/ReviseRole.cs", "duckdb", "in a jail: Parquet without the withdrawn rows into a memory file that the parent seals"),
        ("src/Vault/Revising/Reviser.cs", "writer", "the withdrawn subjects into a sealed memory file for the jailed worker"),
        ("src/Vault/Loading/XlsxWorkbook.cs", "writer", "in the load jail: reads a workbook's ZIP; the archive is opened for reading"),
        ("src/Vault/Overlap/OverlapService.cs", "writer", "cells of a held output into a sealed memory file for the jailed worker"),
        ("src/Vault/Program.cs", "console", "the jailed worker's pipe to its parent; text output is switched off"),
        ("src/Vault/Queries/Worker/DuckDbNative.Nested.cs", "native", "the binding of the engine; loaded by jailed workers only"),
        ("src/Vault/Queries/Worker/LockedEngine.cs", "duckdb", "attaches the sealed zone read-only, then locks the engine"),
        ("src/Vault/Scanning/ScanRole.cs", "duckdb", "attaches the sealed zone read-only in the scan jail"),
        ("src/Vault/Zones/Worker/BuildRole.cs", "duckdb", "builds the zone's file in the build jail's memory"),
    ];

    [Fact]
    public void Only_named_files_have_a_way_to_write_anywhere_but_memory()
    {
        var found = Sources().Select(file => (file, Ways: string.Join(' ', Found(file)))).Where(item => item.Ways.Length > 0).Select(item => $"{item.file}: {item.Ways}").Order(StringComparer.Ordinal);
        Assert.Equal(Allowed.Select(item => $"{item.File}: {item.Ways}").Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public void Every_allowance_has_a_reason() => Assert.All(Allowed, item => Assert.True(item.Reason.Length > 20, item.File));

    [Fact]
    public void The_policy_room_touches_nothing() =>
        Assert.DoesNotContain(Allowed, item => item.File.StartsWith("src/Policy/", StringComparison.Ordinal) && item.Ways != "network");

    /// <summary>The sought forms find what they are for.</summary>
    [Theory]
    [InlineData("file", "File.WriteAllText(path, text);")]
    [InlineData("file", "File . AppendAllLines(path, lines);")]
    [InlineData("file", "using var f = File.Open(path, mode);")]
    [InlineData("file", "new(path, FileMode.CreateNew)")]
    [InlineData("file", "new FileStream(handle, FileAccess.Write)")]
    [InlineData("file", "new FileInfo(path).OpenWrite()")]
    [InlineData("writer", "using var w = new StreamWriter(path);")]
    [InlineData("network", "new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)")]
    [InlineData("network", "var c = new HttpClient();")]
    [InlineData("answer", "await http.Response.WriteAsync(row);")]
    [InlineData("answer", "http.Response.BodyWriter.Write(row);")]
    [InlineData("answer", "return TypedResults.Json(row);")]
    [InlineData("process", "Process.Start(\"curl\", row);")]
    [InlineData("console", "Console.WriteLine(row);")]
    [InlineData("console", "Console.Error.Write(row);")]
    [InlineData("console", "Debug.WriteLine(row);")]
    [InlineData("native", "[LibraryImport(\"libc\")]")]
    [InlineData("duckdb", "connection.Run(\"COPY (SELECT 1) TO 'x.csv'\");")]
    [InlineData("duckdb", "connection.Run($\"copy {table} TO '{path}'\");")]
    [InlineData("duckdb", "connection.Run(\"ATTACH 'x.db'\");")]
    [InlineData("sqlite", "new SqliteConnection(text)")]
    public void A_way_out_is_seen(string kind, string line) => Assert.Contains(kind, Kinds(line));

    [Theory]
    [InlineData("File.ReadAllBytes(path);")]
    [InlineData("new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)")]
    [InlineData("item.File.Path.Length")]
    public void Reading_is_none(string line) => Assert.Empty(Kinds(line));

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Select(path => Path.GetRelativePath(Checkout.Root, path));

    /// <summary>The engine's own statements are sought in the one room that can reach it; elsewhere its words are words.</summary>
    private static IEnumerable<string> Found(string file) =>
        Kinds(string.Join('\n', File.ReadLines(Path.Combine(Checkout.Root, file)).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))))
            .Where(kind => kind != "duckdb" || file.StartsWith("src/Vault/", StringComparison.Ordinal));

    private static IEnumerable<string> Kinds(string text) => Ways.Where(way => way.Form.IsMatch(text)).Select(way => way.Kind);
}
