using System.Globalization;

namespace AgentChain.Tests.Soak.Overload;

/// <summary>
/// Sends a chain more turns than it can do, and checks that each has its one outcome, that the queues stay within their bounds and that
/// memory does not grow. The same code runs in virtual and in real time.
/// <code>
///   Start (rejected when full) ──┐                            16 places each
///   StartAsync (waits for room) ─┼── 56 turns inside ──> "before" ──> "core" (two at once, 10 ms) ──> "after"
///   callers that give up ────────┘
/// </code>
/// </summary>
static class OverloadRun
{
    /// <summary>The turns that the chain can do in a second.</summary>
    public const int Sustainable = AtOnce * 100;

    /// <summary>The time that the core needs for a turn.</summary>
    public static readonly TimeSpan CoreTime = TimeSpan.FromMilliseconds(10);

    const int AtOnce = 2;
    const int Places = 16;
    const int MaxTurns = 56;
    const int MaxWaiting = 10;
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs to the end of the last turn.</summary>
    /// <param name="options">The load.</param>
    /// <param name="chainOptions">The clock and the scheduler of the chain.</param>
    public static async Task<OverloadReport> RunAsync(OverloadOptions options, ChainOptions chainOptions)
    {
        (chainOptions.MaxTurns, chainOptions.MaxWaitingTurns) = (MaxTurns, MaxWaiting);
        chainOptions.Budget = LatencyBudget.Total(300.Milliseconds());

        // A run that is detached, because its thread gets no core, gives its place to the next.
        chainOptions.Grace = TimeSpan.FromSeconds(30);
        TimeProvider time = chainOptions.TimeProvider ?? TimeProvider.System;
        var report = new OverloadReport();
        var before = new CountingBlock(time);
        var core = new CountingBlock(time) { Inner = options.Core };
        long began = time.GetTimestamp();
        await using (Chain<int, int> chain = Chain.From<int>("overload")
            .Then("before", before, o => o.Concurrency(Places).Capacity(Places))
            .Then("core", core, o => o.Concurrency(AtOnce).Capacity(Places))
            .Then("after", x => x + 1)
            .Build(chainOptions))
        {
            var heap = new List<long>();
            for (TimeSpan now; (now = time.GetElapsedTime(began)) < options.Duration;)
            {
                while (report.Started < now.TotalSeconds * options.Rate)
                {
                    report.Arrived();
                    _ = TurnAsync(chain, (int)report.Started, report, time);
                }

                report.Check(chain.LiveTurns <= MaxTurns, $"{chain.LiveTurns} turns are inside");
                if (now >= options.Duration * heap.Count / options.Samples)
                {
                    heap.Add(GC.GetTotalMemory(forceFullCollection: true));
                    options.Progress?.Invoke(string.Create(
                        CultureInfo.InvariantCulture, $"{now.TotalSeconds,6:0} s: heap {heap[^1] / 1024.0 / 1024:0.00} MiB; {report}"));
                }

                await Task.Delay(Tick, time);
            }

            CheckHeap(heap, options.Growth, report);
            await chain.DrainAsync();
            report.Check(chain.LiveTurns == 0 && chain.DetachedBlocks == 0, $"{chain.LiveTurns} turns are left, and {chain.DetachedBlocks} detached blocks");
        }

        for (int tries = 0; tries < 1000 && report.Ended < report.Started; tries++)
        {
            await Task.Delay(Tick, time);
        }

        report.Check(report.Ended == report.Started, $"{report.Started} turns arrived, and {report.Ended} ended");
        report.Check(before.Most <= Places && core.Most <= AtOnce, $"{before.Most} and {core.Most} runs of the blocks at once");
        report.Check(before.Inside == 0 && core.Inside == 0, $"{before.Inside} and {core.Inside} runs go on");
        return report;
    }

    static void CheckHeap(List<long> heap, long growth, OverloadReport report)
    {
        int quarter = Math.Max(1, heap.Count / 4);
        long early = heap.Take(quarter + 1).Max(), late = heap.TakeLast(quarter).Min();
        report.Check(late - early <= growth, $"the heap grew from {early} to {late} bytes");
    }

    static async Task TurnAsync(Chain<int, int> chain, int number, OverloadReport report, TimeProvider time)
    {
        // In real time, the source of the turns must not run the chain's first steps.
        await Task.Yield();
        using var gone = number % 4 == 3 ? new CancellationTokenSource(100.Milliseconds(), time) : null;
        CancellationToken token = gone?.Token ?? CancellationToken.None;
        try
        {
            Turn<int> turn = number % 2 == 0 ? chain.Start(number, token) : await chain.StartAsync(number, token);
            TurnResult result = await turn.Completion;
            report.Count(result.Outcome);
            bool mayBe = result.Outcome is TurnOutcome.Completed or TurnOutcome.Rejected or TurnOutcome.DeadlineExceeded
                || (result.Outcome == TurnOutcome.Interrupted && gone is not null);
            report.Check(mayBe, $"turn {number} ended as {result.Outcome}");
            report.Check((result.Error is null) == (result.Outcome == TurnOutcome.Completed), $"turn {number} ended as {result.Outcome} with {result.Error?.GetType().Name ?? "no error"}");
            int outputs = 0;
            try
            {
                await foreach (int output in turn.Output)
                {
                    outputs++;
                    report.Check(output == number + 3, $"turn {number} answered {output}");
                }
            }
            catch (Exception error) when (error is TurnException or OperationCanceledException)
            {
                report.Check(result.Outcome != TurnOutcome.Completed, $"turn {number} completed and threw {error.GetType().Name}");
            }

            report.Check(outputs == (result.Outcome == TurnOutcome.Completed ? 1 : 0), $"turn {number} ended as {result.Outcome} with {outputs} outputs");
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            report.CountGivenUp();
        }
        catch (Exception error)
        {
            report.Check(false, $"turn {number} threw {error.GetType().Name}: {error.Message}");
        }
    }
}
