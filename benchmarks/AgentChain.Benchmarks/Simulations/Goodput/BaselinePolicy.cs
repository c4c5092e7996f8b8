namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>A policy of the literature.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Knows">What it knows of a stage's time.</param>
/// <param name="Order">The order of its queues.</param>
/// <param name="Drop">When it drops a turn that reaches a server.</param>
/// <param name="FlipsInOverload">Whether it serves the largest slack first while more than two turns wait for each server.</param>
sealed record BaselinePolicy(string Name, Knowledge Knows, QueueOrder Order, DropRule Drop, bool FlipsInOverload = false)
{
    /// <summary>The policies that are compared, with the papers that they are named after.</summary>
    public static BaselinePolicy[] All { get; } =
    [
        new("late drop (Clipper)", Knowledge.Medians, QueueOrder.FirstCome, DropRule.AfterDeadline),
        new("proportional split, predictive drop (GrandSLAm, Nexus)", Knowledge.Medians, QueueOrder.FirstCome, DropRule.AfterShare),
        new("least slack, predictive drop (earliest due)", Knowledge.Medians, QueueOrder.LeastSlack, DropRule.WhenHopeless),
        new("the same, flipped in overload (PARD)", Knowledge.Medians, QueueOrder.LeastSlack, DropRule.WhenHopeless, true),
        new("PARD with a prediction of each turn, 15 % error", Knowledge.Predictions, QueueOrder.LeastSlack, DropRule.WhenHopeless, true),
        new("clairvoyant least slack", Knowledge.Times, QueueOrder.LeastSlack, DropRule.WhenHopeless),
    ];
}

/// <summary>What a policy knows of the time of a stage.</summary>
enum Knowledge
{
    /// <summary>The median over all turns.</summary>
    Medians,

    /// <summary>A prediction for the turn.</summary>
    Predictions,

    /// <summary>The time itself.</summary>
    Times,
}

/// <summary>The order of a queue.</summary>
enum QueueOrder
{
    /// <summary>In order of arrival at the chain.</summary>
    FirstCome,

    /// <summary>By the time left less the known rest.</summary>
    LeastSlack,
}

/// <summary>When a turn that reaches a server is dropped.</summary>
enum DropRule
{
    /// <summary>When its deadline has passed.</summary>
    AfterDeadline,

    /// <summary>When the stage would end after its share of the budget, in proportion to the medians.</summary>
    AfterShare,

    /// <summary>When the known rest is longer than the time left.</summary>
    WhenHopeless,
}
