using System.Globalization;
using System.Text;

namespace AgentChain.Breaks;

/// <summary>Writes the results as tables.</summary>
static class ResultPage
{
    static readonly BreakOutcome[] Columns =
        [BreakOutcome.Killed, BreakOutcome.Hung, BreakOutcome.Crashed, BreakOutcome.Survived, BreakOutcome.Equivalent, BreakOutcome.NotApplicable];

    /// <summary>Returns a table with the number of breaks per folder and outcome.</summary>
    public static string Summary(IReadOnlyList<DeliberateBreak> breaks, ResultFile results)
    {
        var text = new StringBuilder();
        text.Append("| folder | breaks | killed | hung | crashed | survived | argued | not applicable | not run | killed cleanly |\n");
        text.Append("|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (IGrouping<string, DeliberateBreak> folder in breaks.GroupBy(b => b.Folder))
        {
            Row(text, folder.Key, [.. folder], results);
        }

        Row(text, "all", breaks, results);
        return text.ToString();
    }

    /// <summary>Returns the whole page: the summary, and every break with its outcome.</summary>
    public static string Whole(IReadOnlyList<DeliberateBreak> breaks, ResultFile results)
    {
        var text = new StringBuilder();
        text.Append("# Deliberate breaks\n\n");
        text.Append("Each line below is a fault that was put into a copy of the source on purpose, and the test that noticed it. Written by\n");
        text.Append("`dotnet run --project eng/breaks`, which [eng/breaks/README.md](../../eng/breaks/README.md) describes. *Killed cleanly* is the share of all\n");
        text.Append("breaks, those argued to change nothing left out, that a failing test noticed. One that hangs or crashes the tests does not count as killed, nor one without a result.\n\n");
        text.Append(Summary(breaks, results));
        foreach (IGrouping<string, DeliberateBreak> folder in breaks.GroupBy(b => b.Folder))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {folder.Key}\n\n| break | file | mechanism | outcome | noticed by |\n|---|---|---|---|---|\n");
            foreach (DeliberateBreak deliberate in folder)
            {
                BreakResult? result = results.Find(deliberate.Id);
                string by =
                    deliberate.Equivalent ?? (result?.Outcome == BreakOutcome.Killed ? $"`{ShortName(result.By)}`" : result?.By ?? "");
                text.Append(CultureInfo.InvariantCulture, $"| {deliberate.Id} | {deliberate.File} | {Cell(deliberate.Why)} | {Name(result?.Outcome)} | {Cell(by)} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Returns the share of breaks that a failing test detected.</summary>
    public static double Share(IEnumerable<DeliberateBreak> breaks, ResultFile results)
    {
        BreakOutcome?[] counted = [.. breaks.Where(b => b.Equivalent is null).Select(b => results.Find(b.Id)?.Outcome)];
        return counted.Length == 0 ? 0 : (double)counted.Count(o => o == BreakOutcome.Killed) / counted.Length;
    }

    static void Row(StringBuilder text, string name, IReadOnlyList<DeliberateBreak> breaks, ResultFile results)
    {
        BreakOutcome?[] outcomes = [.. breaks.Select(b => results.Find(b.Id)?.Outcome)];
        string counts = string.Join(" | ", Columns.Select(c => outcomes.Count(o => o == c).ToString(CultureInfo.InvariantCulture)));
        string share = Share(breaks, results).ToString("P0", CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {breaks.Count} | {counts} | {outcomes.Count(o => o is null)} | {share} |\n");
    }

    static string Name(BreakOutcome? outcome) => outcome switch
    {
        null => "not run",
        BreakOutcome.Equivalent => "argued",
        BreakOutcome.NotApplicable => "not applicable",
        _ => outcome.Value.ToString().ToLowerInvariant(),
    };

    /// <summary>Returns a test's class and method, without its namespace and data.</summary>
    static string ShortName(string test)
    {
        string name = test.Split('(')[0];
        string[] parts = name.Split('.');
        return string.Join('.', parts[Math.Max(0, parts.Length - 2)..]);
    }

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
