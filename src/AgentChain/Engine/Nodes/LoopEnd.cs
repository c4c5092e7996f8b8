using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The end of a loop's body: starts another round, outputs the value, or fails when the rounds are used up.</summary>
sealed class LoopEnd<T>(BlockNode node, Func<T, bool> again, int maxRounds, bool takeLast, Target<T> next) : Target<T>
{
    /// <summary>The queue of the body; set after linking, because it is upstream of this node.</summary>
    public Target<T>? Body { get; set; }

    public override ValueTask SendAsync(in Envelope<T> envelope)
    {
        TurnCore turn = envelope.Turn;
        if (envelope.IsOver)
        {
            return default;
        }

        var frame = (LoopFrame)envelope.Frame!;
        bool more;
        try
        {
            more = again(envelope.Value);
        }
        catch (Exception error)
        {
            envelope.Fail(node, error);
            return default;
        }

        if (more && frame.Round < maxRounds)
        {
            var once = new LoopFrame(frame.Round + 1, frame.Outer);
            return Body!.SendAsync(new Envelope<T>(turn, envelope.Value, envelope.Cause, once, envelope.At));
        }

        if (more && !takeLast)
        {
            envelope.Fail(node, node.Broke(
                $"was not done after {maxRounds} rounds; raise the bound, or accept the last value with LoopBound.TakeLast."));
            return default;
        }

        return next.SendAsync(new Envelope<T>(turn, envelope.Value, envelope.Cause, frame.Outer, envelope.At));
    }
}
