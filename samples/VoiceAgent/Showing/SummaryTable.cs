using System.Diagnostics;
using System.Globalization;

namespace VoiceAgent.Showing;

/// <summary>How a question went.</summary>
/// <param name="Name">The question.</param>
/// <param name="Transcript">What was heard, compared with what was said: <c>ok</c>, or the number of wrong words; <c>-</c> when nobody knows.</param>
/// <param name="Agent">Who answered.</param>
/// <param name="Response">From the end of the question to the answer's first sample; <see langword="null"/> without an answer.</param>
/// <param name="Outcome">How the turn ended.</param>
/// <param name="Verified">The word error rate of the spoken answer, when it was listened to.</param>
sealed record TurnSummary(string Name, string Transcript, string Agent, TimeSpan? Response, string Outcome, double? Verified);

/// <summary>Prints the table at the end.</summary>
static class SummaryTable
{
    public static void Print(TextWriter output, IReadOnlyList<TurnSummary> turns, TimeSpan endpointWait)
    {
        bool verified = turns.Any(t => t.Verified is not null);
        int width = Math.Max(8, turns.Max(t => t.Name.Length));
        string header = $"{"question".PadRight(width)}  {"transcript",-10}  {"agent",-9}  {"first sample",12}  {"outcome",-16}{(verified ? "  answer heard with" : "")}";
        output.WriteLine(header);
        output.WriteLine(new string('-', header.Length));
        foreach (TurnSummary turn in turns)
        {
            string response = turn.Response is { } r ? string.Create(CultureInfo.InvariantCulture, $"{r.TotalMilliseconds:0} ms") : "-";
            string heard = turn.Verified is { } wer ? string.Create(CultureInfo.InvariantCulture, $"  {wer:P1} word errors") : "";
            output.WriteLine($"{turn.Name.PadRight(width)}  {turn.Transcript,-10}  {turn.Agent,-9}  {response,12}  {turn.Outcome,-16}{heard}");
        }

        TimeSpan[] responses = [.. turns.Select(t => t.Response).OfType<TimeSpan>().Order()];
        output.WriteLine();
        if (responses.Length > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"From the question's last sample to the answer's first: median {responses[responses.Length / 2].TotalMilliseconds:0} ms, longest {responses[^1].TotalMilliseconds:0} ms, without the {endpointWait.TotalMilliseconds:0} ms of silence that end a question."));
        }

        using Process process = Process.GetCurrentProcess();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Peak memory: {process.PeakWorkingSet64 / 1e6:0} MB."));
    }
}
