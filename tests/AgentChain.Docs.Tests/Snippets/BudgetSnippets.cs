using AgentChain.Blocks.Batching;
using AgentChain.Blocks.Hedging;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/budgets.md.</summary>
public sealed class BudgetSnippets
{
    [Fact]
    public void Explain_LearnedChain_PrintsTheTableOfThePage() => VirtualWorld.Run(async world =>
    {
        TestServer server = new(world);
        string path = Path.Combine(Directory.CreateTempSubdirectory("agentchain").FullName, "costs.json");
        ChainBuilder<string, string> steps = Steps(server);
        #region learn
        CostBook costs = File.Exists(path) ? CostBook.Load(path) : new CostBook();
        await using (Chain<string, string> learning = steps.Build(world.Options(o => o.Costs = costs)))
        {
            await ServeAsync(learning);
        }

        costs.Save(path);
        #endregion
        #region split
        await using Chain<string, string> chain = steps.Build(world.Options(o =>
        {
            o.Costs = CostBook.Load(path);
            o.Budget = LatencyBudget.Total(600.Milliseconds());
            o.OnTimeTarget = 0.95;
        }));
        BudgetPlan plan = chain.Explain();
        #endregion
        Assert.False(plan.Misses);
        Assert.Equal(["search", "respond"], plan.Blocks.Select(row => row.Block));
        Assert.Equal(600, plan.Blocks.Sum(row => row.Budget!.Value.TotalMilliseconds), 1.0);
        Assert.Equal(Table.ReplaceLineEndings("\n"), plan.ToString());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    });

    [Fact]
    public void Predict_LearnedBlock_TellsTheTimeOfALongerText() => VirtualWorld.Run(async world =>
    {
        TestServer server = new(world);
        await using Chain<string, string> chain = Steps(server).Build(world.Options(o => o.Costs = new CostBook()));
        await ServeAsync(chain);
        #region predict
        LearnedCost respond = chain.Costs!.Of("respond");
        TimeSpan median = respond.Predict(new CostFeatures { Tokens = 400 });
        TimeSpan most = respond.Predict(new CostFeatures { Tokens = 400 }, 0.99);
        double onTime = respond.ProbabilityWithin(new CostFeatures { Tokens = 400 }, 500.Milliseconds());
        #endregion
        Assert.InRange(median.TotalMilliseconds, 400, 500);
        Assert.True(most > median && onTime is > 0.5 and < 1);
    });

    [Fact]
    public void Hedged_SlowServer_AnswersFromTheSecondAttempt() => VirtualWorld.Run(async world =>
    {
        TestServer server = new(world) { IsStuck = attempt => attempt == 1 };
        #region hedge
        HedgedBlock<string, string> search = server.Search.Hedged(new HedgeOptions { Delay = 200.Milliseconds() });
        await using Chain<string, string> chain = Chain.From<string>("desk").Then("search", search).Build(world.Options());
        #endregion
        await chain.RunAsync("plan");
        Assert.Equal(new HedgeCounts(1, 1, 1), search.Counts);
    });

    [Fact]
    public void Start_RequestWithADeadline_BecomesTheTurnsAndGoesOn() => VirtualWorld.Run(async world =>
    {
        var server = new Recorder();
        using var client = new HttpClient(server) { BaseAddress = new Uri("http://search") };
        await using Chain<string, string> chain = Chain.From<string>("desk")
            .Then("think", new TestServer(world).Search)
            .Then("search", new RemoteSearch(client))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(2.Seconds())));
        List<KeyValuePair<string, string?>> headers = [new("grpc-timeout", "500m")];
        #region read
        var options = new TurnOptions { Budget = DeadlineHeaders.Read(headers) };
        Turn<string> turn = chain.Start("plan", options);
        #endregion
        TurnResult result = await turn.Completion;
        Assert.Equal(500.Milliseconds(), result.Report.Budget.TotalLimit);
        Assert.InRange(server.Seconds, 0.2, 0.45);
    });

    [Fact]
    public void Playback_StreamPlays_IsDeclaredWhereItIsAdded() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([new("cuda:0", DeviceKind.Cuda) { MaxLeases = 1 }]);
        Func<string, CancellationToken, Task<byte[]>> speak = async (text, token) =>
        {
            await world.Delay(20, token);
            return new byte[text.Length * 2000];
        };
        StreamChainBuilder<string, string> sentences = Chain.From<string>("voice").Stream("sentences", (text, _, _) => text.Split('.').ToAsyncEnumerable());
        #region playback
        await using StreamChain<string, byte[]> chain = sentences
            .ThenEach("speak", speak, o => o.On("cuda:0").Playback(pcm => TimeSpan.FromSeconds(pcm.Length / 32_000.0)))
            .Build(world.Options(o => o.Devices = devices));
        #endregion
        Assert.Equal(2, (await chain.RunToListAsync("Yes. It is open.x")).Count(pcm => pcm.Length > 2000));
    });

    [Fact]
    public void Batched_TurnsAtOnce_AreOneCall() => VirtualWorld.Run(async world =>
    {
        IBlock<IReadOnlyList<string>, IReadOnlyList<int>> model = new Lengths(world);
        #region batch
        BatchedBlock<string, int> embed = model.Batched(new BatchOptions { MaxSize = 32, MaxWait = 5.Milliseconds() });
        await using Chain<string, int> chain = Chain.From<string>("desk").Then("embed", embed).Build(world.Options());
        #endregion
        int[] lengths = await Task.WhenAll(new[] { "a", "bb", "ccc" }.Select(text => chain.RunAsync(text).AsTask()));
        Assert.Equal([1, 2, 3], lengths);
        Assert.Equal(new BatchCounts(1, 3), embed.Counts);
    });

    /// <summary>The table as docs/budgets.md shows it.</summary>
    const string Table =
        """
        chain 'desk': limit 600 ms, median 303.8 ms, p99 571.8 ms, 99.5 % of the turns on time (target 95.0 %)
        block    device       median          p99       budget
        search               97.3 ms     208.0 ms     192.0 ms
        respond             199.9 ms     436.0 ms     408.0 ms

        """;

    static ChainBuilder<string, string> Steps(TestServer server)
    {
        #region declare
        ChainBuilder<string, string> steps = Chain.From<string>("desk")
            .Then("search", server.Search, o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Then("respond", server.Respond, o => o.Cost(text => new CostFeatures { Tokens = text.Length }));
        #endregion
        return steps;
    }

    static async Task ServeAsync(Chain<string, string> chain)
    {
        for (int i = 0; i < 500; i++)
        {
            await chain.RunAsync(new string('x', 20 + (i * 7 % 300)));
        }
    }

    sealed class Lengths(VirtualWorld world) : IBlock<IReadOnlyList<string>, IReadOnlyList<int>>
    {
        public async ValueTask<IReadOnlyList<int>> InvokeAsync(
            IReadOnlyList<string> input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(20 + input.Count, cancellationToken);
            return [.. input.Select(text => text.Length)];
        }
    }

    sealed class Recorder : HttpMessageHandler
    {
        public double Seconds { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seconds = DeadlineHeaders.Read(request.Headers).TotalLimit!.Value.TotalSeconds;
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent("found") });
        }
    }

    sealed class TestServer(VirtualWorld world)
    {
        int _attempts;

        public Func<int, bool> IsStuck { get; init; } = _ => false;

        public IBlock<string, string> Search => new Call(async (text, token) =>
        {
            await world.Delay(IsStuck(++_attempts) ? 60_000 : LatencyModel.LogNormal(100.Milliseconds(), 0.3).Sample(RandomKey.Of(_attempts)).TotalMilliseconds, token);
            return text;
        });

        public IBlock<string, string> Respond => new Call(async (text, token) =>
        {
            TimeSpan time = LatencyModel.LogNormal((40 + text.Length).Milliseconds(), 0.2).Sample(RandomKey.Of(++_attempts));
            await world.Delay(time.TotalMilliseconds, token);
            return text;
        });
    }

    sealed class Call(Func<string, CancellationToken, Task<string>> call) : IBlock<string, string>
    {
        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) =>
            await call(input, cancellationToken);
    }
}
