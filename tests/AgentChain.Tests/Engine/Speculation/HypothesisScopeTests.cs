using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Hypotheses as scopes: their dependencies, their end, and their tokens.</summary>
public class HypothesisScopeTests
{
    [Fact]
    public void Probability_OnAnotherHypothesis_IsThatOfBoth()
    {
        var outer = new Scope();
        HypothesisScope first = New(outer, 0.5);
        HypothesisScope second = New(first, 0.4);
        Assert.Equal((0.5, 0.2), (first.Probability, Math.Round(second.Probability, 9)));
    }

    [Fact]
    public void IsGone_ItselfOrWhatItRestsOn_IsSeen()
    {
        var outer = new Scope();
        HypothesisScope wave = New(outer, 0.5);
        Assert.False(wave.IsGone);
        outer.IsGone = true;
        Assert.True(wave.IsGone);
        HypothesisScope other = New(new Scope(), 0.5);
        Supersede(other);
        Assert.True(other.IsGone);
    }

    [Fact]
    public void InnerToken_AskedForBeforeAndAfterItIsGone_HasFired() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("wave").Then("wait", world.Work<int>(1)).Build(world.Options());
        await using Turn<int> turn = chain.StartKept(1, out TurnCore<int> state, null, CancellationToken.None);
        var early = new HypothesisScope(state, new Scope(), 0.5, default, 0);
        CancellationToken token = early.InnerToken;
        Assert.False(token.IsCancellationRequested);
        Supersede(early, state);
        Assert.True(token.IsCancellationRequested);
        HypothesisScope late = New(new Scope(), 0.5);
        Supersede(late);
        Assert.True(late.InnerToken.IsCancellationRequested);
        var outer = new Scope();
        CancellationToken below = New(outer, 0.5).InnerToken;
        outer.Source.Cancel();
        Assert.True(below.IsCancellationRequested);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BothScopes_EitherSide_CountsForBoth(bool left)
    {
        var one = new Scope { DueAt = left ? 5 : 9 };
        var other = new Scope { DueAt = left ? 9 : 5 };
        IWorkScope both = JoinedScope.Of(one, other, null)!;
        Assert.Equal((false, false, 5L), (both.IsGone, both.IsUncommitted, both.DueAt));
        CancellationToken token = both.InnerToken;
        Scope side = left ? one : other;
        side.IsUncommitted = true;
        Assert.True(both.IsUncommitted);
        side.IsGone = true;
        Assert.True(both.IsGone);
        side.Source.Cancel();
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public void BothScopes_OfOneOrOfTheForksOwn_IsTheOther()
    {
        var one = new Scope();
        var shared = new Scope();
        Assert.Same(one, JoinedScope.Of(one, one, null));
        Assert.Same(one, JoinedScope.Of(one, null, null));
        Assert.Same(one, JoinedScope.Of(null, one, null));
        Assert.Same(one, JoinedScope.Of(one, shared, shared));
        Assert.Same(one, JoinedScope.Of(shared, one, shared));
        HypothesisScope likely = New(new Scope(), 0.9);
        HypothesisScope unlikely = New(new Scope(), 0.2);
        Assert.Same(unlikely, JoinedScope.Of(likely, unlikely, null)!.RestsOn);
        Assert.Same(unlikely, JoinedScope.Of(unlikely, likely, null)!.RestsOn);
        Assert.Same(likely, JoinedScope.Of(new Scope(), likely, null)!.RestsOn);
    }

    /// <summary>Its turn is asked for a token or a ledger only if no scope encloses it.</summary>
    static HypothesisScope New(IWorkScope outer, double probability) => new(null!, outer, probability, default, 0);

    static void Supersede(HypothesisScope wave, TurnCore? turn = null)
    {
        var speculation = new TurnSpeculation(turn!, new SpeculationPlan(new SpeculationOptions()));
        using (speculation.Enter())
        {
            wave.Supersede(speculation);
        }
    }

    sealed class Scope : IWorkScope
    {
        public CancellationTokenSource Source { get; } = new();

        public bool IsGone { get; set; }

        public bool IsUncommitted { get; set; }

        public CancellationToken InnerToken => Source.Token;

        public long DueAt { get; init; } = long.MaxValue;

        public IWorkScope? Hypothesis => null;

        public bool TryFault(Exception error) => true;
    }
}
