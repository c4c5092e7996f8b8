using System.Diagnostics;
using System.Globalization;

namespace AgentChain.Benchmarks.Many;

/// <summary>
/// 50,000 turns whose deadlines pass in one instant, and one further turn each millisecond. The instant is real: the process is stopped, as
/// a container or a virtual machine can be, and continues when all those deadlines have passed. Each turn waits for its token.
/// </summary>
static class DeadlineBurst
{
    public const int Turns = 50_000;
    const int Others = 400;
    static readonly TimeSpan Budget = TimeSpan.FromSeconds(6);

    public static readonly TimeSpan LongestEnd = TimeSpan.FromMilliseconds(150);
    public static readonly TimeSpan LongestLate = TimeSpan.FromMilliseconds(5);

    /// <summary>Measures and prints; returns whether the goals are met.</summary>
    /// <param name="workers">The number of turns that work at once, while the others wait in the block's queue; null for all.</param>
    public static async Task<bool> RunAsync(int? workers)
    {
        await using Chain<int, int> chain = Chain.From<int>("burst")
            .Then("wait", WaitAsync, o =>
            {
                if (workers is { } count)
                {
                    o.Concurrency(count);
                }
            })
            .Build(new ChainOptions { MaxTurns = Turns + Others, Budget = LatencyBudget.Total(Budget) });
        var turns = new Task<Sample>[Turns];
        var others = new Task<Sample>[Others];
        for (int i = 0; i < Turns; i++)
        {
            turns[i] = StartAsync(chain);
        }

        // The last of the many is due at the instant; the others, one each millisecond, are due in and after it.
        await Task.Delay(50.Milliseconds(), TimeProvider.System);
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < Others; i++)
        {
            while (Stopwatch.GetElapsedTime(began) < i.Milliseconds())
            {
                await Task.Yield();
            }

            others[i] = StartAsync(chain);
        }

        GC.Collect();
        long instant = await Task.Factory.StartNew(() => Stop(Budget - Stopwatch.GetElapsedTime(began)), TaskCreationOptions.LongRunning);
        TimeSpan paused = GC.GetTotalPauseDuration();
        Sample[] ends = await Task.WhenAll(turns);
        paused = GC.GetTotalPauseDuration() - paused;

        // The thread that saw the instant may have been the last to get a core.
        instant = Math.Min(instant, ends.Min(end => end.Ended));
        Sample[] late = [.. (await Task.WhenAll(others)).Where(other => other.Due > instant)];
        TimeSpan[] ended = Sorted(ends.Select(end => Stopwatch.GetElapsedTime(instant, end.Ended)));
        TimeSpan[] known = Sorted(ends.Select(end => Stopwatch.GetElapsedTime(instant, end.Known)));
        TimeSpan[] lateness = Sorted(late.Where(other => other.Due < instant + (ended[^1].TotalSeconds * Stopwatch.Frequency)).Select(other => Stopwatch.GetElapsedTime(other.Due, other.Ended)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  ended after {Ms(ended)}; their hosts knew after {Ms(known)}; {lateness.Length} other deadlines in that time were late by {Ms(lateness)}; paused for {paused.TotalMilliseconds:0.0} ms"));
        return ended[^1] <= LongestEnd && lateness.Length > 0 && lateness[^1] <= LongestLate;
    }

    static TimeSpan[] Sorted(IEnumerable<TimeSpan> times) => [.. times.Order()];

    static string Ms(TimeSpan[] sorted) => sorted.Length == 0 ? "none" : string.Create(
        CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2].TotalMilliseconds:0.0} ms (median), {sorted[^1].TotalMilliseconds:0.0} ms (longest)");

    static async Task<Sample> StartAsync(Chain<int, int> chain)
    {
        long started = Stopwatch.GetTimestamp();
        TurnResult result = await chain.Start(1).Completion.ConfigureAwait(false);
        long known = Stopwatch.GetTimestamp();
        return result.Outcome == TurnOutcome.DeadlineExceeded
            ? new(started + Ticks(Budget), known, result)
            : throw new InvalidOperationException($"A turn ended as {result.Outcome}.");
    }

    static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Stops the process until a time from now, and returns when it continued.</summary>
    static long Stop(TimeSpan until)
    {
        int id = Environment.ProcessId;
        double wait = Math.Max(0.2, until.TotalSeconds - 1);
        double stop = Math.Max(0.1, until.TotalSeconds - wait) + 0.005;
        using Process shell = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"sleep {wait:0.000}; kill -STOP {id}; sleep {stop:0.000}; kill -CONT {id}")]);
        Thread.Sleep(TimeSpan.FromSeconds(Math.Max(0, wait - 0.3)));

        // From here on without a sleep, whose end would come after that of the first turns.
        long before = Stopwatch.GetTimestamp();
        long deadline = before + Ticks(until + 3.Seconds());
        while (before < deadline)
        {
            Thread.SpinWait(20);
            long now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(before, now).TotalSeconds > stop / 2)
            {
                return now;
            }

            before = now;
        }

        throw new InvalidOperationException("The process was not stopped.");
    }

    static async ValueTask<int> WaitAsync(int x, CancellationToken token)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ConfigureAwait(false);
        return x;
    }

    /// <summary>When a turn was due, when its host knew its end, and how it ended.</summary>
    readonly record struct Sample(long Due, long Known, TurnResult Result)
    {
        /// <summary>When it ended. Read when all have: making the reports would take part in the burst.</summary>
        public long Ended => Due + Ticks(Result.Report.Elapsed - Budget);
    }
}
