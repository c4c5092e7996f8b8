using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>Provides the prompts of the comparison.</summary>
static class LanguagePrompts
{
    const int RandomTokens = 64;

    const string Facts = "agent: billing\nfacts:\nbalance: $25.40\npayment due: march 14\nlate fee: $5.00\nmonthly price: $49.99";

    static readonly string[] Questions = ["thank you and can you tell me what is my balance please", "and how much is the late fee then"];

    /// <summary>Creates a prompt of the voice sample's billing agent, with three earlier questions.</summary>
    /// <param name="model">The model that encodes it.</param>
    /// <param name="question">The number of the last question.</param>
    public static LanguagePrompt Billing(LanguageModel model, int question) => Prompt(model, ChatRole.System, Facts, Questions[question]);

    /// <summary>Creates a prompt that has only its first token in common with <see cref="Billing"/>.</summary>
    /// <param name="model">The model that encodes it.</param>
    /// <param name="question">The number of the last question.</param>
    public static LanguagePrompt Other(LanguageModel model, int question) => Prompt(model, ChatRole.User, Facts, Questions[question]);

    /// <summary>Returns the number of tokens at the beginning that two prompts have in common.</summary>
    /// <param name="one">A prompt.</param>
    /// <param name="other">Another prompt.</param>
    public static int Common(LanguagePrompt one, LanguagePrompt other) => one.Ids.AsSpan().CommonPrefixLength(other.Ids);

    /// <summary>
    /// Finds two prompts of random tokens that the model answers at length, in whole characters; which ones depends on its weights.
    /// </summary>
    /// <param name="side">The side that answers.</param>
    /// <param name="tokens">The length of the answers.</param>
    public static async Task<LanguagePrompt[]> LongAnswersAsync(IAnswering side, int tokens)
    {
        List<LanguagePrompt> found = [];
        for (int seed = 0; found.Count < 2; seed++)
        {
            var random = new Random(seed);
            int[] ids = [.. Enumerable.Range(0, RandomTokens).Select(_ => random.Next(256, 1400))];
            ids[0] = found.Count;
            var prompt = new LanguagePrompt(ids);
            if ((await side.AnswerAsync(prompt, 0, tokens)).Pieces == tokens)
            {
                found.Add(prompt);
            }
        }

        return [.. found];
    }

    static LanguagePrompt Prompt(LanguageModel model, ChatRole first, string facts, string question)
    {
        var chat = new ChatPrompt(new ChatMessage(first, facts));
        for (int turn = 0; turn < 3; turn++)
        {
            chat = chat.With(ChatRole.User, "hello this is [name_1] when is my payment due")
                .With(ChatRole.Assistant, "your payment is due on march 14. after that there is a late fee of $5.00.");
        }

        chat = chat.With(ChatRole.User, question);
        return new LanguagePrompt([.. model.Encode(chat)], chat);
    }
}
