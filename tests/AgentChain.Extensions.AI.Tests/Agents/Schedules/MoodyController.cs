using AgentChain.Speculation;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>A controller that starts every run on a hypothesis, and early calls by its mood: at once, later, never; or it throws.</summary>
sealed class MoodyController(int seed) : ISpeculationController
{
    readonly Random _random = new(seed);

    public SpeculationDecision Decide(in SpeculationRequest request)
    {
        int mood = request.Block.Contains('/') ? _random.Next(12) : 11;
        return mood switch
        {
            0 => throw new InvalidOperationException("planned"),
            1 => Of(SpeculationVerdict.Decline, request),
            2 or 3 => Of(SpeculationVerdict.Later, request) with { AskAgainIn = (1 + _random.Next(100)).Milliseconds() },
            _ => Of(SpeculationVerdict.Start, request),
        };
    }

    public void Resolve(in SpeculationResolution resolution)
    {
    }

    static SpeculationDecision Of(SpeculationVerdict verdict, in SpeculationRequest request) =>
        new(verdict, SpeculationReason.Worth, request.Probability, request.Work, request.Work);
}
