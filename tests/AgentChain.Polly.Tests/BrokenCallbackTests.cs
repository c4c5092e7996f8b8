using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Timeout;

namespace AgentChain.Polly.Tests;

/// <summary>
/// The timer of a pipeline cancels the token of an attempt. What a callback of the block throws there would end the process, and one that
/// hangs would hold up the timer. Here the timer is the thread that advances the clock.
/// </summary>
public sealed class BrokenCallbackTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Timeout_CallbackOfTheTokenOfABlock_StaysTheBlocksOwn(bool hangs) => AssertFailsAloneAsync(
        hangs,
        (block, pipeline) => Chain.From<string>("c").Then("broken", ((IBlock<string, string>)block).WithResilience(pipeline)).Build(),
        chain => chain.RunAsync("q").AsTask());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Timeout_CallbackOfTheTokenOfAStream_StaysTheBlocksOwn(bool hangs) => AssertFailsAloneAsync(
        hangs,
        (block, pipeline) => Chain.From<string>("c").Stream("broken", ((IStreamBlock<string, string>)block).WithResilience(pipeline)).Build(),
        chain => chain.RunToListAsync("q").AsTask());

    static async Task AssertFailsAloneAsync<TChain>(bool hangs, Func<Broken, ResiliencePipeline, TChain> build, Func<TChain, Task> run)
        where TChain : IAsyncDisposable
    {
        TimeSpan patience = TimeSpan.FromMinutes(1);
        var clock = new FakeTimeProvider();
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(50.Milliseconds()).Build();
        using var block = new Broken(hangs);
        await using TChain chain = build(block, pipeline);
        Task turn = run(chain);
        await block.Runs.WaitAsync(patience);

        await Task.Run(() => clock.Advance(50.Milliseconds())).WaitAsync(patience);

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => turn.WaitAsync(patience));
        Assert.IsType<TimeoutRejectedException>(error.InnerException);
    }

    sealed class Broken(bool hangs) : IBlock<string, string>, IStreamBlock<string, string>, IDisposable
    {
        readonly ManualResetEventSlim _release = new();
        readonly TaskCompletionSource _runs = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Runs => _runs.Task;

        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            cancellationToken.Register(hangs ? () => _release.Wait() : () => throw new InvalidOperationException("callback"));
            Task never = Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellationToken);
            _runs.SetResult();
            await never;
            return input;
        }

        async IAsyncEnumerable<string> IStreamBlock<string, string>.InvokeAsync(
            string input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await InvokeAsync(input, context, cancellationToken);
        }

        public void Dispose() => _release.Set();
    }
}
