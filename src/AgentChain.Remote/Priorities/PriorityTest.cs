using Microsoft.Extensions.AI;

namespace AgentChain.Remote;

/// <summary>
/// One burst of requests. The low and the high numbers are sent in turns, so that a server that ignores them answers in turns too; with one
/// that does not, one kind of number is answered before the other in nearly all pairs.
/// </summary>
sealed class PriorityTest(ChatServer server, PriorityTestOptions options)
{
    // For 12 of each, chance alone is outside of 0.5 +- 0.25 about once in thirty tests; an order that is kept is near 0 or 1.
    const double Clear = 0.25;

    int _answered;

    public async Task<PriorityReport> RunAsync(PriorityOrder expected, CancellationToken cancellationToken)
    {
        List<Task> all = [];
        List<Task<int?>> lows = [], highs = [];
        (int small, int large) = ServerDialect.NumbersOf(server.Options.Kind);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int fill = options.Fill ?? server.Options.MaxRequests;
        try
        {
            for (int i = 0; i < fill; i++)
            {
                all.Add(AskAsync(null, stop.Token));
            }

            for (int i = 0; i < options.Each; i++)
            {
                lows.Add(AskAsync(small, stop.Token));
                highs.Add(AskAsync(large, stop.Token));
            }

            await FirstFailureAsync([.. all, .. lows, .. highs]).ConfigureAwait(false);
            int?[] low = await Task.WhenAll(lows).ConfigureAwait(false), high = await Task.WhenAll(highs).ConfigureAwait(false);
            bool refused = low.Concat(high).Contains(null);
            double share = refused ? 0.5 : Share(low, high);
            return new PriorityReport
            {
                Expected = expected,
                IsRefused = refused,
                HigherFirstShare = share,
                Found = share >= 0.5 + Clear ? PriorityOrder.HigherFirst
                    : share <= 0.5 - Clear ? PriorityOrder.LowerFirst
                    : PriorityOrder.None,
            };
        }
        finally
        {
            // One failure is enough: the other requests are canceled. What becomes of them is ignored, but must be observed.
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (Task other in all.Concat(lows).Concat(highs))
            {
                _ = other.ContinueWith(
                    static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Waits for all, but no longer than until one fails.</summary>
    static async Task FirstFailureAsync(Task[] all)
    {
        await foreach (Task one in Task.WhenEach(all).ConfigureAwait(false))
        {
            await one.ConfigureAwait(false);
        }
    }

    static double Share(int?[] low, int?[] high) => high.Average(one => low.Average(other => one < other ? 1.0 : 0.0));

    /// <summary>Asks, and tells the place of the first text of the answer among all; null if the priority was refused.</summary>
    async Task<int?> AskAsync(int? number, CancellationToken cancellationToken)
    {
        var request = new ChatServerRequest([new ChatMessage(ChatRole.User, options.Question)])
        {
            MaxOutputTokens = options.MaxOutputTokens,
            Temperature = 0,
        };
        var question = new ServerQuestion(request, "", 0, number, Timeout.InfiniteTimeSpan);
        var clock = new AnswerClock(null, null, server.Options.Time, cancellationToken, server.Disposed);
        try
        {
            ChatAnswer answer = await ChatAnswer.OpenAsync(server, question, clock, null).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                int? place = null;
                while (await answer.NextAsync().ConfigureAwait(false) is not null)
                {
                    place ??= Interlocked.Increment(ref _answered);
                }

                return place ?? Interlocked.Increment(ref _answered);
            }
        }
        catch (ServerException refusal) when (refusal.Fault == ServerFault.PriorityRefused)
        {
            return null;
        }
    }
}
