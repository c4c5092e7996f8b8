using AgentChain.Blocks;
using AgentChain.Simulation;
using AgentChain.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Fallback;
using Polly.Hedging;
using Polly.Retry;
using Polly.Timeout;

namespace AgentChain.Polly.Tests;

/// <summary>Pipelines around blocks that return a value, in virtual time.</summary>
public sealed class ResilientBlockTests
{
    [Fact]
    public void Retry_BlockFailsTwice_TheThirdAttemptAnswersAfterBothDelays() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky((attempt, _, _) => attempt < 3 ? throw new IOException("cut") : new("fine"));
        await using Chain<string, string> chain = One(block.WithResilience(Pipe(world, p => p.AddRetry(Every100))), world);

        Assert.Equal("fine", await chain.RunAsync("q"));
        Assert.Equal(200.Milliseconds(), world.Elapsed);
        Assert.Equal(["q", "q", "q"], block.Inputs);
    });

    [Fact]
    public void Retry_EveryAttemptFails_TheTurnFailsWithTheBlocksError() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky((attempt, _, _) => throw new IOException($"cut {attempt}"));
        await using Chain<string, string> chain = One(block.WithResilience(Pipe(world, p => p.AddRetry(Every100))), world);

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("q").AsTask());

        Assert.Equal("flaky", error.Block);
        Assert.Equal("cut 4", Assert.IsType<IOException>(error.InnerException).Message);
    });

    [Fact]
    public void Retry_TurnIsInterruptedDuringADelay_NoFurtherAttempt() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky((_, _, _) => throw new IOException("cut"));
        await using Chain<string, string> chain = One(block.WithResilience(Pipe(world, p => p.AddRetry(Every100))), world);
        Turn<string> turn = chain.Start("q");
        await world.Delay(150.Milliseconds());
        turn.Interrupt();

        await turn.WhenQuiescentAsync();
        await world.Delay(10.Seconds());
        Assert.Equal(2, block.Attempts);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void Retry_BudgetRunsOutBetweenAttempts_TheTurnEndsOnTimeAndNoAttemptFollows() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky((_, _, _) => throw new IOException("cut"));
        await using Chain<string, string> chain = One(
            block.WithResilience(Pipe(world, p => p.AddRetry(Every100))), world, o => o.Budget(250.Milliseconds()).OnOverrun(Overrun.Fallback("later")));

        Assert.Equal("later", await chain.RunAsync("q"));
        Assert.InRange(world.Elapsed.TotalMilliseconds, 250, 250.01);
        await world.Delay(10.Seconds());
        Assert.Equal(3, block.Attempts);
    });

    [Fact]
    public void Retry_HandlesCancellationToo_StillEndsWithTheTurn() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky(async (_, context, token) =>
        {
            await Task.Delay(1.Seconds(), context.Time, token);
            return "never";
        });
        var greedy = new RetryStrategyOptions { MaxRetryAttempts = int.MaxValue, Delay = TimeSpan.Zero, ShouldHandle = _ => PredicateResult.True() };
        await using Chain<string, string> chain = One(block.WithResilience(Pipe(world, p => p.AddRetry(greedy))), world);
        Turn<string> turn = chain.Start("q");
        await world.Delay(100.Milliseconds());
        turn.Interrupt();
        await turn.WhenQuiescentAsync();

        Assert.Equal((1, 0L), (block.Attempts, chain.DetachedBlocks));
        Assert.Equal(100.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Timeout_AttemptHangs_TheBlocksTokenIsCanceledAndTheNextAttemptAnswers() => VirtualWorld.Run(async world =>
    {
        bool canceled = false;
        var block = new Flaky(async (attempt, context, token) =>
        {
            if (attempt == 1)
            {
                using CancellationTokenRegistration _ = token.Register(() => canceled = true);
                await Task.Delay(1.Seconds(), context.Time, token);
            }

            return "fine";
        });
        await using Chain<string, string> chain = One(
            block.WithResilience(Pipe(world, p => p.AddRetry(Every100).AddTimeout(50.Milliseconds()))), world);

        Assert.Equal("fine", await chain.RunAsync("q"));
        Assert.True(canceled);
        Assert.Equal(150.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Timeout_NoAttemptLeft_IsTheInnerExceptionOfAFailure() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky(async (_, context, token) =>
        {
            await Task.Delay(1.Seconds(), context.Time, token);
            return "never";
        });
        await using Chain<string, string> chain = One(block.WithResilience(Pipe(world, p => p.AddTimeout(50.Milliseconds()))), world);

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("q").AsTask());

        Assert.IsType<TimeoutRejectedException>(error.InnerException);
        Assert.Equal(50.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void CircuitBreaker_Opens_TheNextTurnFailsWithoutCallingTheBlock() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky((_, _, _) => throw new IOException("cut"));
        var breaker = new CircuitBreakerStrategyOptions { MinimumThroughput = 2, FailureRatio = 0.5, BreakDuration = 1.Seconds() };
        await using Chain<string, string> chain = One(block.WithResilience(Pipe(world, p => p.AddCircuitBreaker(breaker))), world);
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("q").AsTask());
        }

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("q").AsTask());

        Assert.IsType<BrokenCircuitException>(error.InnerException);
        Assert.Equal(2, block.Attempts);
    });

    [Fact]
    public async Task Hedging_SecondAttemptWins_TheRunEndsWhenTheLoserHas()
    {
        // In real time: Polly's hedging leaves the scheduler of its caller.
        List<string> ends = [];
        var block = new Flaky(async (attempt, context, token) =>
        {
            if (attempt == 2)
            {
                return "fine";
            }

            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, token);
            }
            finally
            {
                await Task.Delay(50.Milliseconds(), context.Time, CancellationToken.None);
                ends.Add("lost");
            }

            return "never";
        });
        ResiliencePipeline<string> hedge = new ResiliencePipelineBuilder<string>()
            .AddHedging(new HedgingStrategyOptions<string> { Delay = TimeSpan.Zero, MaxHedgedAttempts = 1 }).Build();
        await using Chain<string, string> chain = Chain.From<string>("c").Then("flaky", block.WithResilience(hedge)).Build();

        Assert.Equal("fine", await chain.RunAsync("q").AsTask().WaitAsync(60.Seconds()));
        Assert.Equal(["lost"], ends);
    }

    [Fact]
    public void TypedPipeline_OutputIsNotGoodEnough_TheBlockIsAskedAgain() => VirtualWorld.Run(async world =>
    {
        var block = new Flaky((attempt, _, _) => new(attempt == 1 ? "" : "fine"));
        ResiliencePipeline<string> pipeline = new ResiliencePipelineBuilder<string> { TimeProvider = world.Clock }
            .AddRetry(new() { Delay = 100.Milliseconds(), ShouldHandle = new PredicateBuilder<string>().HandleResult("") })
            .AddFallback(new FallbackStrategyOptions<string> { FallbackAction = _ => Outcome.FromResultAsValueTask("sorry") }).Build();
        await using Chain<string, string> chain = One(block.WithResilience(pipeline), world);

        Assert.Equal("fine", await chain.RunAsync("q"));
        Assert.Equal(100.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Callbacks_OfAStrategy_FindTheTurnAndTheBlock() => VirtualWorld.Run(async world =>
    {
        List<string> seen = [];
        var block = new Flaky((_, _, _) => throw new IOException("cut"));
        var retry = new RetryStrategyOptions
        {
            Delay = 100.Milliseconds(),
            MaxRetryAttempts = 10,
            ShouldHandle = args => new(args.Context.Properties.TryGetValue(ResilienceExtensions.BlockContextKey, out BlockContext run)
                && run.Remaining > 100.Milliseconds()),
            OnRetry = args =>
            {
                seen.Add(args.Context.OperationKey!);
                return default;
            },
        };
        await using Chain<string, string> chain = One(block.WithResilience(Pipe(world, p => p.AddRetry(retry))), world, o => o.Budget(350.Milliseconds()));

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("q").AsTask());

        Assert.IsType<IOException>(error.InnerException);
        Assert.Equal(["flaky", "flaky", "flaky"], seen);
        Assert.Equal(300.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public async Task VerifyAsync_BlockInAPipeline_KeepsTheContract() => await new Contract().VerifyAsync();

    [Fact]
    public async Task WarmUp_ReachesTheBlock_OutsideOfThePipeline()
    {
        var block = new Hooked();
        var context = new TestBlockContext();

        await ((IWarmUp)((IBlock<string, string>)block).WithResilience(Empty)).WarmUpAsync(context.Context, default);
        await ((IPrefill<string>)((IBlock<string, string>)block).WithResilience(Empty)).PrefillAsync("q", context.Context, default);

        Assert.Equal(["warm", "prefill q"], block.Calls);
    }

    [Fact]
    public void WithResilience_BlockCannotPrefill_NorCanTheResult() =>
        Assert.False(new Flaky((_, _, _) => new("")).WithResilience(Empty) is IPrefill<string>);

    [Fact]
    public void WithResilience_BadArguments_AreRefused()
    {
        IBlock<string, string> block = new Flaky((_, _, _) => new(""));
        Assert.Throws<ArgumentNullException>("block", () => ((IBlock<string, string>)null!).WithResilience(Empty));
        Assert.Throws<ArgumentNullException>("pipeline", () => block.WithResilience((ResiliencePipeline)null!));
        Assert.Throws<ArgumentNullException>("pipeline", () => block.WithResilience((ResiliencePipeline<string>)null!));
        Assert.Contains("commit hooks", Assert.Throws<ArgumentException>("block", () => ((IBlock<string, string>)new Committed()).WithResilience(Empty)).Message, StringComparison.Ordinal);
    }

    internal static ResiliencePipeline Empty { get; } = ResiliencePipeline.Empty;

    internal static RetryStrategyOptions Every100 => new() { MaxRetryAttempts = 3, Delay = 100.Milliseconds() };

    internal static ResiliencePipeline Pipe(VirtualWorld world, Action<ResiliencePipelineBuilder> add)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = world.Clock };
        add(builder);
        return builder.Build();
    }

    static Chain<string, string> One(IBlock<string, string> block, VirtualWorld world, Action<BlockSetup<string, string>>? options = null) =>
        Chain.From<string>("c").Then("flaky", block, options).Build(world.Options());

    sealed class Contract : BlockContract<string, string>
    {
        protected override IReadOnlyList<string> Inputs => ["good day", "hello"];

        protected override IBlock<string, string> Create() => new Echo().WithResilience(new ResiliencePipelineBuilder().AddRetry(new()).AddTimeout(60.Seconds()).Build());
    }

    sealed class Echo : IBlock<string, string>
    {
        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(5.Milliseconds(), context.Time, cancellationToken);
            return input;
        }
    }

    sealed class Hooked : IBlock<string, string>, IWarmUp, IPrefill<string>
    {
        public List<string> Calls { get; } = [];

        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add("warm");
            return default;
        }

        public ValueTask PrefillAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add($"prefill {input}");
            return default;
        }
    }

    sealed class Committed : IBlock<string, string>, ICommitHooks
    {
        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken) => default;

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken) => default;
    }
}
