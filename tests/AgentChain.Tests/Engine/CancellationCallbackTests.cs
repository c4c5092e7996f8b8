namespace AgentChain.Tests.Engine;

/// <summary>Callbacks on a block's token that never return: they keep their own token, and hold up neither another's nor their caller.</summary>
public class CancellationCallbackTests
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    public async Task Deadlines_ManyCallbacksBlock_TheNextTokenFiresAllTheSame(int blocked)
    {
        using var gate = new ManualResetEventSlim();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int held = 0;
        await using Chain<int, int> chain = Chain.From<int>("callbacks").Then("deaf", async (int x, CancellationToken token) =>
        {
            token.Register(() =>
            {
                if (x < 0)
                {
                    told.TrySetResult();
                    return;
                }

                Interlocked.Increment(ref held);
                gate.Wait();
            });
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build(new ChainOptions { Budget = LatencyBudget.Total(100.Milliseconds()) });
        try
        {
            // On a busy machine a deadline may pass before its block has begun; then there is no callback, and another try.
            await UntilAsync(() => Volatile.Read(ref held) >= blocked, blocked, 0);
            await UntilAsync(() => told.Task.IsCompleted, 1, -1);
        }
        finally
        {
            gate.Set();
        }

        async Task UntilAsync(Func<bool> condition, int turns, int input)
        {
            for (int tries = 0; !condition(); tries++)
            {
                Assert.True(tries < 100, "The tokens of other turns did not fire.");
                TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, turns).Select(_ => chain.Start(input).Completion)).WaitAsync(Never);
                Assert.All(results, r => Assert.Equal(TurnOutcome.DeadlineExceeded, r.Outcome));
                await Task.Delay(100);
            }
        }
    }

    public enum Ends
    {
        Interrupt,
        Token,
        BargeIn,
        NextTurn,
        CloseConversation,
        DisposeTurn,
        DisposeChain,
        LeaveOutput,
    }

    public static TheoryData<Ends> AllEnds() => [.. Enum.GetValues<Ends>()];

    [Theory]
    [MemberData(nameof(AllEnds))]
    public async Task Interrupt_CallbackBlocks_TheCallerDoesNotWait(Ends how)
    {
        using var gate = new ManualResetEventSlim();
        var begun = new SemaphoreSlim(0);
        StreamChain<int, int> chain = Chain.From<int>("callbacks").Stream<int>("work", (x, _, token) => Work(x, token)).Build();
        Conversation<int, int> conversation = chain.OpenConversation();
        using var caller = new CancellationTokenSource();
        try
        {
            Turn<int> turn = await conversation.StartAsync(1, caller.Token);
            Assert.True(await begun.WaitAsync(Never));
            await Task.Run(async () =>
            {
                switch (how)
                {
                    case Ends.Interrupt:
                        turn.Interrupt();
                        break;
                    case Ends.Token:
                        caller.Cancel();
                        break;
                    case Ends.BargeIn:
                        conversation.BeginBargeIn().Commit();
                        break;
                    case Ends.NextTurn:
                        (await conversation.StartAsync(2)).Interrupt();
                        break;
                    case Ends.CloseConversation:
                        await conversation.DisposeAsync();
                        break;
                    case Ends.DisposeTurn:
                        await turn.DisposeAsync();
                        break;
                    case Ends.DisposeChain:
                        await chain.DisposeAsync();
                        break;
                    default:
                        await foreach (int _ in turn.Output)
                        {
                            break;
                        }

                        break;
                }
            }).WaitAsync(Never);
            Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion.WaitAsync(Never)).Outcome);
        }
        finally
        {
            gate.Set();
        }

        await conversation.DisposeAsync();
        await chain.DisposeAsync();

        async IAsyncEnumerable<int> Work(int x, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            token.Register(() =>
            {
                if (x == 1)
                {
                    gate.Wait();
                }
            });
            begun.Release();
            yield return x;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }
    }
}
