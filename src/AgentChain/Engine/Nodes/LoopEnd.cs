using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The end of a loop's body: once more, on, or too often.</summary>
sealed class LoopEnd<T>(BlockNode node, Func<T, bool> again, int maxRounds, bool takeLast, Target<T> next) : Target<T>
{
    /// <summary>The body's queue; set when it is linked, since it is in front of this.</summary>
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
                $"was still not done after its {maxRounds} rounds; raise the bound, or take the last value with LoopBound.TakeLast."));
            return default;
        }

        return next.SendAsync(new Envelope<T>(turn, envelope.Value, envelope.Cause, frame.Outer, envelope.At));
    }
}
