using AgentChain.Costs;
using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/budgets.md on overload.</summary>
public sealed class OverloadSnippets
{
    [Fact]
    public void Overload_ManyTurns_MostAreInTimeAndTheRestIsRejected() => VirtualWorld.Run(async world =>
    {
        var server = new Server(world);
        var question = new Question("where is my parcel", 40);
        #region overload
        await using Chain<Question, string> chain = Chain.From<Question>("desk")
            .Then("search", server.Search, o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Then("rank", server.Rank, o => o
                .Cost(CostModel.Constant(80.Milliseconds()))
                .OnOverrun(Overrun.Fallback("unranked")))
            .Then("answer", server.Answer, o => o
                .Concurrency(2)
                .Cost(new AffineCost { Start = 40.Milliseconds(), EachOutputToken = 4.Milliseconds() })
                .CostOfTurn((Question question) => new CostFeatures { OutputTokens = question.ExpectedTokens }))
            .Build(world.Options(o =>
            {
                o.Budget = LatencyBudget.Total(800.Milliseconds());
                o.Overload = new OverloadOptions();
            }));

        TurnPrediction prediction = chain.Predict(question); // expected 380 ms (0 ms of waits) of 800 ms left, on time with 99.9 %
        #endregion
        Assert.InRange(prediction.Expected.TotalMilliseconds, 280, 400);
        var longQuestion = new Question("tell me all about parcels", 1_000);
        #region rejected
        TurnResult result = await chain.Start(longQuestion).Completion;
        if (result.Error is TurnRejectedException { Prediction: { } late })
        {
            Console.WriteLine(late); // expected 4220 ms (0 ms of waits) of 800 ms left, on time with 0.0 %
        }
        #endregion
        Assert.Equal(
            "expected 4220 ms (0 ms of waits) of 800 ms left, on time with 0.0 %",
            Assert.IsType<TurnRejectedException>(result.Error).Prediction.ToString());
        Turn<string>[] turns = [.. Enumerable.Range(0, 40).Select(_ => chain.Start(question))];
        var ended = new List<TurnOutcome>();
        foreach (Turn<string> turn in turns)
        {
            ended.Add((await turn.Completion).Outcome);
        }

        Assert.InRange(ended.Count(outcome => outcome == TurnOutcome.Completed), 4, 8);
        Assert.True(ended.Count(outcome => outcome == TurnOutcome.Rejected) > 25);
    });

    sealed record Question(string Text, int ExpectedTokens);

    sealed class Server(VirtualWorld world)
    {
        public async ValueTask<Question> Search(Question question, CancellationToken cancellationToken)
        {
            await world.Delay(100, cancellationToken);
            return question;
        }

        public async ValueTask<string> Rank(Question question, CancellationToken cancellationToken)
        {
            await world.Delay(80, cancellationToken);
            return question.Text;
        }

        public async ValueTask<string> Answer(string facts, CancellationToken cancellationToken)
        {
            await world.Delay(200, cancellationToken);
            return facts;
        }
    }
}
