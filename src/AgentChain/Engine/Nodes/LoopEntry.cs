using AgentChain.Engine.Links;

namespace AgentChain.Engine.Nodes;

/// <summary>The entry of a loop: wraps the value in a frame that counts the rounds.</summary>
sealed class LoopEntry<T>(Target<T> body) : Target<T>
{
    /// <remarks>
    /// A loop's rounds wait for final values, because the hypotheses of a round could not be distinguished from those of the next.
    /// </remarks>
    public override ValueTask SendAsync(in Envelope<T> envelope) => envelope.IsUncommitted
        ? default
        : body.SendAsync(new Envelope<T>(envelope.Turn, envelope.Value, envelope.Cause, new LoopFrame(1, envelope.Frame), envelope.At));
}
