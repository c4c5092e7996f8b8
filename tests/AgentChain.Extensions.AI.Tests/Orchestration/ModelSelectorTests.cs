using AgentChain.Devices;
using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Orchestration;

/// <summary>Agents as routes, with a model that selects among them.</summary>
public sealed class ModelSelectorTests
{
    [Theory]
    [InlineData("billing", "billing")]
    [InlineData("BILLING.", "billing")]
    [InlineData("I choose billing", "billing")]
    [InlineData("billing or support", "support")]
    [InlineData("rebilling", "support")]
    [InlineData("", "support")]
    [InlineData("weather", "support")]
    public void Route_ModelAnswers_OnlyADeclaredChoiceIsTaken(string answer, string expected) => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [10, answer]);
        await using var chain = Line(world, model, Says(world, "support", 5), Says(world, "billing", 5));

        Assert.Equal([$"{expected} here"], Texts(await chain.RunAsync(new AgentSession().Ask("hello"))));
        Assert.Contains("billing: Bills.", model.Requests[0].Messages[0].Text, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Orchestrate_GuessThrowsAndNamesDifferInCase_TheModelDecidesAndItsAgentAnswers()
    {
        using var selector = ScriptedClient.Says("billing");
        using var client = ScriptedClient.Says("billing here");
        AgentBlock agent = client.AsAgent(_ => { });
        var agents = new Dictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>>(StringComparer.OrdinalIgnoreCase) { ["BILLING"] = agent, ["Support"] = agent };
        await using var chain = Chain.From<AgentRequest>("line")
            .Orchestrate(
                "desk",
                selector.AsSelector(s => s.Choice("billing", "Bills.").Fallback("support", "The rest.").Guess(_ => throw new InvalidOperationException())),
                agents)
            .Text().Build();

        Assert.Equal(["billing ", "here "], await chain.RunToListAsync(new AgentSession().Ask("hello")).AsTask().WaitAsync(Ask.Patience));
    }

    [Fact]
    public void Route_GuessIsWrong_TheLoserIsTerminatedAndItsDeviceFreeWithinTheGrace() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 8 }]);
        var selector = new ScriptedModel(world, [200, "billing"]);
        ScriptedModel support = Says(world, "support", 5000);
        ScriptedModel billing = Says(world, "billing", 300);
        await using var chain = Line(world, selector, support, billing, devices, Hypothesis.Tentative("support", 0.6));
        var session = new AgentSession("s");
        await using Turn<IReadOnlyList<ChatResponseUpdate>> turn = chain.Start(session.Ask("hello"));

        await world.Delay(100);
        Assert.Equal((1, 0, 1), (support.Requests.Count, billing.Requests.Count, devices.OpenLeases));
        await world.Delay(150);
        Assert.Equal((1, 1, 1), (support.Requests.Count, billing.Requests.Count, devices.OpenLeases));

        Assert.Equal(["billing here"], Texts(await turn.Output.SingleAsync()));
        TurnResult result = await turn.Completion;
        Assert.Equal((1, 500.0), (result.Report.Speculation.Terminated, Math.Round(result.Report.Elapsed.TotalMilliseconds)));
        Assert.Equal(result.Report.Elapsed, result.Report.Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration));
        Assert.Equal(["user: hello", "assistant: billing here"], session.Messages.Lines());
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Route_GuessIsRight_TheAgentsTimeIsHidden() => VirtualWorld.Run(async world =>
    {
        var selector = new ScriptedModel(world, [200, "billing"]);
        ScriptedModel billing = Says(world, "billing", 300);
        await using var chain = Line(world, selector, Says(world, "support", 10), billing, null, Hypothesis.Tentative("billing", 0.6));
        var session = new AgentSession("s");
        await using Turn<IReadOnlyList<ChatResponseUpdate>> turn = chain.Start(session.Ask("hello"));

        Assert.Equal(["billing here"], Texts(await turn.Output.SingleAsync()));

        Assert.Equal(300, Math.Round((await turn.Completion).Report.Elapsed.TotalMilliseconds));
        Assert.Single(billing.Requests);
        Assert.Equal(["user: hello", "assistant: billing here"], session.Messages.Lines());
    });

    [Theory]
    [InlineData("billing", 1, 50)]
    [InlineData("support", 2, 250)]
    public void Orchestrate_Guess_TheChosenAgentStreamsAndALoserIsNeverHeard(string chosen, int started, double first) => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 8 }]);
        var selector = new ScriptedModel(world, [200, chosen]);
        var session = new AgentSession("s");
        ScriptedModel[] models = [.. new[] { "billing", "support" }.Select(name => new ScriptedModel(world, [50, name, 300, " here"]))];
        await using var chain = Chain.From<AgentRequest>("line")
            .Orchestrate(
                "orchestrate",
                selector.Client.AsSelector(s => s.Choice("billing", "").Fallback("support", "").Guess(_ => Hypothesis.Tentative("billing", 0.6))),
                new Dictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>>
                {
                    ["billing"] = models[0].Client.AsAgent(_ => { }),
                    ["support"] = models[1].Client.AsAgent(_ => { }),
                },
                o => o.Speculate().On("cpu"))
            .Text().Build(HandoffBlockTests.Eager(world, o => o.Devices = devices));
        await using Turn<string> turn = chain.Start(session.Ask("hello"));
        List<(double At, string Text)> heard = [];
        await foreach (string text in turn.Output)
        {
            heard.Add((Math.Round(world.Elapsed.TotalMilliseconds), text));
        }

        Assert.Equal([(Math.Max(first, 200), chosen), (first + 300, " here")], heard);
        Assert.Equal(started, models.Sum(model => model.Requests.Count));
        Assert.Equal(["user: hello", $"assistant: {chosen} here"], session.Messages.Lines());
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Orchestrate_GuessThrows_TheModelChooses() => VirtualWorld.Run(async world =>
    {
        var selector = new ScriptedModel(world, [200, "billing"]);
        await using var chain = Chain.From<AgentRequest>("line")
            .Orchestrate(
                "orchestrate",
                selector.Client.AsSelector(s => s.Choice("billing", "").Fallback("support", "").Guess(_ => throw new InvalidOperationException())),
                new Dictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>>
                {
                    ["billing"] = Says(world, "billing", 10).Client.AsAgent(_ => { }),
                    ["support"] = Says(world, "support", 10).Client.AsAgent(_ => { }),
                })
            .Text().Build(HandoffBlockTests.Eager(world));

        Assert.Equal("billing here", string.Concat(await chain.RunToListAsync(new AgentSession("s").Ask("hello"))));
    });

    [Fact]
    public void Orchestrate_ChoiceWithoutAnAgent_IsNamed()
    {
        using ScriptedClient client = ScriptedClient.Says("x");
        Assert.Contains("'support'", Assert.Throws<AgentSetupException>(() => Chain.From<AgentRequest>("line").Orchestrate(
            "orchestrate", client.AsSelector(s => s.Fallback("support", "")), new Dictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>>())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AsSelector_BadSetups_SayTheWayOut()
    {
        using ScriptedClient client = ScriptedClient.Says("x");
        Assert.Contains("has no fallback", Assert.Throws<AgentSetupException>(() => client.AsSelector(s => s.Choice("a", ""))).Message, StringComparison.Ordinal);
        Assert.Throws<AgentSetupException>(() => client.AsSelector(s => s.Choice("a", "").Fallback("A", "")));
        Assert.Throws<AgentSetupException>(() => client.AsSelector(s => s.Fallback("a", "").Fallback("b", "")));
    }

    [Fact]
    public void Agents_InARowAndSideBySide_ShareOneReportThatSums() => VirtualWorld.Run(async world =>
    {
        ScriptedModel draft = Says(world, "draft", 100);
        ScriptedModel critic = Says(world, "critic", 300);
        ScriptedModel lawyer = Says(world, "lawyer", 200);
        await using var chain = Chain.From<AgentRequest>("row")
            .Stream("draft", draft.Client.AsAgent(_ => { })).Collect("drafted")
            .Then("ask", updates => new AgentRequest([new(ChatRole.User, updates.Text())]))
            .Parallel("review", b => Whole(b, "critic", critic), b => Whole(b, "lawyer", lawyer), (_, one, other) => $"{one}, {other}")
            .Build(world.Options());
        await using Turn<string> turn = chain.Start(new AgentSession("s").Ask("hello"));

        Assert.Equal("critic here, lawyer here", await turn.Output.SingleAsync());

        TurnReport report = (await turn.Completion).Report;
        Assert.Equal(400, Math.Round(report.Elapsed.TotalMilliseconds));
        Assert.Equal(report.Elapsed, report.Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration));
        Assert.Equal(["user: draft here"], lawyer.Requests[0].Messages.Lines());
    });

    static ChainBuilder<AgentRequest, string> Whole(ChainBuilder<AgentRequest, AgentRequest> builder, string name, ScriptedModel model) =>
        builder.Stream(name, model.Client.AsAgent(_ => { })).Collect(name + " whole").Then(name + " text", updates => updates.Text());

    static ScriptedModel Says(VirtualWorld world, string name, int ms) => new(world, [ms, $"{name} here"]);

    static string[] Texts(IReadOnlyList<ChatResponseUpdate> updates) => [.. updates.Select(update => update.Text)];

    static Chain<AgentRequest, IReadOnlyList<ChatResponseUpdate>> Line(
        VirtualWorld world, ScriptedModel selector, ScriptedModel support, ScriptedModel billing, DeviceScheduler? devices = null,
        Hypothesis<string>? guess = null) => Chain.From<AgentRequest>("line")
        .Route(
            "orchestrate",
            selector.Client.AsSelector(s => s.Choice("billing", "Bills.").Fallback("support", "All else.").Guess(_ => guess)),
            agents => agents
                .To("support", b => b.Stream("support", support.Client.AsAgent(_ => { }), o => o.Speculate().On("cpu")).Collect("s"))
                .To("billing", b => b.Stream("billing", billing.Client.AsAgent(_ => { }), o => o.Speculate().On("cpu")).Collect("b")))
        .Build(HandoffBlockTests.Eager(world, o => o.Devices = devices));
}
