using System.Diagnostics;
using System.Globalization;
using AgentChain.Speculation;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Showing;

/// <summary>The results of a question.</summary>
/// <param name="Name">The question.</param>
/// <param name="Early">What was done early.</param>
/// <param name="Transcript"><c>ok</c> or the number of wrong words in the transcript; <c>-</c> if the spoken words are unknown.</param>
/// <param name="Agent">The agent that answered.</param>
/// <param name="Answer">The answer's text.</param>
/// <param name="Response">The time from the end of the question to the first sample; <see langword="null"/> without an answer.</param>
/// <param name="FromSpeech">The time from the end of speech to the first sample; <see langword="null"/> if silence took no time.</param>
/// <param name="Outcome">The turn's outcome.</param>
/// <param name="Verified">The word error rate of the spoken answer, or <see langword="null"/> if it was not verified.</param>
sealed record TurnSummary(
    string Name, Ahead Early, string Transcript, string Agent, string Answer,
    TimeSpan? Response, TimeSpan? FromSpeech, string Outcome, double? Verified)
{
    /// <summary>The spoken answer's fingerprint.</summary>
    public string Sound { get; init; } = "";

    /// <summary>The turn's speculation account.</summary>
    public SpeculationAccount Account { get; init; } = SpeculationAccount.None;

    /// <summary>The working time of the blocks downstream of the listener, wasted work included.</summary>
    public TimeSpan Worked { get; init; }
}

/// <summary>Prints the summary table.</summary>
static class SummaryTable
{
    public static void Print(TextWriter output, IReadOnlyList<TurnSummary> turns, TimeSpan endpointWait)
    {
        bool verified = turns.Any(t => t.Verified is not null);
        int width = Math.Max(8, turns.Max(t => t.Name.Length));
        string header = $"{"question".PadRight(width)}  {"early work",-11}  {"transcript",-10}  {"agent",-9}  {"first sample",12}  {"from speech",11}  {"outcome",-16}{(verified ? "  answer heard with" : "")}";
        output.WriteLine(header);
        output.WriteLine(new string('-', header.Length));
        foreach (TurnSummary turn in turns)
        {
            string heard = turn.Verified is { } wer ? string.Create(CultureInfo.InvariantCulture, $"  {wer:P1} word errors") : "";
            output.WriteLine($"{turn.Name.PadRight(width)}  {SpeculateOption.Name(turn.Early),-11}  {turn.Transcript,-10}  {turn.Agent,-9}  {Ms(turn.Response),12}  {Ms(turn.FromSpeech),11}  {turn.Outcome,-16}{heard}");
        }

        output.WriteLine();
        IGrouping<Ahead, TurnSummary>[] levels = [.. turns.GroupBy(t => t.Early)];
        foreach (IGrouping<Ahead, TurnSummary> level in levels)
        {
            TimeSpan[] responses = Sorted(level, t => t.Response), fromSpeech = Sorted(level, t => t.FromSpeech);
            if (responses.Length > 0)
            {
                output.WriteLine($"Early work {SpeculateOption.Name(level.Key)}:");
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  From the question's last sample to the answer's first: median {Ms(Median(responses))}, longest {Ms(responses[^1])}, without the {endpointWait.TotalMilliseconds:0} ms of silence that ends a question."));
                output.WriteLine(fromSpeech.Length > 0
                    ? $"  With that silence, from the end of speech to the answer's first sample: median {Ms(Median(fromSpeech))}, longest {Ms(fromSpeech[^1])}."
                    : "  The recordings arrived as fast as they were processed, silence included. With --real-time the silence takes its time, and hides early work.");
                PrintAccount(output, [.. level]);
            }
        }

        if (levels is [var off, var on])
        {
            PrintComparison(output, [.. off], [.. on]);
        }

        using Process process = Process.GetCurrentProcess();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Peak memory: {process.PeakWorkingSet64 / 1e6:0} MB."));
    }

    /// <summary>Prints the work that was started early, and the wasted part.</summary>
    static void PrintAccount(TextWriter output, TurnSummary[] turns)
    {
        int started = turns.Sum(t => t.Account.Started), prefills = turns.Sum(t => t.Account.Prefills);
        if (started + prefills == 0)
        {
            return;
        }

        double wasted = turns.Sum(t => t.Account.Wasted.TotalMilliseconds), worked = turns.Sum(t => t.Worked.TotalMilliseconds);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  Started early: {started} runs, of which {turns.Sum(t => t.Account.Committed)} were kept, and {prefills} prefills of {turns.Sum(t => t.Account.Prefilling.TotalMilliseconds):0} ms. Wasted: {wasted:0} of {worked:0} ms of work downstream of the listener, {(worked > 0 ? wasted / worked : 0):P1}."));
    }

    static void PrintComparison(TextWriter output, TurnSummary[] off, TurnSummary[] on)
    {
        TimeSpan[] before = Sorted(off, t => t.FromSpeech), after = Sorted(on, t => t.FromSpeech);
        if (before.Length == 0 || after.Length == 0)
        {
            return;
        }

        int same = off.Zip(on).Count(pair => pair.First.Answer == pair.Second.Answer && pair.First.Outcome == pair.Second.Outcome);
        int alike = off.Zip(on).Count(pair => pair.First.Sound == pair.Second.Sound);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Median from the end of speech, {SpeculateOption.Name(on[0].Early)} against {SpeculateOption.Name(off[0].Early)}: {Median(after) / Median(before):0.00}. The same answer to {same} of {off.Length} questions, the same samples in {alike}."));
        TimeSpan waited = Median(Sorted(off, t => t.Response)), waits = Median(Sorted(on, t => t.Response));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Median after the end of the question: {waits.TotalMilliseconds:0.0} ms of {waited.TotalMilliseconds:0.0} ms are left, so {1 - (waits / waited):P0} is hidden in the silence."));
    }

    static TimeSpan[] Sorted(IEnumerable<TurnSummary> turns, Func<TurnSummary, TimeSpan?> time) =>
        [.. turns.Select(time).OfType<TimeSpan>().Order()];

    static TimeSpan Median(TimeSpan[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    static string Ms(TimeSpan? time) => time is { } t ? string.Create(CultureInfo.InvariantCulture, $"{t.TotalMilliseconds:0} ms") : "-";
}
