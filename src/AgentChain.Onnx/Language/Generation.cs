using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Turns;

namespace AgentChain.Onnx.Language;

/// <summary>
/// An answer in the making. Enumerate it once; the tokens come while the model still works. Cancelling the enumeration's token, or
/// leaving the loop early, terminates the running kernel and frees the lane.
/// </summary>
/// <remarks>
/// The decoding loop runs on the lane in stretches of several tokens, each token going out as it is made; between stretches other
/// jobs of the lane get their turn. When the reader is slow the loop leaves the lane until there is room again.
/// Where the model returns logits that mean nothing (NaN, infinity, or negative infinity for every token), the tokens before are delivered and
/// the enumeration then throws an <see cref="OnnxOutputException"/>, which names the model and the step.
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
        DeviceLane lane, CachePool caches, int[] prompt, LanguageModelInstruments instruments, Func<KeyValueCache, int[], TokenGenerator> begin) =>
        (_lane, _caches, _prompt, _instruments, _begin) = (lane, caches, prompt, instruments, begin);

    /// <summary>Whether the cache shall forget everything afterwards, and nothing be recorded: a warm-up.</summary>
    internal bool IsRehearsal { get; init; }

    /// <summary>The turn it is for, whose prompt may have been read ahead.</summary>
    internal TurnId Turn { get; init; }

    /// <summary>What was done so far, and when the enumeration has ended, all of it.</summary>
    public GenerationStatistics Statistics => _generator?.Statistics ?? default;

    /// <summary>Starts the generation.</summary>
    /// <param name="cancellationToken">Terminates it.</param>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public IAsyncEnumerator<GeneratedToken> GetAsyncEnumerator(CancellationToken cancellationToken = default) => Interlocked.Exchange(ref _started, 1) == 0
        ? RunAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None)
        : throw new InvalidOperationException("A generation can be enumerated once.");

    /// <summary>The whole answer's text at once.</summary>
    /// <param name="cancellationToken">Terminates the generation.</param>
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

    // The producer sees a token of our own; the caller shall see its own.
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
                    (generator, writer), static (job, token) => job.generator.Run(job.writer.TryWrite, token), cancellationToken).ConfigureAwait(false);
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
