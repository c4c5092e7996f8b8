using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Turns;

/// <summary>
/// A turn's last run ends while the turn's own end is still being published: a wait for quiescence completes all the same.
/// </summary>
public class QuietRaceTests
{
    [Fact]
    public void DisposeAsync_LastRunEndedWhileTheEndWasLogged_DoesNotWaitForIt() => VirtualWorld.Run(async world =>
    {
        var logger = new SlowLogger(world);
        Chain<int, int> chain = Chain.From<int>("race").Then("deaf", world.DeafWork<int>(20)).Build(world.Options(o => o.LoggerFactory = logger));
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        Assert.Equal(60, world.Elapsed.Ms());
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await turn.WhenQuiescentAsync();
        await chain.DisposeAsync();
        Assert.Equal(60, world.Elapsed.Ms());
    });

    [Fact]
    public void Interrupt_LastRunEndedWhileTheEndWasLogged_TurnCanBeCollected() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("race").Then("deaf", world.DeafWork<int>(20))
            .Build(world.Options(o => o.LoggerFactory = new SlowLogger(world)));
        WeakReference turn = StartAndInterrupt(world, chain);
        await world.Delay(1000);
        Collected.Assert(turn);
    });

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    static WeakReference StartAndInterrupt(VirtualWorld world, Chain<int, int> chain)
    {
        Turn<int> turn = chain.Start(1);
        world.Block(10);
        turn.Interrupt();
        return new WeakReference(turn.Completion);
    }

    /// <summary>Takes 50 ms for each message, while everything else continues.</summary>
    sealed class SlowLogger(VirtualWorld world) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            world.Block(50);
    }
}
