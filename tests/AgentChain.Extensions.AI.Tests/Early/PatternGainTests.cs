using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Early.EarlyDesk;

namespace AgentChain.Extensions.AI.Tests.Early;

/// <summary>
/// Three rounds of tools of 200 to 800 ms: an account, then an article, then the article's details, which need the article's number, and the
/// effectful note of the visit. One user in twenty wants something else. The chain has its default controller and a table without counts.
/// </summary>
public sealed class PatternGainTests(ITestOutputHelper output)
{
    const int Turns = 200;
    const int Learning = 40;

    [Fact]
    public void Patterns_ThreeRoundsOfTools_SaveAtLeast45PercentWithEqualAnswersAndEffects()
    {
        var patterns = new ToolPatterns();
        Outcome late = Run(null);
        Outcome early = Run(patterns);

        double gain = 1 - (early.Times.Skip(Learning).Sum() / late.Times.Skip(Learning).Sum());
        output.WriteLine(FormattableString.Invariant(
            $"late {late.Times.Skip(Learning).Average():0} ms, early {early.Times.Skip(Learning).Average():0} ms, gain {gain:P1}, {early.Started} started, {early.Committed} committed, wasted {early.Wasted.TotalSeconds:0.0} s"));
        Assert.True(gain >= 0.45, $"The gain is {gain:P1}.");
        Assert.Equal(late.Answers, early.Answers);
        Assert.Equal(late.Effects, early.Effects);
        Assert.Equal(Enumerable.Range(0, Turns).Select(turn => $"visit {turn}"), early.Effects);
        Assert.All(late.Times.Zip(early.Times, early.Saved), turn => Assert.Equal(turn.First, turn.Second + turn.Third, 0.01));
        Assert.Equal((0, 0), (late.Started, late.Committed));
        Assert.InRange((double)early.Committed / early.Started, 0.85, 0.999);
    }

    static Outcome Run(ToolPatterns? patterns) => VirtualWorld.Run(async world =>
    {
        var random = new Random(7);
        var outcome = new Outcome([], [], []);
        var model = new VisitModel(world);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a =>
        {
            a.Tool(Slow(world, "account"), Pure).Tool(Slow(world, "article"), Pure).Tool(Slow(world, "details"), Pure)
                .Tool(new TimedTool(world, "visit", 20, arguments =>
                {
                    outcome.Effects.Add($"visit {arguments["n"]}");
                    return "noted";
                }));
            if (patterns is not null)
            {
                a.Early(patterns, p => p
                    .Request("account", request => N(NumberOf(request)))
                    .Request("article", request => N(NumberOf(request) + 1000))
                    .Follows("article", "details", moment => N(int.Parse(moment.Result!.ToString()!))));
            }
        })).Build(world.Options());

        for (int turn = 0; turn < Turns; turn++)
        {
            model.Begin(turn, isUnusual: random.NextDouble() < 0.05);
            double start = world.Elapsed.TotalMilliseconds;
            (IReadOnlyList<ChatResponseUpdate> said, TurnReport report) = await chain.AnswerAsync(Request($"{turn}"));
            outcome.Times.Add(world.Elapsed.TotalMilliseconds - start);
            outcome.Answers.Add(string.Join('|', model.Seen) + said[^1].Text);
            outcome.Saved.Add(report.Speculation.SavedToLast.TotalMilliseconds);
            outcome.Started += report.Speculation.Started;
            outcome.Committed += report.Speculation.Committed;
            outcome.Wasted += report.Speculation.Wasted;
        }

        return outcome;
    });

    /// <summary>A tool whose time depends on its argument, from 200 to 800 ms, and whose result is a number made of it.</summary>
    static AIFunction Slow(VirtualWorld world, string name) => AIFunctionFactory.Create(
        async (int n, CancellationToken token) =>
        {
            await world.Delay(200 + (new Random((n * 31) + name.Length).NextDouble() * 600), token);
            return (n * 3) + 1;
        },
        name);

    static void Pure(ToolSetup tool) => tool.Effect(Effect.Pure);

    static int NumberOf(AgentRequest request) => int.Parse(request.Messages[^1].Text);

    static Dictionary<string, object?> N(int n) => new() { ["n"] = n };

    sealed record Outcome(List<double> Times, List<string> Answers, List<string> Effects)
    {
        public List<double> Saved { get; } = [];

        public int Started { get; set; }

        public int Committed { get; set; }

        public TimeSpan Wasted { get; set; }
    }

    /// <summary>A model that thinks for 300 ms before each call, and begins its answer after 100 ms.</summary>
    sealed class VisitModel(VirtualWorld world)
    {
        int _turn;
        bool _isUnusual;

        public List<string> Seen { get; } = [];

        public ScriptedClient Client => field ??= new ScriptedClient((messages, _, token) => Answer(messages, token));

        public void Begin(int turn, bool isUnusual)
        {
            (_turn, _isUnusual) = (turn, isUnusual);
            Seen.Clear();
        }

        async IAsyncEnumerable<ChatResponseUpdate> Answer(
            IReadOnlyList<ChatMessage> messages, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            string[] results = [.. messages.SelectMany(message => message.Contents.OfType<FunctionResultContent>()).Select(one => $"{one.Result}")];
            int round = messages.Count(message => message.Role == ChatRole.Tool);
            await world.Delay(round < 3 ? 300 : 100, token);
            int unusual = _isUnusual ? 5000 : 0;
            switch (round)
            {
                case 0:
                    yield return new(ChatRole.Assistant, [Call("a", _turn + unusual, "account")]);
                    break;
                case 1:
                    yield return new(ChatRole.Assistant, [Call("b", _turn + 1000 + unusual, "article")]);
                    break;
                case 2:
                    yield return new(ChatRole.Assistant, [Call("c", int.Parse(results[^1]), "details"), Call("d", _turn, "visit")]);
                    break;
                default:
                    Seen.AddRange(results);
                    yield return new(ChatRole.Assistant, $"answer {results[2]}");
                    break;
            }
        }
    }
}
