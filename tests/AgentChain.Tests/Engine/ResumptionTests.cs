using System.Threading.Tasks.Sources;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public sealed class ResumptionTests
{
    /// <summary>The continuation of a run that has ended is used again by the next run.</summary>
    [Fact]
    public void Source_CallsTheContinuationOfARunThatHasEnded_TheRunThatUsesItNowGoesOn() => VirtualWorld.Run(async world =>
    {
        var source = new Kept();
        var other = new Kept();
        await using Chain<int, int> chain = Chain.From<int>("strays")
            .Then("either", (int x, CancellationToken _) => new ValueTask<int>(x == 0 ? source : other, (short)x))
            .Build(world.Options());
        Turn<int> first = chain.Start(0);
        await world.Delay(1);
        source.Complete();
        Assert.Equal(TurnOutcome.Completed, (await first.Completion).Outcome);
        Turn<int> second = chain.Start(1);
        await world.Delay(1);
        source.Complete();
        await world.Delay(5);
        Assert.False(second.Completion.IsCompleted);
        other.Complete();
        Assert.Equal([1], await second.Output.ToListAsync());
    });

    /// <summary>Keeps the continuation, and calls it as often as requested.</summary>
    sealed class Kept : IValueTaskSource<int>
    {
        Action? _continue;
        bool _isCompleted;

        public void Complete()
        {
            _isCompleted = true;
            _continue!();
        }

        public int GetResult(short token) => token;

        public ValueTaskSourceStatus GetStatus(short token) => _isCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _continue = () => continuation(state);
    }
}
