using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Testing;
using AgentChain.Tests.Engine;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/reports.md.</summary>
public sealed class ReportSnippets
{
    [Fact]
    public void Report_BlockThatCallsATool_ShowsTheToolApart() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("desk")
            .Then("hear", world.Work<string>(10))
            .Then("respond", new LookupBlock(async (query, token) =>
            {
                await world.Delay(200, token);
                return $"found {query}";
            }))
            .Build(world.Options());
        Turn<string> turn = chain.Start("plan");
        #region read
        TurnReport report = (await turn.Completion).Report;
        foreach (ReportPart part in report.Parts)
        {
            world.Record($"{part.Owner}: {part.Kind} {part.Duration.TotalMilliseconds} ms");
        }
        #endregion
        Assert.Equal(["210 hear: Block 10 ms", "210 respond/lookup: Inner 200 ms"], world.Events);
        Assert.Contains("respond/lookup", report.ToWaterfall(), StringComparison.Ordinal);
        BlockUsage use = Assert.Single(report.Usage);
        Assert.Equal(("respond", "small", 12L), (use.Block, use.Usage.Model, use.Usage.InputTokens));
    });

    [Fact]
    public async Task EarlyBlock_RightGuess_UsesTheEarlyResult()
    {
        int calls = 0;
        var block = new EarlyLookupBlock((query, _) => new($"found {query} {++calls}"));
        var context = new TestBlockContext();
        Assert.Equal("found plan 1", await block.InvokeAsync("plan", context.Context, CancellationToken.None));
        Assert.True(Assert.IsType<EarlyWork>(Assert.Single(context.Works)).IsNeeded);

        var declines = new TestBlockContext { StartsEarly = _ => false };
        Assert.Equal("found plan 2", await block.InvokeAsync("plan", declines.Context, CancellationToken.None));
        Assert.Equal(InnerStatus.Completed, Assert.Single(declines.Works).Status);
    }

    sealed class LookupBlock(Func<string, CancellationToken, ValueTask<string>> lookup) : IBlock<string, string>
    {
        #region tool
        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            InnerWork work = context.Begin("lookup");       // waiting, for example for a free connection
            work.Await();                                   // from here on, the block waits for it
            try
            {
                work.Run();                                 // running
                string found = await lookup(input, cancellationToken);
                work.End(InnerStatus.Completed);
                context.Used(new ModelUsage { Model = "small", InputTokens = 12, OutputTokens = 30 });
                return found;
            }
            catch (Exception error)
            {
                work.End(error is OperationCanceledException ? InnerStatus.Canceled : InnerStatus.Failed);
                throw;
            }
        }
        #endregion
    }

    sealed class EarlyLookupBlock(Func<string, CancellationToken, ValueTask<string>> lookup) : IBlock<string, string>
    {
        #region early
        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            using var wrong = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            EarlyWork? early = context.TryBeginEarly(new EarlyRequest("lookup", Probability: 0.8) { Key = input });
            Task<string>? guess = early is null ? null : LookUpAsync(early, input, wrong.Token);

            string query = await AskModelAsync(input, cancellationToken);
            if (guess is not null && query == input && early!.Commit())
            {
                early.Await();
                return await guess;
            }

            early?.Terminate();
            await wrong.CancelAsync();
            InnerWork work = context.Begin("lookup", key: query);
            work.Await();
            return await LookUpAsync(work, query, cancellationToken);
        }

        async Task<string> LookUpAsync(InnerWork work, string query, CancellationToken cancellationToken)
        {
            try
            {
                work.Run();
                string found = await lookup(query, cancellationToken);
                work.End(InnerStatus.Completed);
                return found;
            }
            catch (Exception error)
            {
                work.End(error is OperationCanceledException ? InnerStatus.Canceled : InnerStatus.Failed);
                throw;
            }
        }
        #endregion

        static ValueTask<string> AskModelAsync(string input, CancellationToken _) => new(input);
    }
}
