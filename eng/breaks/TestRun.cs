using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AgentChain.Breaks;

/// <summary>Runs tests in a process of their own, up to the first that fails.</summary>
sealed class TestRun(string assembly)
{
    /// <summary>Tests about the source's text, which the breaks change.</summary>
    public const string AboutBehavior = "FullyQualifiedName!~.Architecture.";

    /// <summary>Runs tests with a break.</summary>
    /// <param name="number">The break; 0 for none.</param>
    /// <param name="filter">Which tests.</param>
    /// <param name="patience">How long no test may end before they count as hung.</param>
    /// <param name="toTheEnd">Whether the others go on after one has failed.</param>
    /// <returns>What became of the break, the tests that failed, and how long it took.</returns>
    public async Task<(BreakOutcome Outcome, IReadOnlyList<string> Failed, TimeSpan Took)> RunAsync(
        int number, string filter, TimeSpan patience, bool toTheEnd = false)
    {
        List<string> failed = [];
        bool noneMatched = false;
        long start = Stopwatch.GetTimestamp();
        int? code = await ChildProcess.RunAsync(
            "dotnet",
            ["vstest", assembly, $"--TestCaseFilter:{filter}", "--logger:console;verbosity=normal"],
            Path.GetDirectoryName(assembly)!,
            patience,
            line =>
            {
                noneMatched |= line.Contains("No test matches", StringComparison.Ordinal);
                if (Failure().Match(line) is not { Success: true } failure)
                {
                    return true;
                }

                failed.Add(failure.Groups["test"].Value);
                return toTheEnd;
            },
            ("AGENTCHAIN_BREAK", number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        BreakOutcome outcome = failed.Count > 0 ? BreakOutcome.Killed
            : code is null ? BreakOutcome.Hung
            : code != 0 && !noneMatched ? BreakOutcome.Crashed
            : BreakOutcome.Survived;
        return (outcome, failed, Stopwatch.GetElapsedTime(start));
    }

    static Regex Failure() => new(@"^  Failed (?<test>\S.*) \[[^\]]+\]$", RegexOptions.CultureInvariant);
}
