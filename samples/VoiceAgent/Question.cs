using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Turns;
using VoiceAgent.Calls;
using VoiceAgent.Showing;

namespace VoiceAgent;

/// <summary>What was asked and answered, as the language model saw it: with placeholders.</summary>
readonly record struct Said(string Question, string Answer);

/// <summary>What the chain takes: speech as it arrives, and what is known of the call.</summary>
/// <param name="Audio">Pieces of the question as they arrive.</param>
/// <param name="Caller">Who is asking.</param>
/// <param name="View">Where the turn is shown, and what it keeps for the next.</param>
sealed record Question(IAsyncEnumerable<PcmAudio> Audio, Caller Caller, TurnView View)
{
    /// <summary>Carries the question to every block behind the one that listens.</summary>
    public static TurnKey<Question> Key { get; } = new("question");

    /// <summary>What was said before, oldest first.</summary>
    public IReadOnlyList<Said> Memory { get; init; } = [];

    /// <summary>What placeholders stand for so far: the account's values first, then what the caller said.</summary>
    public RedactionMap Placeholders { get; init; } = Caller.Placeholders;

    /// <summary>The same question with the turns that were completed before it; half an answer is no example to the language model.</summary>
    public Question After(IReadOnlyList<Exchange<Question, PcmAudio>> history)
    {
        TurnView[] views = [.. history.Where(turn => turn.Outcome == TurnOutcome.Completed).Select(turn => turn.Input.View)];
        return this with
        {
            Memory = [.. views.Select(view => new Said(view.Question, view.Answer))],
            Placeholders = views.Length > 0 ? views[^1].Placeholders : Placeholders,
        };
    }
}
