using Serilog;
using Serilog.Core;

namespace Sandbox.Host.Logs;

/// <summary>Opens the log of a domain: one file a day, kept 30 days, every line through the redaction rule.</summary>
public static class DomainLog
{
    public static Logger Open(string folder) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .WriteTo.File(new RedactingFormatter(), Path.Combine(folder, "sandbox-.log"), rollingInterval: RollingInterval.Day, retainedFileCountLimit: 30, shared: true)
        .CreateLogger();
}
