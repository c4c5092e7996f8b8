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
/// The decoding loop runs on the lane in stretches of several tokens and passes on each token as soon as it is generated. Jobs that wait
/// for the lane run between stretches. If the reader is slow, the loop leaves the lane until the buffer has room. If the model returns
/// invalid logits (NaN, infinity, or negative infinity for every token), the earlier tokens are delivered and the enumeration then throws
/// an
/// <see cref="OnnxOutputException"/> that names the model and the step.
/// </remarks>
public sealed class Generation : IAsyncEnumerable<GeneratedToken>
{
    const int Buffered = 64;

    readonly DeviceLane _lane;
    readonly CachePool _caches;
    readonly int[] _prompt;
    readonly LanguageModelInstruments _instruments;
    readonly Func<KeyValueCache, int[], TokenGenerator> _begin;
    TokenGenerator? _generator;
    int _started;

    internal Generation(
        DeviceLane lane, CachePool caches, int[] prompt, LanguageModelInstruments instruments,
        Func<KeyValueCache, int[], TokenGenerator> begin) =>
        (_lane, _caches, _prompt, _instruments, _begin) = (lane, caches, prompt, instruments, begin);

    /// <summary>Whether this is a warm-up, after which the cache is emptied and nothing is recorded.</summary>
    internal bool IsRehearsal { get; init; }

    /// <summary>The turn of the answer, whose prompt may have been prefilled.</summary>
    internal TurnId Turn { get; init; }

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
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<GeneratedToken> channel = Channel.CreateBounded<GeneratedToken>(
            new BoundedChannelOptions(Buffered) { SingleReader = true, SingleWriter = true });
        _generator = _begin(pooled.Cache, _prompt);
        Task producer = ProduceAsync(_generator, channel.Writer, stop.Token);
        try
        {
            while (await channel.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
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
            if (IsRehearsal)
            {
                pooled.Cache.Rewind(0);
            }
            else
            {
                _instruments.Record(_generator.Statistics);
            }

            _caches.Return(pooled);
        }
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

    async Task ProduceAsync(TokenGenerator generator, ChannelWriter<GeneratedToken> writer, CancellationToken cancellationToken)
    {
        try
        {
            while (generator.Finish is null)
            {
                GeneratedToken? refused = await _lane.RunAsync(
                    (generator, writer, lane: _lane),
                    static (job, token) => job.generator.Run(job.lane, job.writer.TryWrite, token), cancellationToken)
                    .ConfigureAwait(false);
                if (refused is GeneratedToken waiting)
                {
                    await writer.WriteAsync(waiting, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            writer.TryComplete();
        }
    }
}
