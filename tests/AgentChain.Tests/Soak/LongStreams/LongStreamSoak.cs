using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AgentChain.Tests.Soak.LongStreams;

/// <summary>Turns of very many items, one after the other: sums exact, reports lawful, memory bounded whatever the length.</summary>
static class LongStreamSoak
{
    const int WarmUp = 1000;

    public static async Task<IReadOnlyList<LongStreamRow>> RunAsync(LongStreamOptions options)
    {
        List<LongStreamRow> rows = [];
        options.Progress(LongStreamRow.Header);
        foreach (LongTurn turn in Turns(options))
        {
            rows.Add(await MeasureAsync(turn, options));
            options.Progress(rows[^1].ToString());
        }

        return rows;
    }

    static IEnumerable<LongTurn> Turns(LongStreamOptions options)
    {
        yield return new("Stream", options.Items, watch => Chain.From<int>("stream")
            .Stream<int>("count", (n, _, _) => CountAsync(n))
            .TapEach("watch", (x, _) => watch.Now?.Passed(x + 1))
            .Build());
        yield return new("StreamEach", options.Each, watch => Chain.From<int>("stream each")
            .Stream<byte[]>("inputs", (n, _, _) => InputsAsync(n, options.InputBytes))
            .StreamEach<int>("each", (x, _, _) => NumberAsync(x))
            .TapEach("watch", (x, _) => watch.Now?.Passed(x + 1))
            .Build());
        yield return new("ThenEach", options.Each, watch => Chain.From<int>("then each")
            .Stream<byte[]>("inputs", (n, _, _) => InputsAsync(n, options.InputBytes))
            .ThenEach("each", (byte[] x, CancellationToken _) => ValueTask.FromResult(BitConverter.ToInt32(x)))
            .TapEach("watch", (x, _) => watch.Now?.Passed(x + 1))
            .Build());
        yield return new("Revise", options.Each, watch => Chain.From<int>("revise")
            .Revise("listen", new Listener(watch, options.InputBytes))
            .Stream<int>("count", (x, _, _) => CountAsync(BitConverter.ToInt32(x)))
            .Build());
    }

    static async Task<LongStreamRow> MeasureAsync(LongTurn turn, LongStreamOptions options)
    {
        var watch = new Watch();
        await using StreamChain<int, int> chain = turn.Build(watch);
        await chain.RunToListAsync(Math.Min(WarmUp, turn.Items));
        watch.Now = new HeapWatch(options.MeasuresHeap, turn.Items);
        long start = Stopwatch.GetTimestamp();
        long sum = 0;
        int count = 0;
        Turn<int> running = chain.Start(turn.Items);
        await foreach (int item in running.Output)
        {
            sum += item;
            count++;
        }

        TurnResult result = await running.Completion;
        TurnReport report = result.Report;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        long after = watch.Now.Sample();
        string? fault = result.Outcome != TurnOutcome.Completed ? $"ended as {result.Outcome}: {result.Error?.Message}"
            : count != turn.Items || sum != (long)turn.Items * (turn.Items - 1) / 2 ? $"{count} items with the sum {sum}, not {turn.Items}"
            : LawfulReport.FaultOf(result) is { } unlawful ? unlawful
            : watch.Now.Peak > options.Bound ? $"the heap grew by {watch.Now.Peak / 1024} KiB; the bound is {options.Bound / 1024} KiB"
            : null;
        GC.KeepAlive(running);
        return new(turn.Name, turn.Items, elapsed, watch.Now.Peak, after, report.Spans.Count, report.Parts.Count, fault);
    }

    static async IAsyncEnumerable<int> CountAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return i;
        }

        await Task.CompletedTask;
    }

    static async IAsyncEnumerable<byte[]> InputsAsync(int count, int bytes)
    {
        await foreach (int i in CountAsync(count))
        {
            yield return Input(i, bytes);
        }
    }

    static async IAsyncEnumerable<int> NumberAsync(byte[] input)
    {
        yield return BitConverter.ToInt32(input);
        await Task.CompletedTask;
    }

    static byte[] Input(int number, int bytes)
    {
        byte[] input = new byte[bytes];
        BitConverter.TryWriteBytes(input, number);
        return input;
    }

    sealed record LongTurn(string Name, int Items, Func<Watch, StreamChain<int, int>> Build);

    /// <summary>The watch of the turn that is measured; none while the chain warms up.</summary>
    sealed class Watch
    {
        public HeapWatch? Now { get; set; }
    }

    /// <summary>Publishes very many large hypotheses before the final value.</summary>
    sealed class Listener(Watch watch, int bytes) : IRevisingBlock<int, byte[]>
    {
        public async IAsyncEnumerable<Hypothesis<byte[]>> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (int i in CountAsync(input))
            {
                yield return Hypothesis.Tentative(Input(i, bytes), 0.5);
                watch.Now?.Passed(i + 1);
            }

            yield return Hypothesis.Final(Input(input, bytes));
        }
    }
}
