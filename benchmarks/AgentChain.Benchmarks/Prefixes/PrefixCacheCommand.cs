using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Benchmarks.Prefixes;

/// <summary>
/// Measures the prefix cache of the sample's language model: <c>dotnet run -c Release -- prefix-cache</c>. The same tokens on every way to a
/// prompt (<see cref="SameTokens"/>), the time to a first token (<see cref="WarmFirstToken"/>), 1,000 conversations within a budget
/// (<see cref="ManyConversations"/>), and hit rates on traces (<see cref="TraceReplay"/>). Returns 1 if a goal is missed. An argument,
/// <c>same</c>, <c>first</c>, <c>many</c> or <c>traces</c>, selects one.
/// </summary>
static class PrefixCacheCommand
{
    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        string only = args.Length > 0 ? args.Span[0] : "";
        bool holds = true;
        if (only is "" or "same")
        {
            holds &= SameTokens.Run();
        }

        if (only is "" or "first")
        {
            holds &= await WarmFirstToken.RunAsync();
        }

        if (only is "" or "many")
        {
            holds &= await ManyConversations.RunAsync();
        }

        if (only is "" or "traces")
        {
            holds &= TraceReplay.Run();
        }

        return holds ? 0 : 1;
    }

    public static LanguageModel Load(LanguageModelOptions options) =>
        LanguageModel.Load(new OnnxRuntimeHost(), RepositoryFiles.Find("models", "language-model"), DeviceRequest.OfKind(DeviceKind.Cpu), options);

    /// <summary>Creates a conversation as the sample has it, whose prompt has about a number of tokens.</summary>
    public static int[] Conversation(LanguageModel model, int seed, int tokens)
    {
        var random = new Random(seed);
        var prompt = new ChatPrompt(new ChatMessage(
            ChatRole.System, $"agent: billing\nfacts:\nbalance: ${random.Next(10, 99)}.40\npayment due: march {random.Next(1, 28)}\nlate fee: $5.00\nmonthly price: $49.99"));
        while (true)
        {
            ChatPrompt asked = prompt.With(ChatRole.User, $"hello this is [name_1] when is my payment of {random.Next(10, 99)} dollars due");
            IReadOnlyList<int> encoded = model.Encode(asked);
            if (encoded.Count >= tokens)
            {
                return [.. encoded];
            }

            prompt = asked.With(ChatRole.Assistant, $"your payment is due on march {random.Next(1, 28)}. after that there is a late fee of ${random.Next(2, 9)}.00.");
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
