using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// A tool of an agent: the function, and what the chain needs to know about it. Immutable; thread-safe if the function is.
/// </summary>
public sealed class AgentTool
{
    internal AgentTool(AIFunction function, string name, ArgumentSchema schema, ToolSetup setup)
    {
        (Function, Name, Schema) = (function, name, schema);
        (Effect, Budget, Overrun, Concurrency) = (setup.EffectValue, setup.BudgetValue, setup.OverrunValue, setup.ConcurrencyValue);
        (CommitKeyOf, IdempotencyKeyOf) = (setup.CommitKeyOf, setup.IdempotencyKeyOf);
        Device = setup.DeviceValue;
        MayRunEarly = Effect == Effect.Pure || setup.IsEarly;
        Slots = Concurrency is { } limit ? new CallSlots(limit) : null;
    }

    /// <summary>Gets the function.</summary>
    public AIFunction Function { get; }

    /// <summary>Gets the name by which the model calls the tool.</summary>
    public string Name { get; }

    /// <summary>Gets the side effects of the tool.</summary>
    public Effect Effect { get; }

    /// <summary>Gets the time that a call may take; <see cref="Timeout.InfiniteTimeSpan"/> if there is no limit.</summary>
    public TimeSpan Budget { get; }

    /// <summary>Gets the action to take when a call exceeds the budget.</summary>
    public ToolOverrun Overrun { get; }

    /// <summary>Gets the number of calls that may run at once, over all turns; <see langword="null"/> if there is no limit.</summary>
    public int? Concurrency { get; }

    /// <summary>Gets the device on which each call holds a lease; <see langword="null"/> for none.</summary>
    public DeviceRequest? Device { get; }

    /// <summary>
    /// Gets a value that indicates whether a call may run before the model makes it: the tool is pure, or declared with
    /// <see cref="ToolSetup.Early"/>.
    /// </summary>
    public bool MayRunEarly { get; }

    internal ArgumentSchema Schema { get; }

    internal Func<AIFunctionArguments, string?>? CommitKeyOf { get; }

    internal Func<AIFunctionArguments, string?>? IdempotencyKeyOf { get; }

    internal CallSlots? Slots { get; }

    /// <summary>Returns the name of the tool.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
