using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Language;

/// <summary>
/// Measures the time from a prompt to the first token of its answer: without a pre-fill, and with one up to the last word of the question.
/// Prompts are those of the voice sample. Operations are answers.
/// </summary>
[MedianColumn]
public class PrefilledFirstToken
{
    const int Prompts = 32;

    LanguageModel _model = null!;
    DeviceLane _lane = null!;
    ChatPrompt[] _prompts = null!;

    /// <summary>Gets or sets the number of earlier questions and answers.</summary>
    [Params(0, 3)]
    public int Remembered { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _lane = new DeviceLane("benchmark");
        _model = LanguageModel.Load(
            new OnnxRuntimeHost(), RepositoryFiles.Find("models", "language-model"),
            options: new LanguageModelOptions { MaxLength = 512, MaxConcurrency = Prompts });
        _prompts = [.. Enumerable.Range(0, Prompts).Select(Prompt)];
        await _model.WarmUpAsync(_lane);
    }

    [IterationSetup(Target = nameof(Unread))]
    public void ForgetAll() => ReadAhead(i => [.. _model.Encode(_prompts[i]).Take(1)]).GetAwaiter().GetResult();

    [IterationSetup(Target = nameof(Prefilled))]
    public void Prefill() => ReadAhead(i => [.. _model.Format!.EncodeStable(_model.Tokenizer, _prompts[i])]).GetAwaiter().GetResult();

    [Benchmark(Baseline = true, OperationsPerInvoke = Prompts, Description = "first token, nothing read")]
    public Task<int> Unread() => FirstTokensAsync();

    [Benchmark(OperationsPerInvoke = Prompts, Description = "first token, prefilled")]
    public Task<int> Prefilled() => FirstTokensAsync();

    [GlobalCleanup]
    public void Cleanup()
    {
        _lane.Dispose();
        _model.Dispose();
    }

    async Task ReadAhead(Func<int, int[]> beginning)
    {
        for (int i = 0; i < Prompts; i++)
        {
            // A prompt with another beginning makes a cache forget the content of the previous iteration.
            int[] first = [_model.Encode(_prompts[i])[0] == 0 ? 1 : 0];
            await _model.PrefillAsync(_lane, first, Turn(i), CancellationToken.None);
            await _model.PrefillAsync(_lane, beginning(i), Turn(i), CancellationToken.None);
        }
    }

    async Task<int> FirstTokensAsync()
    {
        int sum = 0;
        for (int i = 0; i < Prompts; i++)
        {
            await foreach (GeneratedToken token in _model.Generate(_lane, _prompts[i], new GenerationOptions { MaxTokens = 1 }, TimeProvider.System, Turn(i)))
            {
                sum += token.Id;
            }
        }

        return sum;
    }

    static TurnId Turn(int i) => new(i + 1);

    /// <summary>Creates a billing prompt; the account's values differ from prompt to prompt.</summary>
    ChatPrompt Prompt(int i)
    {
        var prompt = new ChatPrompt(new ChatMessage(
            ChatRole.System, $"agent: billing\nfacts:\nbalance: ${i + 10}.40\npayment due: march {i % 28}\nlate fee: $5.00\nmonthly price: $49.99"));
        for (int turn = 0; turn < Remembered; turn++)
        {
            prompt = prompt.With(ChatRole.User, "hello this is [name_1] when is my payment due")
                .With(ChatRole.Assistant, $"your payment is due on march {i % 28}. after that there is a late fee of $5.00.");
        }

        return prompt.With(ChatRole.User, "thank you and can you tell me what is my balance please");
    }
}
