using Sandbox.JailProbe;

// A child for the jail's tests: each verb tries one thing and prints one line about what came of it.
var rest = args[1..];
Console.WriteLine(args[0] switch
{
    "echo" => Verbs.Echo(),
    "environment" => Verbs.Variables(),
    "files" => Verbs.OpenDescriptors(),
    "read" => Verbs.Read(rest[0]),
    "write" => Verbs.Write(rest[0], int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture)),
    "append" => Verbs.Append(rest[0], int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture)),
    "list" => Verbs.List(rest[0]),
    "call" => Verbs.Call(rest),
    "spin" => Verbs.Spin(),
    "sleep" => Verbs.Sleep(),
    "listen" => Verbs.Listen(),
    "native-memory" => Verbs.NativeMemory(long.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture)),
    "managed-memory" => Verbs.ManagedMemory(long.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture)),
    "output" => Verbs.Output(long.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture)),
    "complain" => Verbs.Complain(int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture)),
    "exit" => Verbs.Exit(int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture)),
    "threads" => Verbs.Threads(int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture)),
    "process" => Verbs.StartProcess(),
    "socket" => Verbs.Socket(),
    "workout" => Workout.Run(),
    "duckdb" => DuckDbWorkout.Run(),
    "parent" => await Parent.RunAsync(rest),
    "shared-write" => Verbs.SharedMapping(rest[0]),
    _ => "unknown verb",
});
return 0;
