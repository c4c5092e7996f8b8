using AgentChain.Engine.Links;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The way into a loop: puts a count around the value.</summary>
sealed class LoopEntry<T>(Target<T> body) : Target<T>
{
    /// <remarks>A loop's rounds wait for certain values: a round has no place where its hypotheses could be told from the next one's.</remarks>
    public override ValueTask SendAsync(in Envelope<T> envelope) => envelope.IsUncommitted
        ? default
        : body.SendAsync(new Envelope<T>(envelope.Turn, envelope.Value, envelope.Cause, new LoopFrame(1, envelope.Frame), envelope.At));
}
