using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Blocks.Sentences;
using AgentChain.Extensions.AI;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;
using VoiceAgent.Agents;
using VoiceAgent.CommandLine;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent;

/// <summary>A customer-service line: speech in, speech out.</summary>
static class VoiceChain
{
    static readonly TimeSpan LongestQuestion = 2 * 60.Seconds();

    static readonly ChatResponseUpdate PleaseAskAgain = new(ChatRole.Assistant, "i am sorry, please ask me again in a moment.");

    /// <summary>Builds the chain.</summary>
    /// <param name="models">The models, loaded onto a device.</param>
    /// <param name="library">The blocks for retrieval and redaction.</param>
    /// <param name="budget">The time limit for the first sample of the answer, counted from the end of the question.</param>
    /// <param name="early">What may be done before it is known to be needed.</param>
    /// <param name="toolTime">How long each tool waits before its work, as if it asked another system.</param>
    public static StreamChain<Question, PcmAudio> Build(
        VoiceModels models, Library library, TimeSpan budget, Ahead early = Ahead.Off, TimeSpan toolTime = default)
    {
        EarlyGuess? guess = early == Ahead.Off ? null : new EarlyGuess(library);
        HandoffBlock desk = Desk.Open(models.Client, models.ClientOptions, new DeskTools(library, toolTime), guess);
        SpeculationLevel agents = early == Ahead.Off ? SpeculationLevel.None : SpeculationLevel.Full;
        SpeculationLevel voice = early == Ahead.Full ? SpeculationLevel.Full : SpeculationLevel.None;

        #region chain
        StreamChain<Question, PcmAudio> chain = Chain
            .From<Question>("voice")
            .Revise("listen", new Listener(models.Listener), o => o
                .LiveInput()
                .On(models.Device)
                .OnHypothesis(Taps.Hypothesis)
                .Budget(LongestQuestion)
                .OnOverrun(Overrun.Cancel))
            .Then("digits", new NumberWordsToDigits())
            .Then("redact", library.Redactor, o => o.Redacts())
            .Tap("show", Taps.Asked)
            .Then("ask", new Asking())
            .Stream("respond", desk, o => models.PlaceLanguage(o)
                .Speculate(agents)
                .FirstOutput(budget / 2)
                .OnOverrun(Overrun.Fallback(PleaseAskAgain)))
            .TapEach("show call", Taps.Update)
            .Text()
            .TapEach("show answer", Taps.Token)
            .Regroup("restore", new PlaceholderRestorer())
            .Regroup("sentences", SentenceChunker.Default)
            .ThenEach("words", TextNormalizer.Normalize)
            .TapEach("show sentence", Taps.Sentence)
            .StreamEach("speak", models.Voice, o => o.Speculate(voice).On(models.Device))
            .Build(new ChainOptions
            {
                Devices = models.Devices,
                Budget = LatencyBudget.FirstOutput(budget).AndTotal(budget * 10),
                Speculation = Speculation(),
            });
        #endregion
        return chain;
    }

    /// <summary>
    /// Decides by the recognizer's own P(final), because a dozen questions cannot train an estimator. Tools, language model and voice
    /// share the processor with the recognizer, which needs it at the end of the silence: the margin starts them a fifth of a second
    /// earlier than necessary, so they are done by then.
    /// </summary>
    static SpeculationOptions Speculation() => new()
    {
        Controller = new SpeculationController(new SpeculationControllerOptions
        {
            Estimator = new PublishedEstimator(),
            Margin = 200.Milliseconds(),
        }),
        WasteShare = 0.1,
    };
}
