using System.Diagnostics;
using System.Text;
using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>
/// Answers with a chain of a <see cref="LanguageModelBlock"/>, which also encodes the conversation. A prompt without a conversation is not
/// for it.
/// </summary>
sealed class ModelBlockAnswering(LanguageModel model, int tokens) : IAnswering
{
    readonly StreamChain<ChatPrompt, string> _chain = Chain.From<ChatPrompt>("language")
        .Stream("answer", new LanguageModelBlock(model, model.Defaults with { MaxTokens = tokens }), o => o.On("cpu")).Build();

    public string Name => "a chain, from text";

    public async ValueTask<Answer> AnswerAsync(LanguagePrompt prompt, int known, int tokens)
    {
        long first = 0;
        int pieces = 0;
        var all = new StringBuilder();
        await using Turn<string> turn = _chain.Start(prompt.Chat!);
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
