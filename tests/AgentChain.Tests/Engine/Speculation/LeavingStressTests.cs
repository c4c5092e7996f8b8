using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>On real threads: blocks that fail in the instant their input is committed, and readers that leave.</summary>
public class LeavingStressTests(ITestOutputHelper output)
{
    const int Turns = 30_000;
    const int AtOnce = 32;
    const int Items = 6;

    static readonly TimeSpan Never = TimeSpan.FromMinutes(3);

    enum Way
    {
        ReadsAll,
        Breaks,
        Throws,
        Cancels,
        ComesBack,
        NeverReads,
    }

    [Fact]
    public async Task ManyTurns_FailingAsTheyAreCommittedAndLeftByTheirReaders_EachHasOneOutcomeAndNothingIsLeft()
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 16 }]);
        await using StreamChain<int, int> chain = Chain.From<int>("stress")
            .Revise("listen", new Listener())
            .Then("agent", FailOrAnswerAsync, o => o.Speculate().On("cpu"))
            .Stream<int>("respond", (x, _, token) => YieldingStreams.RespondAsync(x, Items, token), o => o.Speculate().StreamCapacity(2))
            .StreamEach<int>("speak", (x, _, token) => YieldingStreams.SpeakAsync(x, token), o => o.Speculate().On("cpu").StreamCapacity(2))
            .Build(new ChainOptions { Devices = devices, OutputCapacity = 2, Speculation = new SpeculationOptions { Controller = new EagerController() } });

        int next = 0;
        var seen = new ConcurrentDictionary<(Way, TurnOutcome), int>();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i <= Turns; i = Interlocked.Increment(ref next))
            {
                // Each way with inputs that fail and that do not: 6 and 7 have no common divisor.
                (int input, var way) = (i % 7, (Way)(i % 6));
                await using Turn<int> turn = chain.Start(input);
                (List<int> items, bool isWhole) = await ReadAsync(turn, way, i % 4).WaitAsync(Never);
                if (way == Way.NeverReads)
                {
                    await turn.DisposeAsync().AsTask().WaitAsync(Never);
                }

                // Also where the reader has left: that ends the turn.
                TurnResult result = await turn.Completion.WaitAsync(Never);
                Check(input, result, items, isWhole);
                seen.AddOrUpdate((way, result.Outcome), 1, (_, n) => n + 1);
            }
        })));

        output.WriteLine(string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Key.Item1} {s.Key.Item2} {s.Value}")));
        Assert.Equal(Turns, seen.Values.Sum());
        Assert.All(Enum.GetValues<Way>(), way => Assert.True(way == Way.NeverReads || seen.ContainsKey((way, TurnOutcome.Failed)), $"{way} met no failure."));
        Assert.All([Way.Breaks, Way.Throws, Way.Cancels, Way.NeverReads], way => Assert.True(seen.ContainsKey((way, TurnOutcome.Interrupted)), $"{way} never left."));
        await Eventually.Async(() => devices.OpenLeases == 0 && chain.DetachedBlocks == 0);
        Assert.Equal(0, chain.LiveTurns);
    }

    static void Check(int input, TurnResult result, List<int> items, bool isWhole)
    {
        List<int> expected = [.. Enumerable.Range(input, Items).SelectMany(x => new[] { x, x })];
        switch (result.Outcome)
        {
            case TurnOutcome.Completed:
                Assert.False(Fails(input));
                Assert.Equal(isWhole ? expected : expected.Take(items.Count), items);
                break;
            case TurnOutcome.Failed:
                Assert.True(Fails(input));
                Assert.Equal("agent", result.Error!.Block);
                Assert.IsType<InvalidDataException>(result.Error.InnerException);
                Assert.Empty(items);
                break;
            default:
                Assert.Equal(TurnOutcome.Interrupted, result.Outcome);
                Assert.False(isWhole);
                Assert.Equal(expected.Take(items.Count), items);
                break;
        }

        SpeculationAccount account = result.Report.Speculation;
        Assert.Equal(account.Started, account.Committed + account.Terminated);
    }

    static bool Fails(int input) => input is 1 or 2 or 3;

    /// <summary>Fails in the instant of its commit, near it, or at any time, and only where its input is not a guess.</summary>
    static async ValueTask<int> FailOrAnswerAsync(int x, BlockContext context, CancellationToken token)
    {
        switch (x)
        {
            case 1:
                await context.CommittedAsync(token);
                throw new InvalidDataException();
            case 2:
                await Task.Yield();
                throw new InvalidDataException();
            case 3:
                for (int i = 0; context.IsSpeculative && i < 100; i++)
                {
                    await Task.Yield();
                }

                throw new InvalidDataException();
        }

        await Task.Yield();
        return x;
    }

    static async Task<(List<int> Items, bool IsWhole)> ReadAsync(Turn<int> turn, Way way, int after)
    {
        List<int> items = [];
        using var source = new CancellationTokenSource();
        bool left = way == Way.NeverReads;
        bool goesOn = !left;
        try
        {
            while (goesOn)
            {
                goesOn = false;
                await foreach (int item in turn.ReadOutput(keepRunning: way == Way.ComesBack, source.Token))
                {
                    Assert.False(source.IsCancellationRequested);
                    items.Add(item);
                    if (way == Way.ReadsAll || items.Count <= after)
                    {
                        continue;
                    }

                    if (way == Way.ComesBack)
                    {
                        goesOn = true;
                        break;
                    }

                    left = true;
                    if (way == Way.Cancels)
                    {
                        await source.CancelAsync();
                    }
                    else if (way == Way.Throws)
                    {
                        throw new IOException();
                    }
                    else
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception error) when (error is TurnException || (left && error is IOException or OperationCanceledException))
        {
            // The turn's end is looked at by the caller.
        }

        return (items, !left);
    }

    /// <summary>Guesses wrongly, then rightly, immediately or after a while.</summary>
    sealed class Listener : IRevisingBlock<int, int>
    {
        int _count;

        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            int waits = Interlocked.Increment(ref _count) % 5;
            yield return Hypothesis.Tentative(input + 1, 0.3);
            await Task.Yield();
            yield return Hypothesis.Tentative(input, 0.6);
            for (int i = 0; i < waits; i++)
            {
                await Task.Yield();
            }

            yield return Hypothesis.Final(input);
        }
    }
}
