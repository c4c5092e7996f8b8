using AgentChain.Engine.Queues;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>The unit that travels on a link: a value, its turn and its cause. Never ambient state.</summary>
/// <param name="turn">The turn, with its deadline, token and trace parent.</param>
/// <param name="value">The value.</param>
/// <param name="cause">The run that produced the value, null at the start; the turn's report follows the causes backward.</param>
/// <param name="frame">The innermost join or loop that encloses the value.</param>
/// <param name="at">The timestamp at which the value was handed on.</param>
readonly struct Envelope<T>(TurnCore turn, T value, TraceStep? cause, Frame? frame, long at) : IMayBeOver
{
    public TurnCore Turn { get; } = turn;

    public T Value { get; } = value;

    public TraceStep? Cause { get; } = cause;

    public Frame? Frame { get; } = frame;

    public long At { get; } = at;

    /// <summary>Whether the value is no longer needed.</summary>
    public bool IsOver => Cause?.IsOver ?? Turn.IsOver;

    /// <summary>Whether the value can still turn out to be wrong.</summary>
    public bool IsUncommitted => Cause is { IsUncommitted: true };

    /// <summary>Fails the value: its cause if it has one, otherwise its turn.</summary>
    public void Fail(BlockNode node, Exception error)
    {
        if (Cause is { } cause)
        {
            cause.Fail(node, error);
        }
        else
        {
            Turn.Fail(node, error);
        }
    }

    public Envelope<T> Dequeued(long now) => new(Turn, Value, Cause, Frame, now);

    public Envelope<TOther> With<TOther>(TOther value, TraceStep cause) => new(Turn, value, cause, Frame, cause.EndedAt);
}
