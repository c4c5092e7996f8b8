using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>Provides typed access to the speculation of a turn and of a chain, of which the layers below know only an interface.</summary>
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
        /// <summary>The hypothesis on which the work in a scope depends; null if its input is final.</summary>
        public HypothesisScope? RestsOn => (HypothesisScope?)scope.Hypothesis;
    }
}
