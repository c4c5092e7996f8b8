namespace AgentChain.Simulation;

/// <summary>The requests that can be replayed: a replay takes a step for each token of an answer, so their numbers are bounded.</summary>
static class ServedArrival
{
    const int MostPromptTokens = 10_000_000;
    const int MostAnswerTokens = 1_000_000;

    /// <summary>The latest arrival, and the longest transfer.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Requires a request that can be replayed.</summary>
    /// <exception cref="ArgumentException">Its time or one of its numbers of tokens is outside its range; the message names it.</exception>
    public static void Check(Arrival request, string parameter)
    {
        if (request.Time < TimeSpan.Zero || request.Time > Longest)
        {
            throw Wrong(request, nameof(Arrival.Time), OptionCheck.Text($"{request.Time}"), OptionCheck.Text($"from 0 to {Longest.TotalDays} days"), parameter);
        }

        if (request.InputTokens > MostPromptTokens)
        {
            throw Wrong(request, nameof(Arrival.InputTokens), OptionCheck.Text($"{request.InputTokens}"), OptionCheck.Text($"at most {MostPromptTokens}"), parameter);
        }

        if (request.OutputTokens > MostAnswerTokens)
        {
            throw Wrong(request, nameof(Arrival.OutputTokens), OptionCheck.Text($"{request.OutputTokens}"), OptionCheck.Text($"at most {MostAnswerTokens}"), parameter);
        }
    }

    /// <summary>Returns the time of a transfer.</summary>
    public static TimeSpan Transfer(int tokens, TimeSpan each) =>
        TimeSpan.FromTicks((long)Math.Min((double)each.Ticks * tokens, Longest.Ticks));

    static ArgumentException Wrong(Arrival request, string option, string value, string range, string parameter) => new(
        OptionCheck.Text($"The request of row {request.Row} has the {option} {value}; it must be {range}, so that it can be replayed."), parameter);
}
