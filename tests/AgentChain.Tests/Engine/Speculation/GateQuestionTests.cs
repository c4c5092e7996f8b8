using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>The requests of a gate to the controller, their times, and its reports to the waste budget.</summary>
public class GateQuestionTests
{
    static readonly HypothesisFeatures Speaking = new() { Silence = TimeSpan.Zero, TimeToFinal = 500.Milliseconds() };
    static readonly HypothesisFeatures Silent = new() { Silence = 150.Milliseconds(), TimeToFinal = 350.Milliseconds() };

    [Fact]
    public void Ask_AgainInSilence_SilenceHasGrown()
    {
        List<SpeculationRequest> asked = Play(new Recorder(after: 100.Milliseconds()), Says("a", Silent, final: "a"));
        Assert.Equal([150.0, 250.0], asked.Select(r => r.Features.Silence!.Value.Ms()));
        Assert.Equal([350.0, 250.0], asked.Select(r => r.TimeToFinal!.Value.Ms()));
    }

    [Fact]
    public void Ask_AgainWhileSpeaking_NoSilenceIsMadeUp()
    {
        List<SpeculationRequest> asked = Play(new Recorder(after: 100.Milliseconds()), Says("a", Speaking, final: "a"));
        Assert.Equal([0.0, 0.0], asked.Select(r => r.Features.Silence!.Value.Ms()));
    }

    [Fact]
    public void Ask_SecondTurn_KnowsTheWorkAndTheWayBehind()
    {
        List<SpeculationRequest> asked = Play(new Recorder(), Says("a", Silent, final: "a"), Says("b", Silent, final: "b"));
        Assert.Equal(
            [("retrieve", 0.0, 0.0), ("speak", 0.0, 0.0), ("retrieve", 200.0, 280.0), ("speak", 80.0, 80.0)],
            asked.Select(r => (r.Block, r.Work.Ms(), r.Path.Ms())));
    }

    [Fact]
    public void Ask_WasteBudget_IsEarnedByTheWorkBehindTheListener()
    {
        var recorder = new Recorder();
        Play(recorder, Says("wrong", Silent, final: "a"), Says("b", Silent, final: "b"));

        // Of 10 s the first turn wasted 200 + 80 ms and earned a tenth of as much; the second and a half that the listener took earns nothing.
        Assert.Equal([10_000.0, 10_000.0, 9748.0, 9748.0], recorder.BudgetLeft);
    }

    static TimedHypothesis<string>[] Says(string text, HypothesisFeatures features, string final) =>
    [
        new(1.Seconds(), Hypothesis.Tentative(text, 0.9, features)),
        new(1500.Milliseconds(), Hypothesis.Final(final)),
    ];

    static List<SpeculationRequest> Play(Recorder recorder, params TimedHypothesis<string>[][] turns) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, string> chain = Chain.From<int>("talk")
            .Revise("listen", new SimulatedRevisingBlock<int, string>(turn => turns[turn]), o => o.LiveInput())
            .Then("retrieve", world.Work<string>(200), o => o.Speculate())
            .Then("speak", world.Work<string>(80), o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions
            {
                Controller = recorder, WasteShare = 0.1, WasteBurst = 10.Seconds(),
            }));
        for (int turn = 0; turn < turns.Length; turn++)
        {
            Assert.Equal(turns[turn][^1].Hypothesis.Value, await chain.RunAsync(turn));
        }

        return recorder.Asked;
    });

    /// <summary>Starts everything; or with a wait, asks to be asked once more and then declines.</summary>
    sealed class Recorder(TimeSpan after = default) : ISpeculationController
    {
        public List<SpeculationRequest> Asked { get; } = [];

        public List<double> BudgetLeft { get; } = [];

        public SpeculationDecision Decide(in SpeculationRequest request)
        {
            Asked.Add(request);
            BudgetLeft.Add(Math.Round(request.Budget!.Left.TotalMilliseconds, 2));
            SpeculationVerdict verdict = after == default ? SpeculationVerdict.Start
                : Asked.Count == 1 ? SpeculationVerdict.Later
                : SpeculationVerdict.Decline;
            return new(verdict, SpeculationReason.Worth, request.Probability, default, default) { AskAgainIn = after };
        }

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }
}
