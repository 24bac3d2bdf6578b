using Sandbox.Export.Suppression.Native;

namespace Sandbox.Export.Suppression;

/// <summary>An equation: Σ coefficient × variable = constant.</summary>
/// <param name="Terms">Variables by number from 0, each once.</param>
internal sealed record LinearEquation(IReadOnlyList<(int Variable, double Coefficient)> Terms, double Constant);

/// <summary>A system of equations over bounded variables, of which least and greatest values are asked. Owns one GLPK problem; the library is used by one thread at a time.</summary>
internal sealed class LinearProgram : IDisposable
{
    private const int TimeLimitMilliseconds = 60_000;

    private static readonly Lock Library = new();

    private nint _problem;

    /// <param name="lower">Lower bound of each variable; there is no upper one.</param>
    /// <exception cref="DllNotFoundException">libglpk40 is not installed.</exception>
    public LinearProgram(IReadOnlyList<double> lower, IReadOnlyList<LinearEquation> equations)
    {
        lock (Library)
        {
            _ = GlpkCalls.TerminalOutput(0);
            _problem = GlpkCalls.Create();
            _ = GlpkCalls.AddColumns(_problem, lower.Count);
            for (var at = 0; at < lower.Count; at++)
            {
                GlpkCalls.SetColumnBounds(_problem, at + 1, GlpkCalls.Lower, lower[at], 0);
            }

            if (equations.Count > 0)
            {
                _ = GlpkCalls.AddRows(_problem, equations.Count);
            }

            var (rows, columns, values) = (new List<int> { 0 }, new List<int> { 0 }, new List<double> { 0 });
            for (var row = 0; row < equations.Count; row++)
            {
                GlpkCalls.SetRowBounds(_problem, row + 1, GlpkCalls.Fixed, equations[row].Constant, equations[row].Constant);
                foreach (var (variable, coefficient) in equations[row].Terms)
                {
                    rows.Add(row + 1);
                    columns.Add(variable + 1);
                    values.Add(coefficient);
                }
            }

            GlpkCalls.LoadMatrix(_problem, rows.Count - 1, rows.ToArray(), columns.ToArray(), values.ToArray());
            GlpkCalls.AdvancedBasis(_problem, 0);
        }
    }

    /// <summary>The least and the greatest value that a variable can have; infinite where nothing bounds it, null where the system has no solution or could not be solved.</summary>
    public (double Least, double Greatest)? Range(int variable)
    {
        lock (Library)
        {
            ObjectDisposedException.ThrowIf(_problem == 0, this);
            GlpkCalls.SetObjective(_problem, variable + 1, 1);
            try
            {
                return Solve(GlpkCalls.Minimise, double.NegativeInfinity) is { } least && Solve(GlpkCalls.Maximise, double.PositiveInfinity) is { } greatest ? (least, greatest) : null;
            }
            finally
            {
                GlpkCalls.SetObjective(_problem, variable + 1, 0);
            }
        }
    }

    public void Dispose()
    {
        lock (Library)
        {
            if (_problem != 0)
            {
                GlpkCalls.Delete(_problem);
                _problem = 0;
            }
        }
    }

    private double? Solve(int direction, double unbounded)
    {
        GlpkCalls.SetDirection(_problem, direction);
        var parameters = default(SimplexParameters);
        GlpkCalls.InitialiseSimplex(ref parameters);
        parameters.MessageLevel = 0;
        parameters.TimeLimit = TimeLimitMilliseconds;
        return GlpkCalls.Simplex(_problem, ref parameters) != 0 ? null : GlpkCalls.Status(_problem) switch
        {
            GlpkCalls.Optimal => GlpkCalls.ObjectiveValue(_problem),
            GlpkCalls.Unbounded => unbounded,
            _ => null,
        };
    }
}
