using System.Diagnostics;
using System.Runtime.CompilerServices;
using AgentChain.Devices;

namespace AgentChain.Benchmarks.Engine;

/// <summary>
/// Measures the time from an interrupt until no work for the turn remains: several conversations at once interrupt a chain of seven blocks
/// that observe their tokens, including streams and device lanes, at random instants. It collects samples rather than means, so it is a
/// separate command: <c>dotnet run -c Release -- quiet [interrupts] [conversations]</c>.
/// </summary>
static class InterruptToQuiet
{
    const int WarmUp = 500;

    /// <summary>Measures and prints.</summary>
    /// <param name="args">The number of interrupts, 10,000 by default, and of simultaneous conversations, 4 by default.</param>
    public static async Task RunAsync(ReadOnlyMemory<string> args)
    {
        int interrupts = args.Length > 0 ? int.Parse(args.Span[0], System.Globalization.CultureInfo.InvariantCulture) : 10_000;
        int conversations = args.Length > 1 ? int.Parse(args.Span[1], System.Globalization.CultureInfo.InvariantCulture) : 4;
        await using StreamChain<int, int> chain = Build();
        await InterruptAsync(chain, WarmUp, conversations);
        long start = Stopwatch.GetTimestamp();
        List<TurnQuiescence> quiet = await InterruptAsync(chain, interrupts, conversations);
        Console.WriteLine($"{quiet.Count} interrupts of {conversations} conversations on {Environment.ProcessorCount} cores in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        Print("turn", [.. quiet.Select(q => q.Elapsed)]);
        foreach (IGrouping<string, BlockQuiescence> block in quiet.SelectMany(q => q.Blocks).GroupBy(b => b.Block).OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            Print(block.Key, [.. block.Select(b => b.Elapsed)]);
        }

        Console.WriteLine($"detached: {quiet.Sum(q => q.Blocks.Count(b => b.Detached))}; leases open: {chain.Devices.OpenLeases}; turns inside: {chain.LiveTurns}");
    }

    static StreamChain<int, int> Build() => Chain.From<int>("seven")
        .Then("listen", WaitAsync)
        .Then("redact", WaitAsync, o => o.Concurrency(4))
        .Then("retrieve", new Kernel(), o => o.On("cpu"))
        .Then("rank", new Kernel(), o => o.On("cpu").Concurrency(2))
        .Stream<int>("respond", (_, _, token) => TokensAsync(token))
        .ThenEach("shape", WaitAsync)
        .ThenEach("speak", new Kernel(), o => o.On("cpu"))
        .Build(new ChainOptions { Devices = new DeviceScheduler([ComputeDevice.Cpu(2)]) });

    static async Task<List<TurnQuiescence>> InterruptAsync(ChainBase<int, int> chain, int interrupts, int conversations)
    {
        List<TurnQuiescence>[] each = await Task.WhenAll(Enumerable.Range(0, conversations).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            List<TurnQuiescence> quiet = [];
            await using Conversation<int, int> conversation = chain.OpenConversation();
            for (int i = seed; i < interrupts; i += conversations)
            {
                Turn<int> turn = await conversation.StartAsync(i);
                Task reading = ReadAsync(turn);
                await Task.Delay(random.Next(1, 31).Milliseconds(), TimeProvider.System);
                using BargeIn bargeIn = conversation.BeginBargeIn();
                bargeIn.Commit();
                quiet.Add(await turn.WhenQuiescentAsync());
                await reading;
            }

            return quiet;
        })));
        return [.. each.SelectMany(q => q)];
    }

    static async Task ReadAsync(Turn<int> turn)
    {
        try
        {
            await foreach (int _ in turn.Output)
            {
            }
        }
        catch (TurnInterruptedException)
        {
            // Expected: the interrupt is the measured event.
        }
    }

    static async ValueTask<int> WaitAsync(int x, CancellationToken token)
    {
        await Task.Delay(1.Milliseconds(), TimeProvider.System, token);
        return x;
    }

    static async IAsyncEnumerable<int> TokensAsync([EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < 100; i++)
        {
            await Task.Delay(1.Milliseconds(), TimeProvider.System, token);
            yield return i;
        }
    }

    /// <summary>Computes on its device's lane, and checks its token every few microseconds.</summary>
    sealed class Kernel : IBlock<int, int>
    {
        static readonly TimeSpan Work = TimeSpan.FromMilliseconds(0.5);

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            context.Lease!.Lane.RunAsync(
            input,
            static (x, token) =>
            {
                long start = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(start) < Work)
                {
                    token.ThrowIfCancellationRequested();
                    Thread.SpinWait(100);
                }

                return x;
            },
            cancellationToken);
    }

    static void Print(string what, List<TimeSpan> samples)
    {
        samples.Sort();
        string At(double share) => $"{samples[(int)Math.Min(samples.Count - 1, share * samples.Count)].TotalMilliseconds,8:0.000}";
        Console.WriteLine($"{what,-10} n {samples.Count,6}  p50 {At(0.5)}  p99 {At(0.99)}  p99.9 {At(0.999)}  max {At(1)} ms");
    }
}
