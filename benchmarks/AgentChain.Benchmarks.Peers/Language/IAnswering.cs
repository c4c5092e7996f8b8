namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>Represents one side of the comparison, which continues token IDs greedily.</summary>
interface IAnswering : IAsyncDisposable
{
    /// <summary>Gets the name of the side, for the table.</summary>
    string Name { get; }

    /// <summary>Answers a prompt; the caller reads each piece of text as it comes.</summary>
    /// <param name="prompt">The whole prompt.</param>
    /// <param name="known">The number of tokens that this prompt and the previous one have in common; 0 for none.</param>
    /// <param name="tokens">The maximum number of tokens to generate.</param>
    ValueTask<Answer> AnswerAsync(LanguagePrompt prompt, int known, int tokens);
}
