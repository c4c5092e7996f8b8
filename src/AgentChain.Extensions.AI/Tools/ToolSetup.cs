using System.Text.Json;
using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Declares a tool of an agent. Not thread-safe; used only while the agent is made.</summary>
public sealed class ToolSetup
{
    internal ToolSetup()
    {
    }

    internal Effect EffectValue { get; private set; } = AgentChain.Effect.Effectful;

    internal TimeSpan BudgetValue { get; private set; } = TimeSpan.FromSeconds(30);

    internal ToolOverrun OverrunValue { get; private set; }

    internal int? ConcurrencyValue { get; private set; }

    internal DeviceRequest? DeviceValue { get; private set; }

    internal bool IsEarly { get; private set; }

    internal Func<AIFunctionArguments, string?>? CommitKeyOf { get; private set; }

    internal Func<AIFunctionArguments, string?>? IdempotencyKeyOf { get; private set; }

    /// <summary>
    /// Sets the side effects of the tool. The default is <see cref="AgentChain.Effect.Effectful"/>, the safe one: such a call waits until
    /// the turn's input is final, runs once for equal arguments, and runs after the effectful calls before it.
    /// </summary>
    /// <param name="effect">The effect.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="effect"/> is not a declared value.</exception>
    public ToolSetup Effect(Effect effect)
    {
        EffectValue = Enum.IsDefined(effect)
            ? effect
            : throw new ArgumentOutOfRangeException(nameof(effect), effect, "Use a declared effect.");
        return this;
    }

    /// <summary>
    /// Sets the time that a call may take, from the moment at which it may run, including the wait for a free place and a device. The
    /// default is 30 s.
    /// </summary>
    /// <param name="time">The time, greater than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is out of range.</exception>
    public ToolSetup Budget(TimeSpan time)
    {
        BudgetValue = time == Timeout.InfiniteTimeSpan || (time > TimeSpan.Zero && time.TotalMilliseconds <= int.MaxValue)
            ? time
            : throw new ArgumentOutOfRangeException(nameof(time), time, "A tool's budget is greater than zero and at most 24 days, or infinite.");
        return this;
    }

    /// <summary>Sets the action to take when a call exceeds the budget. The default is <see cref="ToolOverrun.Answer"/>.</summary>
    /// <param name="action">The action.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="action"/> is not a declared value.</exception>
    public ToolSetup OnOverrun(ToolOverrun action)
    {
        OverrunValue = Enum.IsDefined(action)
            ? action
            : throw new ArgumentOutOfRangeException(nameof(action), action, "Use a declared action.");
        return this;
    }

    /// <summary>Limits the number of calls that run at once, over all turns of the agent. By default there is no limit.</summary>
    /// <param name="calls">The limit, at least 1.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="calls"/> is less than 1.</exception>
    public ToolSetup Concurrency(int calls)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        ConcurrencyValue = calls;
        return this;
    }

    /// <summary>
    /// Runs each call with a lease of a device, by name. Build fails if the device is not present. The tool finds the lease, with its lane,
    /// in <see cref="ToolCall.Lease"/>; the agent releases it.
    /// </summary>
    /// <param name="device">The name of the device, for example <c>cuda:1</c>.</param>
    /// <returns>This instance.</returns>
    public ToolSetup On(string device)
    {
        DeviceValue = DeviceRequest.Named(device);
        return this;
    }

    /// <summary>Runs each call with a lease of any device of a kind. Otherwise like <see cref="On(string)"/>.</summary>
    /// <param name="kind">The kind of device.</param>
    /// <returns>This instance.</returns>
    public ToolSetup On(DeviceKind kind)
    {
        DeviceValue = DeviceRequest.OfKind(kind);
        return this;
    }

    /// <summary>
    /// Sets the key that calls with the same meaning have in common. The default is the arguments as JSON, with sorted names.
    /// </summary>
    /// <param name="key">A function that makes the key of the arguments. It must be pure. If it throws, the call fails.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is <see langword="null"/>.</exception>
    public ToolSetup CommitKey(Func<AIFunctionArguments, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        CommitKeyOf = key;
        return this;
    }

    /// <summary>
    /// Sets the idempotency key that the tool receives. The default is a hash of the session, the turn, the tool and the commit key.
    /// </summary>
    /// <param name="key">A function that makes the key of the arguments. It must be pure. If it throws, the call fails.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is <see langword="null"/>.</exception>
    public ToolSetup IdempotencyKey(Func<AIFunctionArguments, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        IdempotencyKeyOf = key;
        return this;
    }

    /// <summary>
    /// Permits early calls of an <see cref="AgentChain.Effect.Idempotent"/> tool: on guesses, before the model makes the call, and even if
    /// it never does. Pure tools need no permission; for a tool that is <see cref="AgentChain.Effect.Effectful"/>, the agent cannot be
    /// made.
    /// </summary>
    /// <returns>This instance.</returns>
    public ToolSetup Early()
    {
        IsEarly = true;
        return this;
    }

    internal AgentTool Build(AIFunction function)
    {
        string? name;
        JsonElement schema;
        bool mustBeApproved;
        try
        {
            // A copy, because the document of the schema may be disposed before the agent is.
            (name, schema) = (function.Name, function.JsonSchema.Clone());
            _ = function.Description;
            mustBeApproved = function.GetService<ApprovalRequiredAIFunction>() is not null;
        }
        catch (Exception error)
        {
            throw new AgentSetupException(
                function.GetType().Name, $"A tool of type {function.GetType().Name} does not tell its name, its description and its schema; see the inner exception. "
                + "Correct the tool, or leave it out.", error);
        }

        if (string.IsNullOrWhiteSpace(name))
        {
            throw new AgentSetupException(function.GetType().Name, $"A tool of type {function.GetType().Name} has no name. Give it one.");
        }

        if (IsEarly && EffectValue == AgentChain.Effect.Effectful)
        {
            throw new AgentSetupException(name, $"The tool '{name}' is Effectful, so it cannot be called early. Remove Early(), or declare its effect.");
        }

        if (mustBeApproved)
        {
            throw new AgentSetupException(name, $"The tool '{name}' requires an approval, which an agent block cannot ask for. Ask in the tool itself, or unwrap the function.");
        }

        return new AgentTool(function, name, ArgumentSchema.Read(name, schema), this);
    }
}
