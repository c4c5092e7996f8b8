using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Calls;

namespace VoiceAgent;

/// <summary>An earlier question and its answer, as the language model saw them: with placeholders.</summary>
readonly record struct Said(string Question, string Answer);

/// <summary>The chain's input: speech as it arrives, and the call's data.</summary>
/// <param name="Audio">The pieces of the question as they arrive.</param>
/// <param name="Caller">The caller.</param>
/// <param name="Notes">The texts of the turn, which the chain's taps write.</param>
sealed record Question(IAsyncEnumerable<PcmAudio> Audio, Caller Caller, TurnNotes Notes)
{
    /// <summary>The key under which the question is carried to every block downstream of the listener.</summary>
    public static TurnKey<Question> Key { get; } = new("question");

    /// <summary>The earlier exchanges, oldest first.</summary>
    public IReadOnlyList<Said> Memory { get; init; } = [];

    /// <summary>The values of the placeholders so far: the account's values first, then the caller's.</summary>
    public RedactionMap Placeholders { get; init; } = Caller.Placeholders;

    /// <summary>Adds the completed turns of the history; a partial answer would be a bad example for the language model.</summary>
    public Question After(IReadOnlyList<Exchange<Question, PcmAudio>> history)
    {
        TurnNotes[] notes = [.. history.Where(turn => turn.Outcome == TurnOutcome.Completed).Select(turn => turn.Input.Notes)];
        return this with
        {
            Memory = [.. notes.Select(turn => new Said(turn.Question, turn.Answer))],
            Placeholders = notes.Length > 0 ? notes[^1].Placeholders : Placeholders,
        };
    }
}
