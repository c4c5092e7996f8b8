using System.Runtime.CompilerServices;

namespace AgentChain.Tests.Building;

/// <summary>
/// Every shape of lambda and method group that a step takes compiles and is treated as it looks: one that returns a task is awaited, any
/// other is fused. If a shape were mistaken for another, the chain's output type would differ and this file would not compile.
/// </summary>
public class LambdaTests
{
    static ChainBuilder<string, string> Start => Chain.From<string>("chain");

    [Fact]
    public async Task Then_SynchronousShapes_AreFusedAndReturnTheValue()
    {
        await Is<int>(2, Start.Then("step", x => x.Length), fused: true);
        await Is<int>(2, Start.Then("step", Length), fused: true);
        await Is<int>(2, Start.Then("step", (x, context) => x.Length + (int)context.TurnId.Value - 1), fused: true);
        await Is<int>(2, Start.Then("step", (x, _) => x.Length), fused: true);
        await Is<int>(2, Start.Then("step", LengthInTurn), fused: true);
        await Is<int>(17, Chain.From<string>("chain").Then("number", _ => "17").Then("step", int.Parse), fused: true);
        await Is<int>(2, Start.Then("step", x => x.Length, o => o.Queued()), fused: false);
        await Is<int>(2, Start.Then("step", (x, _) => x.Length, o => o.Concurrency(1)), fused: false);
    }

    [Fact]
    public async Task Then_AsynchronousShapes_AreAwaited()
    {
        await Is<int>(2, Start.Then("step", async (x, token) => await LengthAsync(x, token)), fused: false);
        await Is<int>(2, Start.Then("step", async (x, _) => { await Task.Yield(); return x.Length; }), fused: false);
        await Is<int>(2, Start.Then("step", (x, token) => LengthAsync(x, token)), fused: false);
        await Is<int>(2, Start.Then("step", (x, token) => LengthValueAsync(x, token)), fused: false);
        await Is<int>(2, Start.Then("step", (x, _) => Task.FromResult(x.Length)), fused: false);
        await Is<int>(2, Start.Then("step", (x, _) => ValueTask.FromResult(x.Length)), fused: false);
        await Is<int>(2, Start.Then("step", LengthAsync), fused: false);
        await Is<int>(2, Start.Then("step", LengthValueAsync), fused: false);
        await Is<int>(2, Start.Then("step", async (x, context, token) => await LengthAsync(x, token) + (int)context.TurnId.Value - 1), fused: false);
        await Is<int>(2, Start.Then("step", (x, _, token) => LengthAsync(x, token)), fused: false);
        await Is<int>(2, Start.Then("step", (x, _, token) => LengthValueAsync(x, token)), fused: false);
        await Is<int>(2, Start.Then("step", LengthInTurnAsync), fused: false);
        await Is<int>(2, Start.Then("step", LengthInTurnValueAsync), fused: false);
        await Is<int>(2, Start.Then("step", async (x, token) => await LengthAsync(x, token), o => o.Budget(60.Seconds())), fused: false);
    }

    [Fact]
    public async Task Then_MethodWithAndWithoutAToken_TakesTheOneWithTheToken()
    {
        var client = new Client();
        await Is<string>("hi!", Start.Then("step", client.GetAsync), fused: false);
        Assert.True(client.HadToken);
    }

    [Fact]
    public void Then_StepThatReturnsATaskWithoutTakingAToken_IsRefusedWithTheWayOut()
    {
        Assert.Contains("(input, cancellationToken)", Refusal(Start.Then("step", x => Task.FromResult(x))), StringComparison.Ordinal);
        Assert.Contains("'step'", Refusal(Start.Then("step", (x, context) => LengthAsync(x, context.TurnToken))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Then_StepThatOnlyThrows_FailsItsTurn()
    {
        await using Chain<string, int> chain = Start.Then<int>("step", (_, _) => throw new InvalidDataException()).Build();
        Assert.IsType<InvalidDataException>((await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("hi").AsTask())).InnerException);
    }

    [Fact]
    public async Task Then_StepThatReturnsNullForATask_FailsItsTurnAndSaysSo()
    {
        await using Chain<string, int> chain = Start.Then("step", Nothing).Build();
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("hi").AsTask());
        Assert.Contains("null instead of a task", error.InnerException!.Message, StringComparison.Ordinal);

        static Task<int> Nothing(string input, CancellationToken token) => null!;
    }

    [Fact]
    public async Task ThenEach_SynchronousShapes_AreFusedAndTakeOptions()
    {
        await Are(Words.ThenEach("each", x => x.Length), fused: true);
        await Are(Words.ThenEach("each", Length), fused: true);
        await Are(Words.ThenEach("each", (x, context) => x.Length + (int)context.TurnId.Value - 1), fused: true);
        await Are(Words.ThenEach("each", LengthInTurn), fused: true);
        await Are(Words.ThenEach("each", x => x.Length, o => o.Effect(Effect.Effectful)), fused: true);
        await Are(Words.ThenEach("each", x => x.Length, o => o.Budget(60.Seconds())), fused: false);
        await Are(Words.ThenEach("each", x => x.Length, o => o.StreamCapacity(1)), fused: false);
    }

    [Fact]
    public async Task ThenEach_AsynchronousShapes_AreAwaited()
    {
        await Are(Words.ThenEach("each", async (x, token) => await LengthAsync(x, token)), fused: false);
        await Are(Words.ThenEach("each", (x, token) => LengthAsync(x, token)), fused: false);
        await Are(Words.ThenEach("each", (x, token) => LengthValueAsync(x, token)), fused: false);
        await Are(Words.ThenEach("each", LengthAsync), fused: false);
        await Are(Words.ThenEach("each", LengthValueAsync), fused: false);
        await Are(Words.ThenEach("each", async (x, _, token) => await LengthAsync(x, token)), fused: false);
        await Are(Words.ThenEach("each", LengthInTurnAsync), fused: false);
        await Are(Words.ThenEach("each", LengthInTurnValueAsync), fused: false);
    }

    [Fact]
    public async Task StreamAndStreamEach_EveryShape_StringTheItemsTogether()
    {
        await Are(Start.Stream("stream", (x, token) => Lengths(x, token)), fused: false);
        await Are(Start.Stream("stream", Lengths), fused: false);
        await Are(Start.Stream("stream", (x, _, token) => Lengths(x, token)), fused: false);
        await Are(Start.Stream("stream", LengthsInTurn, o => o.StreamCapacity(3)), fused: false);
        StreamChainBuilder<string, string> one = Start.Stream("one", (x, token) => Once(x, token));
        await Are(one.StreamEach("stream", (x, token) => Lengths(x, token)), fused: false);
        await Are(one.StreamEach("stream", Lengths), fused: false);
        await Are(one.StreamEach("stream", (x, _, token) => Lengths(x, token)), fused: false);
        await Are(one.StreamEach("stream", LengthsInTurn, o => o.StreamCapacity(3)), fused: false);
    }

    [Fact]
    public async Task Revise_EveryShape_GivesItsFinalValue()
    {
        await Is<string>("hi", Start.Revise("listen", (x, token) => Listen(x, token)), fused: false);
        await Is<string>("hi", Start.Revise("listen", Listen), fused: false);
        await Is<string>("hi", Start.Revise("listen", (x, _, token) => Listen(x, token)), fused: false);
        int heard = 0;
        await Is<string>("hi", Start.Revise("listen", ListenInTurn, o => o.OnHypothesis(_ => heard++).OnHypothesis((_, _) => heard++)), fused: false);
        Assert.Equal(4, heard);
    }

    [Fact]
    public async Task Route_EveryShape_TakesTheRoute()
    {
        await Is<int>(2, Start.Route("route", x => x, Routes), fused: true);
        await Is<int>(2, Start.Route("route", (x, context) => context.IsSpeculative ? "" : x, Routes), fused: true);
        await Is<int>(2, Start.Route("route", x => x, Routes, o => o.Budget(60.Seconds())), fused: false);
        await Is<int>(2, Start.Route("route", async (x, token) => await Same(x, token), Routes), fused: false);
        await Is<int>(2, Start.Route("route", (x, token) => Same(x, token), Routes), fused: false);
        await Is<int>(2, Start.Route("route", (x, _) => ValueTask.FromResult(x), Routes), fused: false);
        await Is<int>(2, Start.Route("route", Same, Routes), fused: false);
        await Is<int>(2, Start.Route("route", async (x, _, token) => await Same(x, token), Routes), fused: false);
        await Is<int>(2, Start.Route("route", (x, _, token) => Same(x, token), Routes, o => o.Concurrency(1)), fused: false);
        await Is<int>(2, Start.Route("route", Listen, Routes, o => o.OnHypothesis(_ => { })), fused: false);
        await Is<int>(2, Start.Route("route", (x, _, token) => Listen(x, token), Routes), fused: false);

        static RouteBuilder<string, int> Routes(RouteBuilder<string> routes) =>
            routes.To("hi", b => b.Then("length", x => x.Length)).Otherwise("other", b => b.Then("nothing", _ => 0));

        static Task<string> Same(string input, CancellationToken token) => Task.FromResult(input);
    }

    [Fact]
    public async Task FallbackTo_EveryShape_TakesTheBlocksPlace()
    {
        await FallsBack(Overrun.FallbackTo<string, int>(x => x.Length));
        await FallsBack(Overrun.FallbackTo<string, int>((x, context) => x.Length + (int)context.TurnId.Value - 1));
        await FallsBack(Overrun.FallbackTo<string, int>(async (x, token) => await LengthAsync(x, token)));
        await FallsBack(Overrun.FallbackTo<string, int>((x, token) => LengthAsync(x, token)));
        await FallsBack(Overrun.FallbackTo<string, int>(LengthAsync));
        await FallsBack(Overrun.FallbackTo<string, int>(LengthValueAsync));
        await FallsBack(Overrun.FallbackTo<string, int>(async (x, _, token) => await LengthAsync(x, token)));
        await FallsBack(Overrun.FallbackTo<string, int>(LengthInTurnAsync));
        await FallsBack(Overrun.FallbackTo((string x, CancellationToken token) => LengthAsync(x, token)));
    }

    [Fact]
    public async Task Predict_EveryShape_Guesses()
    {
        await Guesses(o => o.Predict(x => Hypothesis.Tentative(x.Length, 0.9)));
        await Guesses(o => o.Predict((x, _) => Hypothesis.Tentative(x.Length, 0.9)));
        await Guesses(o => o.Predict(async (x, token) => Hypothesis.Tentative(await LengthAsync(x, token), 0.9)));
        await Guesses(o => o.Predict((x, _) => Task.FromResult(Hypothesis.Tentative(x.Length, 0.9))));
        await Guesses(o => o.Predict((x, _) => ValueTask.FromResult(Hypothesis.Tentative(x.Length, 0.9))));
        await Guesses(o => o.Predict(async (x, _, token) => Hypothesis.Tentative(await LengthAsync(x, token), 0.9)));
        await Guesses(o => o.Predict((x, _, _) => Task.FromResult(Hypothesis.Tentative(x.Length, 0.9))));
        await Guesses(o => o.Candidates(x => [Hypothesis.Tentative(x.Length, 0.9)]));
        await Guesses(o => o.Predict(_ => null));
        await Guesses(o => o.Predict((_, _) => null));
        await Guesses(o => o.Predict((_, _) => throw new InvalidDataException()));
    }

    [Fact]
    public async Task Predict_EveryShapeOfAStream_Guesses()
    {
        await GuessesItems(o => o.Predict(_ => Hypothesis.Tentative<IReadOnlyList<int>>([2, 2], 0.9)));
        await GuessesItems(o => o.Predict((_, _) => Hypothesis.Tentative<IReadOnlyList<int>>([2, 2], 0.9)));
        await GuessesItems(o => o.Predict(async (x, token) => Hypothesis.Tentative<IReadOnlyList<int>>([await LengthAsync(x, token)], 0.9)));
        await GuessesItems(o => o.Predict((_, _) => Task.FromResult(Hypothesis.Tentative<IReadOnlyList<int>>([2, 2], 0.9))));
        await GuessesItems(o => o.Predict(async (x, _, token) => Hypothesis.Tentative<IReadOnlyList<int>>([await LengthAsync(x, token)], 0.9)));
        await GuessesItems(o => o.Predict((_, _, _) => Task.FromResult(Hypothesis.Tentative<IReadOnlyList<int>>([2, 2], 0.9))));
        await GuessesItems(o => o.Predict((_, _) => null));
    }

    [Fact]
    public async Task TapAndTapEach_WithAndWithoutTheTurn_SeeEachValue()
    {
        List<string> seen = [];
        await Is<string>("hi", Start.Tap("tap", seen.Add).Tap("tap in turn", (x, context) => seen.Add($"{context.TurnId}: {x}")), fused: true);
        Assert.Equal(["hi", "turn 1: hi"], seen);
        seen.Clear();
        await Are(Words.TapEach("tap", seen.Add).TapEach("tap in turn", (x, _) => seen.Add(x)).ThenEach("each", x => x.Length), fused: true);
        Assert.Equal(["hi", "hi", "hi", "hi"], seen);
    }

    static StreamChainBuilder<string, string> Words => Start.Stream("words", Twice);

    static async Task Is<T>(T expected, ChainBuilder<string, T> builder, bool fused)
    {
        Assert.Equal(fused, builder.Nodes[^1].IsFused);
        await using Chain<string, T> chain = builder.Build();
        Assert.Equal(expected, await chain.RunAsync("hi"));
    }

    static async Task Are(StreamChainBuilder<string, int> builder, bool fused)
    {
        Assert.Equal(fused, builder.Nodes[^1].IsFused);
        await using StreamChain<string, int> chain = builder.Build();
        Assert.Equal([2, 2], await chain.RunToListAsync("hi"));
    }

    static async Task FallsBack(FallbackBlock<string, int> fallback)
    {
        await using Chain<string, int> chain = Start.Then(
            "slow",
            async (_, token) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(token);
                return 0;
            },
            o => o.Budget(1.Milliseconds()).OnOverrun(fallback)).Build();
        Assert.Equal(2, await chain.RunAsync("hi"));
    }

    static async Task Guesses(Action<BlockSetup<string, int>> predict)
    {
        await using Chain<string, int> chain = Start.Then("guessed", LengthAsync, predict).Then("next", (x, _) => Task.FromResult(x), o => o.Speculate()).Build();
        Assert.Equal(2, await chain.RunAsync("hi"));
    }

    static async Task GuessesItems(Action<StreamSetup<string, int>> predict)
    {
        await using StreamChain<string, int> chain = Start.Stream("guessed", Lengths, predict).ThenEach("next", (x, _) => Task.FromResult(x), o => o.Speculate()).Build();
        Assert.Equal([2, 2], await chain.RunToListAsync("hi"));
    }

    static string Refusal<T>(ChainBuilder<string, T> builder) => Assert.Throws<ChainValidationException>(() => builder.Build()).Message;

    static int Length(string input) => input.Length;

    static int LengthInTurn(string input, BlockContext context) => input.Length;

    static async Task<int> LengthAsync(string input, CancellationToken token)
    {
        await Task.Yield();
        return input.Length;
    }

    static async ValueTask<int> LengthValueAsync(string input, CancellationToken token)
    {
        await Task.Yield();
        return input.Length;
    }

    static Task<int> LengthInTurnAsync(string input, BlockContext context, CancellationToken token) => LengthAsync(input, token);

    static ValueTask<int> LengthInTurnValueAsync(string input, BlockContext context, CancellationToken token) => LengthValueAsync(input, token);

    static async IAsyncEnumerable<int> Lengths(string input, [EnumeratorCancellation] CancellationToken token)
    {
        yield return input.Length;
        await Task.Yield();
        yield return input.Length;
    }

    static IAsyncEnumerable<int> LengthsInTurn(string input, BlockContext context, CancellationToken token) => Lengths(input, token);

    static async IAsyncEnumerable<string> Once(string input, [EnumeratorCancellation] CancellationToken token)
    {
        await Task.Yield();
        yield return input;
    }

    static async IAsyncEnumerable<string> Twice(string input, [EnumeratorCancellation] CancellationToken token)
    {
        yield return input;
        await Task.Yield();
        yield return input;
    }

    static async IAsyncEnumerable<Hypothesis<string>> Listen(string input, [EnumeratorCancellation] CancellationToken token)
    {
        yield return Hypothesis.Tentative(input, 0.5);
        await Task.Yield();
        yield return Hypothesis.Final(input);
    }

    static IAsyncEnumerable<Hypothesis<string>> ListenInTurn(string input, BlockContext context, CancellationToken token) => Listen(input, token);

    /// <summary>Like an HTTP client: the same method with and without a token.</summary>
    sealed class Client
    {
        public bool HadToken { get; private set; }

        public Task<string> GetAsync(string input) => Task.FromResult(input + "?");

        public Task<string> GetAsync(string input, CancellationToken token)
        {
            HadToken = true;
            return Task.FromResult(input + "!");
        }
    }
}
