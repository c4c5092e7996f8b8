using AgentChain.Simulation;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Engine;

/// <summary>Disposal is bounded, whatever the host has left inside; patience is DrainAsync's.</summary>
public class DisposalTests
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    /// <summary>A turn that another thread is just ending is waited for: whoever has disposed the chain finds every result.</summary>
    [Fact]
    public async Task DisposeAsync_AnotherThreadIsEndingATurn_WaitsForItsResult()
    {
        using var log = new BlockingLogger();
        Chain<int, int> chain = Chain.From<int>("ending")
            .Then("fail", async ValueTask<int> (int _, CancellationToken _) =>
            {
                await Task.Yield();
                throw new FormatException();
            })
            .Build(new ChainOptions { LoggerFactory = log });
        Turn<int> turn = chain.Start(1);
        await log.Entered.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Task disposing = chain.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        log.Release.Set();
        await disposing.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(turn.Completion.IsCompleted);
        Assert.Equal(TurnOutcome.Failed, (await turn.Completion).Outcome);
    }

    [Fact]
    public async Task DisposeAsync_TurnsThatNobodyReads_AreInterrupted()
    {
        StreamChain<int, int> chain = Chain.From<int>("unread").Stream<int>("count", (_, _, _) => CountAsync()).Build(new ChainOptions { OutputCapacity = 4 });
        Turn<int>[] unread = [.. Enumerable.Range(0, 200).Select(n => chain.Start(n))];
        await chain.DisposeAsync().AsTask().WaitAsync(Never);
        Assert.All(await Task.WhenAll(unread.Select(t => t.Completion)).WaitAsync(Never), r => Assert.Equal(TurnOutcome.Interrupted, r.Outcome));
        Assert.Equal((0, 0), (chain.LiveTurns, chain.DetachedBlocks));
    }

    [Fact]
    public async Task DisposeAsync_ExceptionInTheHost_ComesOut()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => Host().WaitAsync(Never));

        static async Task Host()
        {
            await using StreamChain<int, int> chain = Chain.From<int>("host").Stream<int>("count", (_, _, _) => CountAsync()).Build();
            Turn<int> turn = chain.Start(1);
            await turn.Output.FirstAsync();
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task DisposeAsync_WhileTurnsAreStarted_EachEndsAndNoneIsLeft()
    {
        for (int i = 0; i < 100; i++)
        {
            StreamChain<int, int> chain = Chain.From<int>("race").Stream<int>("count", (_, _, _) => CountAsync()).Build(new ChainOptions { OutputCapacity = 1 });
            Task<TurnResult>[] turns = [];
            Task starting = Task.Run(() => turns = [.. Enumerable.Range(0, 50).Select(n => chain.Start(n).Completion)]);
            if (i % 2 == 0)
            {
                await Task.Yield();
            }

            await chain.DisposeAsync().AsTask().WaitAsync(Never);
            await starting.WaitAsync(Never);
            Assert.All(await Task.WhenAll(turns).WaitAsync(Never), r => Assert.True(r.Outcome is TurnOutcome.Interrupted or TurnOutcome.Rejected));
            Assert.Equal(0, chain.LiveTurns);
        }
    }

    [Fact]
    public void DisposeAsync_BlockObeys_IsOverAtOnce() => VirtualWorld.Run(async world =>
    {
        Chain<int, int> chain = Chain.From<int>("obeys").Then("work", world.Work<int>(5000)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        await chain.DisposeAsync();
        Assert.Equal((10.0, TurnOutcome.Interrupted), (world.Elapsed.Ms(), (await turn.Completion).Outcome));
    });

    [Fact]
    public void DisposeAsync_AfterDrainAsync_TurnsCompleted() => VirtualWorld.Run(async world =>
    {
        Chain<int, int> chain = Chain.From<int>("patient").Then("work", world.Work<int>(5000)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await chain.DrainAsync();
        await chain.DisposeAsync();
        Assert.Equal((5000.0, TurnOutcome.Completed), (world.Elapsed.Ms(), (await turn.Completion).Outcome));
    });

    [Fact]
    public void DrainAsync_LastTurnEnds_ItsResultIsKnown() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("known").Then("work", world.Work<int>(50)).Build(world.Options());
        Task<TurnResult> turn = chain.Start(1).Completion;
        await chain.DrainAsync();
        Assert.True(turn.IsCompleted);
    });

    [Fact]
    public async Task DisposeAsync_WithinABlock_Ends()
    {
        Chain<int, int> chain = null!;
        chain = Chain.From<int>("own").Then("dispose", async (int x, CancellationToken _) =>
        {
            await chain.DisposeAsync();
            return x;
        }).Build(new ChainOptions { Grace = 20.Milliseconds() });
        Assert.Equal(TurnOutcome.Interrupted, (await chain.Start(1).Completion.WaitAsync(Never)).Outcome);
        await chain.DisposeAsync().AsTask().WaitAsync(Never);
        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    static async IAsyncEnumerable<int> CountAsync()
    {
        for (int i = 0; ; i++)
        {
            yield return i;
            if (i % 100 == 99)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Holds up whoever logs that a turn has ended.</summary>
    sealed class BlockingLogger : ILoggerFactory, ILogger
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Release { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains("ended as", StringComparison.Ordinal))
            {
                Entered.TrySetResult();
                Release.Wait(TimeSpan.FromMinutes(1));
            }
        }

        public void Dispose() => Release.Dispose();
    }
}
