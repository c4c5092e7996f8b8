using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>What speculation keeps for a turn and for a chain, where the layers below only know that there is something.</summary>
static class SpeculationExtensions
{
    extension(TurnCore turn)
    {
        /// <summary>The turn's speculation; null in a chain that does not speculate.</summary>
        public TurnSpeculation? Speculation => (TurnSpeculation?)turn.Layer;
    }

    extension(ChainRuntime runtime)
    {
        /// <summary>The gates of the chain and its options; null in a chain that does not speculate.</summary>
        public SpeculationPlan? Plan => (SpeculationPlan?)runtime.Layer;
    }

    extension(IWorkScope scope)
    {
        /// <summary>The hypothesis on which the work in a scope rests; null when its input is final.</summary>
        public HypothesisScope? RestsOn => (HypothesisScope?)scope.Hypothesis;
    }
}
