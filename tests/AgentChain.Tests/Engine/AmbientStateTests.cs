using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>Work that runs because a deadline fired does not see the ambient state of the code that built the chain.</summary>
public class AmbientStateTests
{
    static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public void Fallback_ChainWasBuiltUnderAmbientState_DoesNotSeeIt() => VirtualWorld.Run(async world =>
    {
        string? seen = "nothing";
        Ambient.Value = "builder";
        await using Chain<int, int> chain = Chain.From<int>("ambient")
            .Then("slow", world.Work<int>(1000), o => o.Budget(10.Milliseconds()).OnOverrun(Overrun.FallbackTo(new Looking(() => seen = Ambient.Value))))
            .Build(world.Options());
        Ambient.Value = null;
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Null(seen);
    });

    [Fact]
    public void Prefill_AskedForAgainByADeadline_DoesNotSeeIt() => VirtualWorld.Run(async world =>
    {
        string? seen = "nothing";
        Ambient.Value = "builder";
        await using Chain<string, string> chain = Chain.From<string>("ambient")
            .Revise("listen", world.Hears((10, "a"), (500, "a")))
            .Then("warmed", new Warming(() => seen = Ambient.Value), o => o.Speculate(SpeculationLevel.Prefill))
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new LaterThenStart() }));
        Ambient.Value = null;
        Assert.Equal("a", await chain.RunAsync(""));
        Assert.Null(seen);
    });

    [Fact]
    public void StreamEach_ItemsAreThereAtOnce_TheRunOfOneDoesNotSeeTheStateOfAnother() => VirtualWorld.Run(async world =>
    {
        List<string?> seen = [];
        await using StreamChain<int, int> chain = Chain.From<int>("ambient")
            .Stream<int>("items", (n, _, _) => Enumerable.Range(0, n).ToAsyncEnumerable())
            .StreamEach<int>("each", (x, _, _) =>
            {
                seen.Add(Ambient.Value);
                Ambient.Value = $"run {x}";
                return new[] { x }.ToAsyncEnumerable();
            })
            .Build(world.Options());
        Assert.Equal(Enumerable.Range(0, 50), await chain.RunToListAsync(50));
        Assert.Equal(50, seen.Count);
        Assert.All(seen, Assert.Null);
    });

    /// <summary>Asks to be asked again in 100 ms, and then starts.</summary>
    sealed class LaterThenStart : ISpeculationController
    {
        int _asked;

        public SpeculationDecision Decide(in SpeculationRequest request) =>
            new(_asked++ == 0 ? SpeculationVerdict.Later : SpeculationVerdict.Start, SpeculationReason.Worth, 0.5, default, default) { AskAgainIn = 100.Milliseconds() };

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }

    sealed class Warming(Action look) : IBlock<string, string>, IPrefill<string>
    {
        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) => ValueTask.FromResult(input);

        public ValueTask PrefillAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            look();
            return default;
        }
    }

    sealed class Looking(Action look) : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            look();
            return ValueTask.FromResult(input);
        }
    }
}
