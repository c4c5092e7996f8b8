using System.Diagnostics;
using System.Text;
using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>
/// Answers with a chain of one block on a lane of the CPU; the time is that of the caller, from <c>Start</c> to a piece of text that it has
/// read. The model has one cache, so a prompt with another beginning is read as a whole.
/// </summary>
sealed class ChainAnswering(LanguageModel model) : IAnswering
{
    readonly StreamChain<TokenPrompt, string> _chain =
        Chain.From<TokenPrompt>("language").Stream("answer", new TokenBlock(model), o => o.On("cpu")).Build();

    public string Name => "a chain, from token IDs";

    public async ValueTask<Answer> AnswerAsync(LanguagePrompt prompt, int known, int tokens)
    {
        long first = 0;
        int pieces = 0;
        var all = new StringBuilder();
        await using Turn<string> turn = _chain.Start(new TokenPrompt(prompt.Ids, tokens));
        await foreach (string text in turn.Output)
        {
            first = first == 0 ? Stopwatch.GetTimestamp() : first;
            all.Append(text);
            pieces++;
        }

        return new Answer(first, pieces, all.ToString());
    }

    public ValueTask DisposeAsync() => _chain.DisposeAsync();
}
