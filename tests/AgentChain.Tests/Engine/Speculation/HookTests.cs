using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Blocks that keep state are notified of the result of each run.</summary>
public class HookTests
{
    [Fact]
    public void Hooks_EveryRun_IsToldOnceWhatBecameOfIt() => VirtualWorld.Run(async world =>
    {
        var block = new Stateful(world);
        await using Chain<string, string> chain = Voice(world, block);
        Assert.Equal("right", await chain.RunAsync(""));
        await world.Delay(1000);
        Assert.Equal(["100 begins 1", "300 terminated 1", "300 begins 2", "500 committed 2"], block.Calls);
    });

    [Fact]
    public void Hooks_TurnInterrupted_ItsRunsAreTerminated() => VirtualWorld.Run(async world =>
    {
        var block = new Stateful(world);
        await using Chain<string, string> chain = Voice(world, block);
        await using Turn<string> turn = chain.Start("");
        await world.Delay(400);
        turn.Interrupt();
        await world.Delay(1000);
        Assert.Equal(["100 begins 1", "300 terminated 1", "300 begins 2", "400 terminated 2"], block.Calls);
    });

    [Fact]
    public void OnCommitted_StillWorks_NothingIsSeenBehind() => VirtualWorld.Run(async world =>
    {
        var block = new Stateful(world) { Committing = token => new ValueTask(world.Delay(70, token)) };
        await using Chain<string, string> chain = Voice(world, block);
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Completed, 570.0), (result.Outcome, result.Report.Elapsed.Ms()));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hook_Throws_ItsTurnFailsByName(bool onCommitted) => VirtualWorld.Run(async world =>
    {
        var block = new Stateful(world);
        static ValueTask Bad(CancellationToken token) => throw new InvalidOperationException();
        block.Set(onCommitted, Bad);
        await using Chain<string, string> chain = Voice(world, block);
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Failed, "agent"), (result.Outcome, result.Error!.Block));
        Assert.IsType<InvalidOperationException>(result.Error.InnerException);
        block.Set(onCommitted, _ => default);
        Assert.Equal("right", await chain.RunAsync(""));
    });

    [Theory]
    [InlineData(true, 700)]
    [InlineData(false, 500)]
    public void Hook_Hangs_ItsTurnFailsWhenItsTimeIsUp(bool onCommitted, double failsAt) => VirtualWorld.Run(async world =>
    {
        var block = new Stateful(world);
        static ValueTask Hang(CancellationToken token) => new(new TaskCompletionSource().Task);
        block.Set(onCommitted, Hang);
        await using Chain<string, string> chain = Voice(world, block, final: onCommitted ? 500 : 2000);
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Failed, "agent", failsAt), (result.Outcome, result.Error!.Block, result.Report.Elapsed.Ms()));
        Assert.Contains("has not returned from On", result.Error.Message, StringComparison.Ordinal);
        block.Set(onCommitted, _ => default);
        Assert.Equal("right", await chain.RunAsync(""));
        Assert.Equal(0, chain.LiveTurns);
    });

    static Chain<string, string> Voice(VirtualWorld world, Stateful block, double final = 500) => Chain.From<string>("voice")
        .Revise("listen", world.Hears((100, "wrong"), (300, "right"), (final, "right")))
        .Then("agent", block, o => o.Speculate())
        .Build(world.Eager(o => o.Speculation = o.Speculation with { HookTimeout = 200.Milliseconds() }));

    sealed class Stateful(VirtualWorld world) : IBlock<string, string>, ICommitHooks
    {
        public List<string> Calls { get; } = [];

        public Func<CancellationToken, ValueTask> Committing { get; set; } = _ => default;

        public Func<CancellationToken, ValueTask> Terminating { get; set; } = _ => default;

        public void Set(bool onCommitted, Func<CancellationToken, ValueTask> hook)
        {
            if (onCommitted)
            {
                Committing = hook;
            }
            else
            {
                Terminating = hook;
            }
        }

        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add($"{world.Elapsed.Ms()} begins {context.RunNumber - First}");
            await world.Delay(150, cancellationToken);
            return input;
        }

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add($"{world.Elapsed.Ms()} committed {context.RunNumber - First}");
            return Committing(cancellationToken);
        }

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add($"{world.Elapsed.Ms()} terminated {context.RunNumber - First}");
            return Terminating(cancellationToken);
        }

        /// <summary>The recognizer's run has a number too.</summary>
        static long First => 1;
    }
}
