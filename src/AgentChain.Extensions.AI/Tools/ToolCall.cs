using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Describes a tool call to the tool that it runs. A tool gets it with <see cref="From"/>, from its arguments. Immutable.
/// </summary>
/// <example>
/// <code>
/// AIFunction change = AIFunctionFactory.Create((AIFunctionArguments arguments, string plan) =>
///     plans.ChangeAsync(plan, ToolCall.From(arguments)!.IdempotencyKey), "change_plan");
/// </code>
/// </example>
public sealed class ToolCall
{
    internal ToolCall(string id, string tool, string commitKey, string idempotencyKey, TurnId turn, DateTimeOffset? deadline) =>
        (Id, Tool, CommitKey, IdempotencyKey, Turn, Deadline) = (id, tool, commitKey, idempotencyKey, turn, deadline);

    /// <summary>Gets the identifier that the model gave the call.</summary>
    public string Id { get; }

    /// <summary>Gets the name of the tool.</summary>
    public string Tool { get; }

    /// <summary>Gets the key that equal arguments have in common. It contains the arguments, unless the tool declares another.</summary>
    public string CommitKey { get; }

    /// <summary>
    /// Gets a key that all calls of one turn with equal arguments have in common, and no other call has. A tool with an effect passes it
    /// on, so that the effect happens once even if a request is repeated.
    /// </summary>
    public string IdempotencyKey { get; }

    /// <summary>Gets the turn that the call belongs to.</summary>
    public TurnId Turn { get; }

    /// <summary>
    /// Gets the instant at which the tool's budget or the turn's deadline passes, by the chain's clock; <see langword="null"/> if there is
    /// no limit.
    /// </summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>
    /// Gets the lease of the device that the tool was declared with, for its native calls; the agent releases it when the tool has ended.
    /// <see langword="null"/> if the tool has no device.
    /// </summary>
    public DeviceLease? Lease { get; internal set; }

    /// <summary>The context of the run that made the call. Valid while that run lasts.</summary>
    internal BlockContext? Run { get; init; }

    /// <summary>
    /// Returns a value that the turn carries under a key, such as the caller whose account the tool reads. Valid while the tool runs.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key, under which an earlier block set the value.</param>
    /// <returns>The value, or the default if the turn has none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is <see langword="null"/>.</exception>
    public T? Get<T>(TurnKey<T> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Run is { } run ? run.Get(key) : default;
    }

    /// <summary>Returns the call that a tool runs for.</summary>
    /// <param name="arguments">The arguments that the tool got.</param>
    /// <returns>The call, or <see langword="null"/> if no agent block runs the tool.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="arguments"/> is <see langword="null"/>.</exception>
    public static ToolCall? From(AIFunctionArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments.Context?.TryGetValue(typeof(ToolCall), out object? call) == true ? call as ToolCall : null;
    }

    /// <summary>Returns a one-line description that contains no arguments.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"call '{Id}' of tool '{Tool}' in {Turn}";

    internal void Attach(AIFunctionArguments arguments) =>
        arguments.Context = new Dictionary<object, object?> { [typeof(ToolCall)] = this };
}
