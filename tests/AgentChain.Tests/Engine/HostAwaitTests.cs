using System.Threading.Tasks.Sources;
using AgentChain.Engine.Primitives;

namespace AgentChain.Tests.Engine;

public sealed class HostAwaitTests
{
    [Fact]
    public async Task AsGuardedTask_SourceContinuesBeforeItHasCompleted_Throws()
    {
        var source = new TooSoon();
        Assert.Contains(
            "continued before it was completed",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => new ValueTask<int>(source, 0).AsGuardedTask())).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => new ValueTask(source, 0).AsGuardedTask());
        Assert.Equal(0, source.Results);
    }

    sealed class TooSoon : IValueTaskSource<int>, IValueTaskSource
    {
        public int Results { get; private set; }

        public int GetResult(short token) => ++Results;

        void IValueTaskSource.GetResult(short token) => Results++;

        public ValueTaskSourceStatus GetStatus(short token) => ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => continuation(state);
    }
}
