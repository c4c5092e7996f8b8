using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Blocks.Sentences;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Speculation;
using VoiceAgent.Agents;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent;

/// <summary>A customer-service line: speech in, speech out.</summary>
static class VoiceChain
{
    static readonly TimeSpan LongestQuestion = 2 * 60.Seconds();

    const string PleaseAskAgain = "i am sorry, please ask me again in a moment.";

    /// <summary>Builds the chain.</summary>
    /// <param name="models">The models, loaded onto a device.</param>
    /// <param name="library">The blocks for retrieval and redaction.</param>
    /// <param name="budget">The time limit for the first sample of the answer, counted from the end of the question.</param>
    /// <param name="level">How far blocks may speculate before the question is over.</param>
    public static StreamChain<Question, PcmAudio> Build(
        VoiceModels models, Library library, TimeSpan budget, SpeculationLevel level = SpeculationLevel.None)
    {
        // Prefill is for our own language model; a server has none. At that level, the search already runs early, and the voice still
        // waits.
        SpeculationLevel searchLevel = level == SpeculationLevel.None ? level : SpeculationLevel.Full;
        SpeculationLevel answerLevel = models.IsRemote && level == SpeculationLevel.Prefill ? SpeculationLevel.None : level;
        SpeculationLevel voiceLevel = level == SpeculationLevel.Full ? level : SpeculationLevel.None;

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
            .Parallel(
                "retrieve",
                facts => facts.Then("account", new AccountLookup()),
                documents => documents.Then("search", library.Search, o => o
                    .Speculate(searchLevel)
                    .On(models.Device)
                    .Budget(budget / 10)
                    .OnOverrun(Overrun.FallbackTo(library.WordSearch))),
                (question, facts, documents) => new Found(question, facts, documents))
            .Tap("show", Taps.Found)
            .Route("orchestrate", found => found.Agent, agents => agents
                .To("billing", b => b.Then("billing", new BillingAgent()))
                .To("support", b => b.Then("support", new SupportAgent()))
                .Otherwise("smalltalk", b => b.Then("smalltalk", new SmallTalkAgent())))
            .Stream("respond", models.Language, o => models.PlaceLanguage(o)
                .Speculate(answerLevel)
                .FirstOutput(budget / 2)
                .OnOverrun(Overrun.Fallback(PleaseAskAgain)))
            .TapEach("show answer", Taps.Token)
            .Regroup("restore", new PlaceholderRestorer())
            .Regroup("sentences", SentenceChunker.Default)
            .ThenEach("words", TextNormalizer.Normalize)
            .TapEach("show sentence", Taps.Sentence)
            .StreamEach("speak", models.Voice, o => o.Speculate(voiceLevel).On(models.Device))
            .Build(new ChainOptions
            {
                Devices = models.Devices,
                Budget = LatencyBudget.FirstOutput(budget).AndTotal(budget * 10),
                Speculation = Speculation(level),
            });
        #endregion
        return chain;
    }

    /// <summary>
    /// Decides by the recognizer's own P(final), because a dozen questions cannot train an estimator. Search, language model and voice
    /// share the processor with the recognizer, which needs it at the end of the silence: the margin starts them a fifth of a second
    /// earlier than necessary, so they are done by then. A prefill costs nothing to try, because the common prefix of the prompts
    /// remains cached even if the words change.
    /// </summary>
    static SpeculationOptions Speculation(SpeculationLevel level) => new()
    {
        Controller = new SpeculationController(new SpeculationControllerOptions
        {
            Estimator = new PublishedEstimator(),
            Margin = 200.Milliseconds(),
            Price = level == SpeculationLevel.Prefill ? 0 : 1,
        }),
        WasteShare = 0.1,
    };
}
