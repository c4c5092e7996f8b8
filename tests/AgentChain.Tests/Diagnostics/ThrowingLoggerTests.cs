using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Diagnostics;

/// <summary>Law 12 at the logger: whatever it throws, and whenever, turns end as they would, on time.</summary>
public class ThrowingLoggerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Log_Throws_TurnsEndAsTheyWould(bool whenAsked) => VirtualWorld.Run(async world =>
    {
        var logger = new Throwing { WhenAsked = whenAsked };
        await using Chain<int, int> chain = Chain.From<int>("logged")
            .Then("fails", (int x, CancellationToken _) => x == 1 ? throw new InvalidDataException() : ValueTask.FromResult(x))
            .Then(
                "slow",
                async (int x, CancellationToken token) =>
                {
                    await world.Delay(x == 2 ? 1000 : 10, x == 3 ? default : token);
                    return x;
                },
                o => o.Budget(100.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Then("deaf", world.DeafWork<int>(500))
            .Build(world.Options(o => (o.LoggerFactory, o.Grace) = (logger, 50.Milliseconds())));
        TurnResult failed = await chain.Start(1).Completion;
        Assert.Equal((TurnOutcome.Failed, "fails", 0.0), (failed.Outcome, failed.Error!.Block, world.Elapsed.Ms()));
        Turn<int> overran = chain.Start(2);
        Assert.Equal(7, await overran.Output.SingleAsync());
        Assert.Equal(600, Math.Round((await overran.Completion).Report.Elapsed.TotalMilliseconds));
        Turn<int> deaf = chain.Start(3);
        await world.Delay(100);
        deaf.Interrupt();
        Assert.Equal(50, Math.Round((await deaf.WhenQuiescentAsync()).Elapsed.TotalMilliseconds));
        Assert.Equal(1, chain.DetachedBlocks);
        await world.Delay(1000);
        Assert.Equal((0, 0), (chain.DetachedBlocks, chain.LiveTurns));
        await chain.WarmUpAsync();
        Assert.InRange(logger.Calls, 4, 100);
    });

    sealed class Throwing : ILoggerFactory, ILogger
    {
        public bool WhenAsked { get; init; }

        public int Calls { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new InvalidOperationException();

        public bool IsEnabled(LogLevel logLevel)
        {
            Calls += WhenAsked ? 1 : 0;
            return WhenAsked ? throw new InvalidOperationException() : true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Calls++;
            throw new InvalidOperationException();
        }
    }
}
