using System.Diagnostics;
using System.Text;
using AgentChain.Devices;
using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>Answers with <see cref="LanguageModel.Generate(DeviceLane, IReadOnlyList{int}, GenerationOptions?, TimeProvider?)"/> on a lane, without a chain.</summary>
sealed class DirectAnswering(LanguageModel model) : IAnswering
{
    readonly DeviceLane _lane = new("direct");

    public string Name => "the model on a lane";

    public async ValueTask<Answer> AnswerAsync(LanguagePrompt prompt, int known, int tokens)
    {
        long first = 0;
        int pieces = 0;
        var all = new StringBuilder();
        await foreach (GeneratedToken token in model.Generate(_lane, prompt.Ids, model.Defaults with { MaxTokens = tokens }))
        {
            if (token.Text.Length > 0)
            {
                first = first == 0 ? Stopwatch.GetTimestamp() : first;
                all.Append(token.Text);
                pieces++;
            }
        }

        return new Answer(first, pieces, all.ToString());
    }

    public ValueTask DisposeAsync()
    {
        _lane.Dispose();
        return ValueTask.CompletedTask;
    }
}
