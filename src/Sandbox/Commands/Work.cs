using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary>Shows long work as a progress bar on standard error where that is a terminal, else stays quiet.</summary>
internal static class Work
{
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, string title, Func<Action<double, string>, Task<T>> work)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            return await work((_, _) => { }).ConfigureAwait(false);
        }

        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title));
                var result = await work((fraction, stage) =>
                {
                    task.Value = Math.Clamp(fraction, 0, 1) * 100;
                    task.Description = Markup.Escape($"{title}: {stage}");
                }).ConfigureAwait(false);
                task.Value = 100;
                return result;
            }).ConfigureAwait(false);
    }
}

/// <summary>Progress that is reported on the caller's own thread, in order.</summary>
internal sealed class Direct<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
