using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents an answer that is being generated: a stream of tokens that arrive while the model is still working. Enumerate it only once.
/// Canceling the enumeration's token or leaving the loop early terminates the running kernel and frees the lane.
/// </summary>
/// <remarks>
/// <para>
/// The decoding loop runs on the lane in stretches of several tokens. It passes on the first token at once, and later ones as soon as they
/// are generated or, if the model takes less than a millisecond for each, several of that time together. Jobs that wait for the lane
/// run between stretches. If the reader is slow, the generation leaves the loop until the buffer has room. If the model
/// returns invalid logits (NaN, infinity, or negative infinity for every token), the earlier tokens are delivered and the enumeration then
/// throws an <see cref="OnnxOutputException"/> that names the model and the step.
/// </para>
/// <para>
/// Generations of one model on one lane decode in one loop. Those that have read their prompts take their steps in one run of the model, up
/// to <see cref="LanguageModelOptions.MaxBatch"/>; they join and leave between steps, and none waits for another. A generation that begins
/// reads its prompt between their steps, one chunk at a time. In a chain, a generation with little time left until its deadline decodes
/// with fewer others. The tokens are those of the generation alone: a number of sequences is run together only after a step of as many gave
/// the same logits as single steps, bit for bit. This needs a model with a shared key/value buffer and an attention mask, on the CPU; other
/// models run one sequence at a time, in turn.
/// </para>
/// </remarks>
public sealed class Generation : IAsyncEnumerable<GeneratedToken>
{
    const int Buffered = 64;

    readonly DeviceLane _lane;
    readonly DecodeLoop _loop;
    readonly CachePool _caches;
    readonly int[] _prompt;
    readonly LanguageModelInstruments _instruments;
    readonly Func<KeyValueCache, int[], TokenGenerator> _begin;
    TokenGenerator? _generator;
    int _started;

    internal Generation(
        DeviceLane lane, DecodeLoop loop, CachePool caches, int[] prompt, LanguageModelInstruments instruments,
        Func<KeyValueCache, int[], TokenGenerator> begin) =>
        (_lane, _loop, _caches, _prompt, _instruments, _begin) = (lane, loop, caches, prompt, instruments, begin);

    /// <summary>Whether this is a warm-up, after which the cache is emptied and nothing is recorded.</summary>
    internal bool IsRehearsal { get; init; }

    /// <summary>The turn of the answer, whose prompt may have been prefilled.</summary>
    internal TurnId Turn { get; init; }

    /// <summary>The time left to the end of the answer, or <see langword="null"/> if there is no limit. Called on the lane.</summary>
    internal Func<TimeSpan>? Remaining { get; init; }

    /// <summary>Gets the statistics so far; they are complete once the enumeration has ended.</summary>
    public GenerationStatistics Statistics => _generator?.Statistics ?? default;

    /// <summary>Starts the generation.</summary>
    /// <param name="cancellationToken">The token that terminates the generation.</param>
    /// <exception cref="InvalidOperationException">The generation was already enumerated.</exception>
    public IAsyncEnumerator<GeneratedToken> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Interlocked.Exchange(ref _started, 1) == 0
        ? RunAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None)
        : throw new InvalidOperationException("A generation can be enumerated only once.");

    /// <summary>Returns the text of the whole answer.</summary>
    /// <param name="cancellationToken">The token that terminates the generation.</param>
    public async ValueTask<string> ToTextAsync(CancellationToken cancellationToken = default)
    {
        var text = new System.Text.StringBuilder();
        await foreach (GeneratedToken token in this.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            text.Append(token.Text);
        }

        return text.ToString();
    }

    async IAsyncEnumerable<GeneratedToken> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PooledCache pooled = await _caches.RentAsync(_prompt, Turn, cancellationToken).ConfigureAwait(false);
        try
        {
            _generator = _begin(pooled.Cache, _prompt);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Channel<GeneratedToken> channel = Channel.CreateBounded<GeneratedToken>(
                new BoundedChannelOptions(Buffered) { SingleReader = true, SingleWriter = true });
            var signal = new TokenSignal(TimeProvider.System);
            Task producer = ProduceAsync(_generator, channel.Writer, signal, stop.Token);
            try
            {
                while (!channel.Reader.Completion.IsCompleted)
                {
                    await signal.WaitAsync().ConfigureAwait(false);
                    while (channel.Reader.TryRead(out GeneratedToken token))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        yield return token;
                    }
                }

                await EndAsync(producer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await producer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Record(pooled.Cache, _generator);
            }
        }
        finally
        {
            // Whatever the host's clock does: a cache that is not returned is lost for good.
            _caches.Return(pooled);
        }
    }

    void Record(KeyValueCache cache, TokenGenerator generator)
    {
        if (IsRehearsal)
        {
            cache.Rewind(0);
            return;
        }

        _loop.Record(generator);
        _instruments.Record(generator);
    }

    // The producer observes a linked token; the exception must carry the caller's own.
    static async Task EndAsync(Task producer, CancellationToken cancellationToken)
    {
        try
        {
            await producer.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    async Task ProduceAsync(TokenGenerator generator, ChannelWriter<GeneratedToken> writer, TokenSignal signal, CancellationToken cancellationToken)
    {
        try
        {
            while (generator.Finish is null)
            {
                GeneratedToken? refused = await _loop.RunAsync(
                    new DecodeMember(_lane, generator, writer.TryWrite, signal, Remaining, cancellationToken)).ConfigureAwait(false);
                signal.Set();
                if (refused is GeneratedToken waiting)
                {
                    await writer.WriteAsync(waiting, cancellationToken).ConfigureAwait(false);
                    signal.Set();
                }
            }
        }
        finally
        {
            writer.TryComplete();
            signal.Set();
        }
    }
}
