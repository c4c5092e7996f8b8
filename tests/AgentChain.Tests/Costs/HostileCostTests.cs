using System.Text;
using System.Text.Json.Nodes;
using AgentChain.Costs;
using AgentChain.Simulation;

namespace AgentChain.Tests.Costs;

/// <summary>Numbers at the ends of their ranges, files that pass for good ones, and chains that are hard to explain.</summary>
public class HostileCostTests
{
    static readonly RooflineCost Endless = new() { Parameters = 1e300, BytesPerParameter = 1e300, OperationsPerSecond = 1, BytesPerSecond = 1 };

    [Fact]
    public void Predict_ModelOverflows_IsTheLongestTime()
    {
        Assert.Equal(TimeSpan.MaxValue, Endless.Predict(new CostFeatures { OutputTokens = 1 }));
        Assert.Equal(TimeSpan.Zero, Endless.Predict(default));
    }

    [Fact]
    public void Observe_ModelOverflows_GoesOnAndCanBeSaved()
    {
        var book = new CostBook();
        LearnedCost cost = book.Declare("llm", Endless).Of("llm");
        for (int i = 0; i < 3000; i++)
        {
            cost.Observe(new CostFeatures { Tokens = i % 2 }, 1.Seconds());
        }

        Assert.InRange(cost.ProbabilityWithin(new CostFeatures { Tokens = 1 }, 1000000.Seconds()), 0, 1);
        Assert.Equal(book.Entries, Reloaded(book).Entries);
    }

    [Fact]
    public void Observe_FeaturesOfAllSizes_PredictionsStayNumbersAndCanBeSaved()
    {
        var random = new Random(7);
        var book = new CostBook();
        LearnedCost cost = book.Of("any");
        for (int i = 0; i < 20000; i++)
        {
            CostFeatures features = new() { Tokens = Any(), OutputTokens = Any(), AudioSeconds = Any(), Items = Any() };
            cost.Observe(features, TimeSpan.FromTicks(1 + (long)(random.NextDouble() * Math.Pow(10, random.Next(18)))));
            Assert.True(cost.Predict(features, random.NextDouble()) >= TimeSpan.Zero);
        }

        Assert.Equal(book.Entries, Reloaded(book).Entries);

        double Any() => random.Next(3) == 0 ? 0 : Math.Pow(10, (random.NextDouble() * 24) - 12);
    }

    [Fact]
    public void Observe_CountsOfTheFileAreFull_StaysCorrected()
    {
        CostBook book = Edited("corrected", array => array.ReplaceAll(int.MaxValue), "runs", long.MaxValue);
        LearnedCost cost = book.Of("b");
        TimeSpan before = cost.Predict(default);

        cost.Observe(default, before);

        Assert.Equal(before.TotalSeconds, cost.Predict(default).TotalSeconds, 0.05 * before.TotalSeconds);
        Assert.True(cost.CanPredict);
    }

    [Theory]
    [InlineData("fit", "1e300", "fit must be")]
    public void Load_NumbersThatNoTrafficGives_IsRefused(string field, string value, string problem) => Assert.Contains(
        problem, Assert.Throws<CostFileException>(() => Edited(field, array => array.ReplaceAll(JsonNode.Parse(value)!))).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_RunsWithoutTimes_IsRefused() => Assert.Contains(
        "times", Assert.Throws<CostFileException>(() => Edited("times", array => array.Clear())).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_HalfACharacter_NamesTheFile()
    {
        byte[] json = Encoding.UTF8.GetBytes("{\"format\":1,\"blocks\":[{\"block\":\"\\ud800\"}]}");

        Assert.Throws<CostFileException>(() => CostBook.Load(new MemoryStream(json)));
    }

    [Fact]
    public void Explain_TimesThatOverflow_IsATable() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("c")
            .Then("a", (x, _) => ValueTask.FromResult(x), o => o.Cost(Endless).Cost(x => new CostFeatures { Tokens = x }))
            .Then("b", (x, _) => ValueTask.FromResult(x), o => o.Cost(CostModel.Constant(TimeSpan.MaxValue)))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(1.Seconds())));

        Assert.Contains("limit 1000 ms", chain.Explain().ToString(), StringComparison.Ordinal);
    });

    [Fact]
    public void Explain_CostLookedUpBeforeTraffic_TheDeclaredOneCounts() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("c")
            .Then("a", (x, _) => ValueTask.FromResult(x), o => o.Cost(CostModel.Constant(10.Milliseconds())))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(1.Seconds())));
        chain.Costs!.Of("a");

        Assert.Empty(chain.Explain().Unknown);
    });

    [Fact]
    public void Explain_LoopsOfManyRounds_CountEachRound() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("c")
            .Loop("outer", round => round.Loop("inner", Work, _ => false, LoopBound.TakeLast(100_000)), _ => false, LoopBound.TakeLast(100_000))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(20_000_000.Seconds())));

        BudgetPlan plan = chain.Explain();

        Assert.InRange(plan.Median.TotalSeconds, 9e6, 12e6);
        Assert.InRange(plan.Blocks[0].Budget!.Value.TotalMilliseconds, 1.9, 2.1);

        static ChainBuilder<int, int> Work(ChainBuilder<int, int> round) =>
            round.Then("a", (x, _) => ValueTask.FromResult(x), o => o.Cost(CostModel.Constant(1.Milliseconds())));
    });

    static CostBook Edited(string field, Action<JsonArray> edit, string? other = null, long value = 0)
    {
        var book = new CostBook();
        for (int i = 0; i < 30; i++)
        {
            book.Of("b").Observe(default, 1.Seconds());
        }

        using var stream = new MemoryStream();
        book.Save(stream);
        JsonNode json = JsonNode.Parse(stream.ToArray())!;
        JsonNode cost = json["blocks"]![0]!;
        edit(cost[field]!.AsArray());
        if (other is not null)
        {
            cost[other] = value;
        }

        return CostBook.Load(new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    static CostBook Reloaded(CostBook book)
    {
        using var stream = new MemoryStream();
        book.Save(stream);
        stream.Position = 0;
        return CostBook.Load(stream);
    }
}

static class JsonArrayEdits
{
    public static void ReplaceAll(this JsonArray array, JsonNode value)
    {
        for (int i = 0; i < array.Count; i++)
        {
            array[i] = value.DeepClone();
        }
    }
}
