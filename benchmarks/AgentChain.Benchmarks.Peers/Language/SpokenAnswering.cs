using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using AgentChain.Onnx.Language;
using AgentChain.Speculation;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>
/// Answers with a chain that hears the question word by word and lets the model read it meanwhile; the time counts from the last word. Each
/// word is <see cref="WordTokens"/> tokens and takes <see cref="WordTime"/>, which is fast speech.
/// </summary>
sealed class SpokenAnswering(LanguageModel model) : IAnswering
{
    const int WordTokens = 2, QuestionTokens = 12;
    static readonly TimeSpan WordTime = 60.Milliseconds();

    readonly StreamChain<Question, string> _chain = Chain.From<Question>("spoken")
        .Revise("listen", new Listening())
        .Stream("answer", new ReadingBlock(model), o => o.On("cpu").Speculate(SpeculationLevel.Prefill))
        .Build(new() { Speculation = new SpeculationOptions { Controller = new EagerController() } });

    public string Name => "a chain that hears words";

    public async ValueTask<Answer> AnswerAsync(LanguagePrompt prompt, int known, int tokens)
    {
        long first = 0;
        int pieces = 0;
        var all = new StringBuilder();
        var question = new Question(prompt.Ids, known, tokens);
        await using Turn<string> turn = _chain.Start(question);
        await foreach (string text in turn.Output)
        {
            first = first == 0 ? Stopwatch.GetTimestamp() : first;
            all.Append(text);
            pieces++;
        }

        return new Answer(first, pieces, all.ToString()) { Begun = question.Heard };
    }

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    sealed class Question(int[] ids, int known, int maxTokens)
    {
        public int[] Ids => ids;

        public int Known => known;

        public int MaxTokens => maxTokens;

        /// <summary>The time at which the last word was heard.</summary>
        public long Heard { get; set; }
    }

    sealed class Listening : IRevisingBlock<Question, TokenPrompt>
    {
        public async IAsyncEnumerable<Hypothesis<TokenPrompt>> InvokeAsync(
            Question input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int heard = Math.Max(input.Known, input.Ids.Length - QuestionTokens) + WordTokens; heard < input.Ids.Length; heard += WordTokens)
            {
                yield return Hypothesis.Tentative(new TokenPrompt(input.Ids[..heard], input.MaxTokens), 0.1);
                await Task.Delay(WordTime, context.Time, cancellationToken);
            }

            input.Heard = Stopwatch.GetTimestamp();
            yield return Hypothesis.Final(new TokenPrompt(input.Ids, input.MaxTokens));
        }
    }

    sealed class ReadingBlock(LanguageModel model) : IStreamBlock<TokenPrompt, string>, IPrefill<TokenPrompt>
    {
        readonly TokenBlock _inner = new(model);

        public IAsyncEnumerable<string> InvokeAsync(TokenPrompt input, BlockContext context, CancellationToken cancellationToken) =>
            _inner.InvokeAsync(input, context, cancellationToken);

        public async ValueTask PrefillAsync(TokenPrompt input, BlockContext context, CancellationToken cancellationToken) =>
            await model.PrefillAsync(context.Lease!.Lane, input.Ids, cancellationToken);
    }
}
