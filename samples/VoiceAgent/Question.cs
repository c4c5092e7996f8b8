using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Extensions.AI;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Calls;

namespace VoiceAgent;

/// <summary>The chain's input: speech as it arrives, and the call's data.</summary>
/// <param name="Audio">The pieces of the question as they arrive.</param>
/// <param name="Caller">The caller.</param>
/// <param name="Notes">The texts of the turn, which the chain's taps write.</param>
sealed record Question(IAsyncEnumerable<PcmAudio> Audio, Caller Caller, TurnNotes Notes)
{
    /// <summary>The key under which the question is carried to every block downstream of the listener.</summary>
    public static TurnKey<Question> Key { get; } = new("question");

    /// <summary>What the agents remember of the call.</summary>
    public AgentSession Session { get; init; } = Caller.Begin();

    /// <summary>The values of the placeholders so far: the account's values first, then the caller's.</summary>
    public RedactionMap Placeholders { get; init; } = Caller.Placeholders;

    /// <summary>Takes over the placeholders of the last completed turn.</summary>
    public Question After(IReadOnlyList<Exchange<Question, PcmAudio>> history)
    {
        TurnNotes[] notes = [.. history.Where(turn => turn.Outcome == TurnOutcome.Completed).Select(turn => turn.Input.Notes)];
        return notes.Length > 0 ? this with { Placeholders = notes[^1].Placeholders } : this;
    }
}
