using AgentChain.Engine.Queues;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>What travels on a link: the turn, what caused the value, the value. Never ambient state.</summary>
/// <param name="turn">The turn, with its deadline, token and trace parent.</param>
/// <param name="value">The value.</param>
/// <param name="cause">The run that made the value; the turn's report is found by walking back along these; null at the start.</param>
/// <param name="frame">What encloses the value: the joins and loops it is inside of.</param>
/// <param name="at">When it was handed on, as a timestamp.</param>
readonly struct Envelope<T>(TurnCore turn, T value, TraceStep? cause, Frame? frame, long at) : IMayBeOver
{
    public TurnCore Turn { get; } = turn;

    public T Value { get; } = value;

    public TraceStep? Cause { get; } = cause;

    public Frame? Frame { get; } = frame;

    public long At { get; } = at;

    /// <summary>Whether nobody wants the value any more.</summary>
    public bool IsOver => Cause?.IsOver ?? Turn.IsOver;

    /// <summary>Whether the value may still turn out to be wrong.</summary>
    public bool IsUncommitted => Cause is { IsUncommitted: true };

    /// <summary>The value cannot go on.</summary>
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
